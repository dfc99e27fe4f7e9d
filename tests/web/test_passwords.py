"""Who lost the password: a link by mail or from the administrator, good once, for one account, for a day."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from kombu.exceptions import OperationalError
from pytest_django import Settings

from tests.conftest import person
from tests.letters import Deliver, path_in
from transcripts import passwords
from transcripts.access import Actor
from transcripts.groups import ADMINISTRATOR
from transcripts.models import AuditEntry, SignIn

pytestmark = pytest.mark.django_db
OLD = "a long pass phrase"
NEW = "an even longer pass phrase"
ASK = reverse("password-ask")


@pytest.fixture
def alice(alice: User) -> User:
    """With an e-mail."""
    alice.email = "Alice@example.org"
    alice.save()
    return alice


def _ask(email: str, client: Client | None = None) -> tuple[int, str]:
    answer = (client or Client()).post(ASK, {"email": email})
    return answer.status_code, answer.content.decode().partition("<main")[2].partition("<form")[0]


def _set(path: str, password: str = NEW, client: Client | None = None) -> int:
    """Open a link as a browser does and fill in the form; the status of the last answer."""
    client = client or Client()
    opened = client.get(path)
    if opened.status_code != HTTPStatus.FOUND:
        return opened.status_code
    assert path.rsplit("/", 1)[1] not in opened["Location"], "the token stays in the address"
    fields = {"new_password1": password, "new_password2": password}
    return client.post(opened["Location"], fields).status_code


def _signs_in(password: str, name: str = "alice") -> bool:
    client = Client()
    client.post(reverse("login"), {"username": name, "password": password})
    return client.get(reverse("account")).status_code == HTTPStatus.OK


def test_a_link_by_mail_sets_a_password_once_and_signs_every_browser_out(alice: User, letters: Deliver) -> None:
    here = Client()
    here.post(reverse("login"), {"username": "alice", "password": OLD})
    assert _ask("alice@EXAMPLE.org")[0] == HTTPStatus.OK
    (letter,) = letters()
    assert (letter.to, letter.subject) == (["Alice@example.org"], "Set a new password for WhisperHub")
    assert "for the account alice at https://hub.example.org." in letter.body
    assert _set(path_in(letter)) == HTTPStatus.FOUND
    assert (_signs_in(OLD), _signs_in(NEW)) == (False, True)
    assert here.get(reverse("account")).status_code == HTTPStatus.FOUND
    assert _set(path_in(letter), "a third pass phrase") == HTTPStatus.GONE, "a second time"
    assert _signs_in(NEW)
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", "who")
    assert {
        ("ask for password link", "WhisperHub"),
        ("send password link", "WhisperHub"),
        ("set password by link", "alice"),
    } <= set(verbs)


def test_the_answer_does_not_tell_whether_there_is_such_an_account(alice: User, letters: Deliver) -> None:
    known, unknown = _ask("alice@example.org"), _ask("nobody@example.org")
    assert known == unknown
    assert len(letters()) == 1


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": ""}, {"password": "!unusable"}])
def test_an_account_that_cannot_sign_in_by_password_gets_no_letter(
    change: dict[str, object], alice: User, letters: Deliver
) -> None:
    User.objects.filter(pk=alice.pk).update(**change)
    assert _ask("alice@example.org")[0] == HTTPStatus.OK
    assert letters() == []


def test_the_letter_speaks_the_language_of_who_asked(
    alice: User, letters: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken: list[str | None] = []
    monkeypatch.setattr("transcripts.mail.send", lambda *_, **__: spoken.append(get_language()))
    _ask("alice@example.org", Client(headers={"Accept-Language": "de"}))
    letters()
    assert spoken == ["de"]


def test_the_link_begins_with_the_configured_address_whatever_host_was_asked(alice: User, letters: Deliver) -> None:
    Client(headers={"Host": "localhost"}).post(ASK, {"email": "alice@example.org"})
    (letter,) = letters()
    assert urlsplit(path_in(letter)).netloc == ""
    assert "localhost" not in letter.body


def test_a_letter_box_is_not_filled_and_nobody_is_told(alice: User, letters: Deliver) -> None:
    answers = {_ask("alice@example.org") for _ in range(passwords.LETTERS_PER_HOUR + 2)}
    assert {status for status, _ in answers} == {HTTPStatus.OK}
    assert len(letters()) == passwords.LETTERS_PER_HOUR


def test_who_goes_through_a_list_of_names_is_stopped(letters: Deliver) -> None:
    statuses = [_ask(f"{number}@example.org")[0] for number in range(passwords.ASKS_PER_HOUR + 1)]
    assert statuses == [HTTPStatus.OK] * passwords.ASKS_PER_HOUR + [HTTPStatus.TOO_MANY_REQUESTS]
    assert letters() == []


def test_a_queue_that_is_away_is_said_alike_to_everybody(
    alice: User, letters: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr("celery.current_app.send_task", fail)
    answers = {_ask("alice@example.org"), _ask("nobody@example.org")}
    assert {status for status, _ in answers} == {HTTPStatus.SERVICE_UNAVAILABLE}


def test_without_a_mail_server_the_page_names_the_administrator_and_asks_nothing(alice: User) -> None:
    page = Client().get(ASK).content.decode()
    assert "Ask your administrator for a password link." in page
    assert 'name="email"' not in page
    assert _ask("alice@example.org")[0] == HTTPStatus.OK
    assert not AuditEntry.objects.exists()


def _link(user: User, by: User) -> str:
    return passwords.make_link(user, Actor(user=by))


def test_a_link_is_good_for_its_own_account_only(alice: User, mallory: User, admin: User) -> None:
    alices, mallorys = _link(alice, admin), _link(mallory, admin)
    uid = alices.split("/")[2]
    assert _set(f"/password/{uid}/{mallorys.rsplit('/', 1)[1]}") == HTTPStatus.GONE
    assert _signs_in(OLD)


@pytest.mark.parametrize(
    "path", ["/password/MQ/none", "/password/%C3%BC/set-password", "/password/OTk5OTk5/abc-def", "/password/!!/a-b"]
)
def test_a_made_up_link_is_said_to_be_no_longer_good(path: str, alice: User) -> None:
    answer = Client().get(path)
    assert answer.status_code == HTTPStatus.GONE
    assert "This link is no longer good" in answer.content.decode()


def test_a_link_ends_after_a_day(alice: User, admin: User, settings: Settings) -> None:
    path = _link(alice, admin)
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert _set(path) == HTTPStatus.GONE


def test_a_link_ends_when_its_owner_signs_in_by_the_old_password(alice: User, admin: User) -> None:
    path = _link(alice, admin)
    assert _signs_in(OLD)
    assert _set(path) == HTTPStatus.GONE


def test_a_shut_account_is_not_opened_by_a_link(alice: User, admin: User) -> None:
    path = _link(alice, admin)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert _set(path) == HTTPStatus.GONE


def test_a_weak_password_is_refused_by_a_link_too(alice: User, admin: User) -> None:
    assert _set(_link(alice, admin), "12345678") == HTTPStatus.OK
    assert _signs_in(OLD)


def test_setting_a_password_by_a_link_lifts_the_lock_of_wrong_guesses(alice: User, admin: User) -> None:
    for _ in range(6):
        _signs_in("guess")
    assert not _signs_in(OLD)
    assert _set(_link(alice, admin)) == HTTPStatus.FOUND
    assert _signs_in(NEW)


def test_whoever_else_is_signed_in_in_that_browser_is_signed_out(alice: User, admin: User) -> None:
    client = Client()
    client.force_login(admin)
    assert _set(_link(alice, admin), client=client) == HTTPStatus.FOUND
    assert "Your password is set." in client.get(reverse("login")).content.decode()


def test_an_administrator_makes_a_link_that_is_shown_once_and_audited(alice: User) -> None:
    ada = Client()
    ada.force_login(person("ada", ADMINISTRATOR))
    address = reverse("admin:auth_user_password_link", args=[alice.pk])
    assert "/password/" not in ada.get(address).content.decode()
    shown = ada.post(address)
    assert "no-store" in shown["Cache-Control"]
    link = shown.content.decode().partition('<code class="new-key">')[2].partition("</code>")[0]
    assert link.startswith("http://testserver/password/")
    assert "/password/" not in ada.get(address).content.decode(), "shown again"
    entry = AuditEntry.objects.get(verb="make password link")
    assert (entry.who, entry.object_name, entry.detail) == ("ada", "alice", {})
    assert _set(urlsplit(link).path) == HTTPStatus.FOUND
    assert _signs_in(NEW)


def test_nobody_makes_a_link_into_an_account_that_holds_more_than_they_do(admin: User) -> None:
    ada = Client()
    ada.force_login(person("ada", ADMINISTRATOR))
    answer = ada.post(reverse("admin:auth_user_password_link", args=[admin.pk]))
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert not AuditEntry.objects.filter(verb="make password link").exists()


def test_a_new_account_without_a_password_begins_by_a_link(admin: User) -> None:
    bea = User.objects.create_user("bea")
    assert _set(_link(bea, admin)) == HTTPStatus.FOUND
    assert _signs_in(NEW, "bea")
    assert SignIn.objects.filter(user=bea, last_used_at__lte=timezone.now()).count() == 1


def test_a_letter_that_nobody_took_is_tried_again(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailMessage, "send", refuse)
    with pytest.raises(ConnectionRefusedError):
        passwords.send_links("alice@example.org", "en")
    assert not AuditEntry.objects.filter(verb="send password link").exists(), "counted, though nothing was sent"
