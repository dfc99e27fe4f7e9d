"""Signing in and out."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

PASSWORD = "a long pass phrase"


def _sign_in(client: Client, password: str = PASSWORD, **fields: str) -> tuple[int, str]:
    answer = client.post(reverse("login"), {"username": "alice", "password": password, **fields})
    return answer.status_code, answer.get("Location", "")


def test_the_right_password_leads_to_the_page_that_was_asked_for(alice: User, client: Client) -> None:
    asked = client.get(reverse("library"), {"before": "1-0"})["Location"]
    page = client.get(asked).content.decode()
    assert 'name="next" value="/?before=1-0"' in page
    assert _sign_in(client, next="/?before=1-0") == (HTTPStatus.FOUND, "/?before=1-0")


def test_a_wrong_password_is_said_and_the_name_kept(alice: User, client: Client) -> None:
    answer = client.post(reverse("login"), {"username": "alice", "password": "guess"})
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.OK
    assert "Please enter a correct username and password" in page
    assert 'value="alice"' in page
    assert "guess" not in page


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(address: str, alice: User, client: Client) -> None:
    assert _sign_in(client, next=address) == (HTTPStatus.FOUND, reverse("library"))


def test_a_signed_in_person_needs_no_login_page(alice_browser: Client) -> None:
    assert alice_browser.get(reverse("login"))["Location"] == reverse("library")


def test_signing_out_takes_a_form_and_ends_the_session(alice_browser: Client) -> None:
    assert alice_browser.get(reverse("logout")).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert alice_browser.post(reverse("logout"))["Location"] == reverse("login")
    assert alice_browser.get(reverse("library")).status_code == HTTPStatus.FOUND


def test_a_file_in_the_login_form_never_touches_the_disk(
    alice: User, client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transcripts.incoming.IncomingFile.__init__", _must_not_be_made)
    form = {"username": "alice", "password": PASSWORD, "file": SimpleUploadedFile("big.wav", b"x" * 100_000)}
    assert client.post(reverse("login"), form).status_code == HTTPStatus.FOUND
    assert not settings.INCOMING_DIR.exists()


def _must_not_be_made(*args: object) -> None:
    raise AssertionError("a file was taken in")
