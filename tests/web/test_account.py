"""A person's own account: the password, the browsers, and who guesses at the door."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from ipaddress import ip_network

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from transcripts.models import AuditEntry, SignIn

pytestmark = pytest.mark.django_db
PASSWORD = "a long pass phrase"
NEW = "an even longer pass phrase"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"


def _sign_in(device: str = FIREFOX, password: str = PASSWORD, client: Client | None = None) -> Client:
    client = client or Client(headers={"User-Agent": device})
    client.post(reverse("login"), {"username": "alice", "password": password})
    return client


def _is_in(client: Client) -> bool:
    return client.get(reverse("account")).status_code == HTTPStatus.OK


def test_the_page_lists_each_browser_and_which_is_this(alice: User) -> None:
    here, _there = _sign_in(FIREFOX), _sign_in(EDGE)
    page = here.get(reverse("account")).content.decode()
    assert "<strong>Firefox on Linux</strong> <span" in page
    assert "<strong>Edge on Windows</strong>" in page
    assert page.count("this browser") == 1
    assert "127.0.0.1, last used" in page


def test_one_browser_is_signed_out_and_only_by_its_owner(alice: User, mallory: User) -> None:
    here, there = _sign_in(), _sign_in()
    row = SignIn.objects.order_by("pk").last()
    assert row is not None
    stranger = Client()
    stranger.force_login(mallory)
    address = reverse("account-session-end", args=[row.pk])
    assert stranger.post(address).status_code == HTTPStatus.NOT_FOUND
    assert _is_in(there)
    here.post(address)
    assert (_is_in(here), _is_in(there)) == (True, False)


def test_signing_out_everywhere_means_here_too(alice: User) -> None:
    here, there = _sign_in(), _sign_in()
    assert here.post(reverse("account-sessions-end"))["Location"] == reverse("login")
    assert (_is_in(here), _is_in(there)) == (False, False)
    assert not SignIn.objects.exists()


def test_signing_out_everywhere_ends_sessions_that_no_row_tells_of(alice: User, mallory: User) -> None:
    here, older, strangers, nobodys = _sign_in(), Client(), Client(), Client()
    older.force_login(alice)  # Django's own sign-in: no row, as before there were rows
    strangers.force_login(mallory)
    nobodys.post(reverse("language"), {"language": "de"})
    assert (_is_in(older), SignIn.objects.count()) == (True, 1)
    here.post(reverse("account-sessions-end"))
    assert (_is_in(here), _is_in(older), _is_in(strangers)) == (False, False, True)


def test_people_change_their_own_name_and_nothing_else(alice: User) -> None:
    client = _sign_in()
    fields = {"first_name": "Alice", "last_name": "Okafor", "username": "root", "is_superuser": "on", "email": "x@y.z"}
    assert client.post(reverse("account-name"), fields).status_code == HTTPStatus.FOUND
    found = User.objects.get(pk=alice.pk)
    assert (found.get_full_name(), found.username, found.is_superuser, found.email) == (
        "Alice Okafor",
        "alice",
        False,
        "",
    )
    entry = AuditEntry.objects.get(verb="change")
    assert (entry.who, entry.object_id, entry.detail) == (
        "alice",
        str(alice.pk),
        {"fields": ["first_name", "last_name"]},
    )


def test_a_name_that_is_too_long_is_said_beside_its_field(alice: User) -> None:
    answer = _sign_in().post(reverse("account-name"), {"first_name": "A" * 151})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "at most 150 characters" in answer.content.decode()
    assert User.objects.get(pk=alice.pk).first_name == ""


def test_a_new_password_signs_all_others_out(alice: User) -> None:
    here, there = _sign_in(), _sign_in()
    before = here.session.session_key
    asked = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert here.post(reverse("account-password"), asked).status_code == HTTPStatus.FOUND
    assert (_is_in(here), _is_in(there)) == (True, False)
    assert here.session.session_key != before
    assert SignIn.objects.count() == 1
    assert _is_in(_sign_in(password=NEW))


@pytest.mark.parametrize(
    ("old", "new", "words"), [("guess", NEW, "old password was entered incorrectly"), (PASSWORD, "short", "too short")]
)
def test_a_password_that_cannot_be_is_said_in_words(old: str, new: str, words: str, alice: User) -> None:
    client = _sign_in()
    answer = client.post(reverse("account-password"), {"old_password": old, "new_password1": new, "new_password2": new})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert words in answer.content.decode()
    assert User.objects.get(pk=alice.pk).check_password(PASSWORD)


def test_last_use_is_noted_at_most_once_a_minute(alice: User) -> None:
    client = _sign_in()
    long_ago = timezone.now() - timedelta(minutes=5)
    SignIn.objects.update(last_used_at=long_ago)
    _is_in(client)
    assert SignIn.objects.get().last_used_at == long_ago
    session = client.session
    session["sign_in"] = [session["sign_in"][0], int(long_ago.timestamp())]
    session.save()
    _is_in(client)
    assert timezone.now() - SignIn.objects.get().last_used_at < timedelta(seconds=30)


def test_signing_in_rotates_the_session(alice: User) -> None:
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    _sign_in(client=client)
    assert client.session.session_key != planted


def test_who_guesses_is_locked_out_with_the_time_to_wait_and_others_are_not(alice: User, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = (ip_network("127.0.0.1/32"),)
    guesser = Client(headers={"X-Forwarded-For": "203.0.113.5"})
    answers = [guesser.post(reverse("login"), {"username": "alice", "password": "guess"}) for _ in range(6)]
    assert answers[-1].status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "Try again in 15 minutes." in answers[-1].content.decode()
    assert 0 < int(answers[-1]["Retry-After"]) <= 900
    assert not _is_in(_sign_in(client=guesser)), "the right password does not help now"
    assert _is_in(_sign_in(client=Client(headers={"X-Forwarded-For": "203.0.113.6"})))


def test_who_comes_goes_and_fails_to_is_in_the_audit_trail(alice: User) -> None:
    client = _sign_in()
    client.post(reverse("logout"))
    _sign_in(password="guess")
    Client().post(reverse("login"), {"username": "hunter2, oh no", "password": "x"})
    found = AuditEntry.objects.order_by("pk").values_list("verb", "who", "object_name")
    assert list(found) == [
        ("sign in", "alice", "alice"),
        ("sign out", "alice", "alice"),
        ("sign-in failed", "WhisperHub", "alice"),
        ("sign-in failed", "WhisperHub", ""),
    ]
    assert AuditEntry.objects.filter(detail__address="127.0.0.1").count() == 3
