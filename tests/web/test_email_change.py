"""Another e-mail for one's account: it counts once the letter to it was answered, by its own person."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.letters import Deliver, path_in
from transcripts import email_change
from transcripts.models import AuditEntry

pytestmark = pytest.mark.django_db
PASSWORD = "a long pass phrase"
NEW = "alice@new.example"


@pytest.fixture(autouse=True)
def _old_email(alice: User) -> None:
    alice.email = "alice@old.example"
    alice.save()


def _ask(client: Client, email: str = NEW, password: str = PASSWORD) -> tuple[int, str]:
    answer = client.post(reverse("account-email"), {"email": email, "password": password})
    return answer.status_code, answer.content.decode()


def _email(user: User) -> str:
    return User.objects.get(pk=user.pk).email


def test_an_email_counts_once_the_link_in_the_letter_is_confirmed(
    alice: User, alice_browser: Client, letters: Deliver
) -> None:
    assert _ask(alice_browser)[0] == HTTPStatus.FOUND
    (letter,) = letters()
    assert (letter.to, letter.subject) == ([NEW], "Confirm your e-mail for WhisperHub")
    path = path_in(letter)
    assert f"<strong>{NEW}</strong>" in alice_browser.get(path).content.decode()
    assert _email(alice) == "alice@old.example", "a mail scanner opens links too"
    assert alice_browser.post(path)["Location"] == reverse("account")
    assert _email(alice) == NEW
    told = letters()[1]
    assert (told.to, told.subject) == (["alice@old.example"], "Your e-mail for WhisperHub was changed")
    assert NEW not in told.body
    assert AuditEntry.objects.filter(verb="change", who="alice", detail={"fields": ["email"]}).count() == 1
    assert alice_browser.post(path).status_code == HTTPStatus.GONE, "a second time"


def test_the_password_is_asked_for_and_guesses_count_as_at_the_door(alice_browser: Client, letters: Deliver) -> None:
    statuses = [_ask(alice_browser, password="guess")[0] for _ in range(6)]
    assert statuses[0] == HTTPStatus.BAD_REQUEST
    assert statuses[-1] == HTTPStatus.TOO_MANY_REQUESTS
    assert _ask(alice_browser)[0] == HTTPStatus.TOO_MANY_REQUESTS
    assert letters() == []


def test_guesses_at_the_old_password_count_as_at_the_door(alice: User, alice_browser: Client) -> None:
    fields = {"old_password": "guess", "new_password1": "x" * 20, "new_password2": "x" * 20}
    statuses = [alice_browser.post(reverse("account-password"), fields).status_code for _ in range(6)]
    assert statuses[0] == HTTPStatus.BAD_REQUEST
    assert statuses[-1] == HTTPStatus.TOO_MANY_REQUESTS


def test_a_link_is_good_for_its_own_account_only(
    alice_browser: Client, mallory: User, mallory_browser: Client, letters: Deliver
) -> None:
    _ask(alice_browser)
    path = path_in(letters()[0])
    assert mallory_browser.post(path).status_code == HTTPStatus.GONE
    assert Client().post(path)["Location"].startswith(reverse("login"))
    assert _email(mallory) == ""


@pytest.mark.parametrize("spelling", ["boss@example.org", "BOSS@Example.org"])
def test_the_email_of_another_account_is_told_to_its_reader_only(
    spelling: str, alice: User, alice_browser: Client, mallory: User, letters: Deliver
) -> None:
    User.objects.filter(pk=mallory.pk).update(email="Boss@example.org")
    assert _ask(alice_browser, spelling)[0] == _ask(alice_browser, "free@example.org")[0] == HTTPStatus.FOUND
    answer = alice_browser.post(path_in(letters()[0]))
    assert answer.status_code == HTTPStatus.GONE
    assert "Another account has this e-mail." in answer.content.decode()
    assert _email(alice) == "alice@old.example"


def test_a_link_ends_after_a_day(alice_browser: Client, letters: Deliver, monkeypatch: pytest.MonkeyPatch) -> None:
    _ask(alice_browser)
    monkeypatch.setattr(email_change, "LINK_HOURS", -1)
    assert alice_browser.post(path_in(letters()[0])).status_code == HTTPStatus.GONE


def test_nobodys_letter_box_is_filled(alice_browser: Client, letters: Deliver) -> None:
    statuses = [_ask(alice_browser)[0] for _ in range(email_change.LETTERS_PER_HOUR + 1)]
    assert statuses[-2:] == [HTTPStatus.FOUND, HTTPStatus.TOO_MANY_REQUESTS]
    assert len(letters()) == email_change.LETTERS_PER_HOUR


def test_without_a_mail_server_the_administrator_changes_it(alice_browser: Client) -> None:
    assert 'name="email"' not in alice_browser.get(reverse("account")).content.decode()
    assert _ask(alice_browser)[0] == HTTPStatus.NOT_FOUND
