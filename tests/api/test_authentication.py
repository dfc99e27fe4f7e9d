"""Keys at the door: both headers, every way to be refused, and what a key may not do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.api.conftest import SAMPLE, BrokenBody, Caller
from tests.conftest import KeyMaker
from transcripts.models import ApiKey, Recording, Scope, Transcript

pytestmark = pytest.mark.django_db

NO_KEY = {"detail": "Authentication credentials were not provided."}
BAD_KEY = {"detail": "The API key is unknown, revoked or expired."}


def _post(headers: dict[str, str], client: Client | None = None) -> Any:
    with SAMPLE.open("rb") as file:
        return (client or Client()).post("/transcribe", {"file": file}, headers={"Prefer": "respond-async", **headers})


@pytest.mark.parametrize(
    "header", [("Authorization", "Bearer {}"), ("Authorization", "bearer  {} "), ("X-API-Key", "{}")], ids=str
)
def test_a_key_may_come_in_either_header(make_key: KeyMaker, header: tuple[str, str]) -> None:
    row, key = make_key()
    answer = _post({header[0]: header[1].format(key)})
    assert answer.status_code == 202
    assert Recording.objects.get().api_key == row


def test_a_bearer_key_counts_before_the_other_header(make_key: KeyMaker) -> None:
    (row, key), (_, other) = make_key(), make_key()
    _post({"Authorization": f"Bearer {key}", "X-API-Key": other})
    assert Recording.objects.get().api_key == row


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Basic dXNlcjpwYXNz"}, {"Authorization": "Token x"}], ids=str
)
def test_without_a_key_the_answer_is_401_and_says_how_to_send_one(headers: dict[str, str]) -> None:
    answer = _post(headers)
    assert (answer.status_code, answer.json()) == (401, NO_KEY)
    assert answer["WWW-Authenticate"] == 'Bearer realm="WhisperHub"'
    assert not Recording.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"X-API-Key": ""},
        {"X-API-Key": "wh_00000000_" + "A" * 43},
        {"X-API-Key": "x" * 10_000},
        {"X-API-Key": "wh_\x00"},
        {"X-API-Key": "clé"},
        {"Authorization": "Bearer a b c"},
    ],
    ids=lambda headers: str(headers)[:40],
)
def test_a_key_that_is_none_is_401_whatever_it_looks_like(headers: dict[str, str]) -> None:
    answer = _post(headers)
    assert (answer.status_code, answer.json()) == (401, BAD_KEY)
    assert answer["WWW-Authenticate"] == 'Bearer realm="WhisperHub"'


@pytest.mark.parametrize("change", [{"revoked_at": timedelta()}, {"expires_at": -timedelta(seconds=1)}], ids=str)
def test_a_revoked_or_expired_key_is_not_told_from_an_unknown_one(caller: Caller, change: dict[str, timedelta]) -> None:
    ApiKey.objects.update(**{name: timezone.now() + delta for name, delta in change.items()})
    answer = caller.upload()
    assert (answer.status_code, answer.json()) == (401, BAD_KEY)
    assert answer["WWW-Authenticate"] == 'Bearer realm="WhisperHub"'


@pytest.mark.parametrize("scope", [Scope.READ, Scope.MANAGE])
def test_a_key_without_the_scope_is_403_and_names_it(make_key: KeyMaker, scope: Scope) -> None:
    caller = Caller(*make_key(scope))
    for answer in (caller.upload(), caller.post_url("http://example.org/a.wav")):
        assert (answer.status_code, answer.json()) == (403, {"detail": "This API key lacks the scope transcribe."})
    assert not Recording.objects.exists()


def test_a_bad_key_is_not_saved_by_a_session(alice: User) -> None:
    client = Client()
    client.force_login(alice)
    assert _post({"X-API-Key": "wh_no"}, client).status_code == 401


def test_a_signed_in_person_may_use_the_api_from_the_docs_page(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    client.get("/login")
    client.cookies["csrftoken"] = "a" * 32
    answer = _post({"X-CSRFToken": "a" * 32}, client)
    assert answer.status_code == 202
    assert Recording.objects.get().owner == alice


def test_a_page_elsewhere_cannot_use_the_session_of_a_person(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    answer = _post({}, client)
    assert answer.status_code == 403
    assert answer.json()["detail"].startswith("CSRF Failed")
    assert not Recording.objects.exists()


def test_a_key_is_refused_before_the_body_is_read() -> None:
    body = BrokenBody(b"")
    assert body.post(Client()).status_code == 401
    assert not body.was_read


def test_each_key_sees_its_own_only(make_key: KeyMaker) -> None:
    one, two = Caller(*make_key()), Caller(*make_key())
    mine = one.uploaded()
    assert one.get(f"/api/v1/transcripts/{mine.pk}").status_code == 200
    assert two.get(f"/api/v1/transcripts/{mine.pk}").status_code == 404
    assert Transcript.objects.count() == 1
