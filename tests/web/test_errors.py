"""Error pages wear the same clothes, and the strict content policy holds on every page."""

from __future__ import annotations

import re
from http import HTTPStatus
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from transcripts.models import Transcript
from transcripts.web import library

TEMPLATES = sorted((Path(django_settings.BASE_DIR) / "templates").rglob("*.html"))


def _heading(page: str) -> str:
    found = re.search(r"<h1[^>]*>([^<]*)</h1>", page)
    assert found is not None
    return found[1]


def test_an_unknown_address_is_a_404_in_our_look(alice_browser: Client) -> None:
    answer = alice_browser.get("/nothing-here")
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert _heading(answer.content.decode()) == "There is nothing here"
    assert "Sign out" in answer.content.decode()


def test_a_bad_request_is_a_400_in_our_look(alice_browser: Client) -> None:
    answer = alice_browser.get(reverse("library"), {"after": "x"})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert _heading(answer.content.decode()) == "That request makes no sense here"


def test_an_expired_form_says_so(uploaded: Transcript) -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("login"), {"username": "x", "password": "y"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert _heading(answer.content.decode()) == "This page was open for too long"


def test_a_fault_of_ours_is_a_500_that_tells_no_secrets(alice_browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(library, "page", broken)
    alice_browser.raise_request_exception = False
    answer = alice_browser.get(reverse("library"))
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert _heading(answer.content.decode()) == "Something broke on our side"
    assert "secret" not in answer.content.decode()


def test_a_database_that_is_away_is_a_503_that_says_when_to_come_back(
    alice_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("connection to server at 10.0.0.7 failed")

    monkeypatch.setattr(library, "page", away)
    alice_browser.raise_request_exception = False
    answer = alice_browser.get(reverse("library"))
    assert (answer.status_code, answer["Retry-After"]) == (HTTPStatus.SERVICE_UNAVAILABLE, "5")
    assert _heading(answer.content.decode()) == "The database does not answer just now"
    assert "10.0.0.7" not in answer.content.decode()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_script_or_style(template: Path) -> None:
    text = template.read_text()
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", text) == []


@pytest.mark.parametrize("name", ["login", "library", "transcript"])
def test_pages_load_only_from_here(name: str, finished: Transcript, alice_browser: Client) -> None:
    client = Client() if name == "login" else alice_browser
    answer = client.get(reverse(name, args=[finished.pk] if name == "transcript" else []))
    addresses = re.findall(r'(?:src|href)="([^"]*)"', answer.content.decode())
    assert addresses
    assert [address for address in addresses if not address.startswith(("/", "?", "#"))] == []
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
