"""`/api/v1/keys`: handing out keys by program."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import Caller
from tests.conftest import KeyMaker
from transcripts.models import ApiKey, AuditEntry, Scope

pytestmark = pytest.mark.django_db
ROUTE = "/api/v1/keys"


@pytest.fixture
def manager(make_key: KeyMaker) -> Caller:
    """May manage the hub."""
    return Caller(*make_key(*Scope, name="manager"))


def _post(caller: Caller, body: dict[str, Any]) -> Any:
    return caller.client.post(ROUTE, body, "application/json")


def _patch(caller: Caller, where: str, body: dict[str, Any]) -> Any:
    return caller.client.patch(where, body, "application/json")


def test_a_key_is_made_with_its_limits_shown_once_and_opens_the_door(manager: Caller) -> None:
    body = {"name": "Werify", "scopes": ["read", "transcribe", "read"], "requests_per_minute": 60}
    answer = _post(manager, body | {"expires_at": "2031-05-01T00:00:00Z", "max_file_bytes": 3_000_000_000})
    assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
    made = answer.json()
    found = ApiKey.find(made["key"])
    assert found is not None
    assert (found.name, found.scopes, found.requests_per_minute) == ("Werify", ["read", "transcribe"], 60)
    assert (found.max_file_bytes, found.concurrent_transcripts) == (3_000_000_000, None)
    shown = manager.get(answer["Location"]).json()
    assert shown | {"key": made["key"], "last_used_at": None} == made
    assert made["key"] not in str(manager.get(ROUTE).json())
    entry = AuditEntry.objects.get(verb="add")
    assert (entry.api_key, entry.object_name) == (manager.row, str(found))


def test_a_key_that_names_nothing_else_may_transcribe_without_limits(manager: Caller) -> None:
    made = _post(manager, {"name": "Werify"}).json()
    assert made["scopes"] == ["transcribe"]
    assert {value for name, value in made.items() if name.startswith(("max_", "audio_", "req", "conc"))} == {None}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "name: This field is required."),
        ({"name": ""}, "name: This field may not be blank."),
        ({"name": "x" * 101}, "no more than 100 characters"),
        ({"name": "x", "scopes": []}, "scopes: This list may not be empty."),
        ({"name": "x", "scopes": ["rule"]}, '"rule" is not a valid choice'),
        (
            {"name": "x", "requests_per_minute": 0},
            "requests_per_minute: Ensure this value is greater",
        ),
        ({"name": "x", "requests_per_minute": 2**31}, "requests_per_minute: Ensure this value is less"),
        ({"name": "x", "requests_per_minutes": 5}, "Did you mean requests_per_minute?"),
        ({"name": "x", "expires_at": "tomorrow"}, "expires_at: Datetime has wrong format"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_makes_nothing(
    manager: Caller, body: dict[str, Any], words: str
) -> None:
    answer = _post(manager, body)
    assert answer.status_code == 400
    assert words in answer.json()["detail"]
    assert ApiKey.objects.count() == 1


def test_a_change_holds_at_once_and_null_lifts_a_limit(manager: Caller, caller: Caller) -> None:
    where = f"{ROUTE}/{caller.row.pk}"
    assert _patch(manager, where, {"requests_per_minute": 1, "name": "Werify 2"}).status_code == 200
    path = "/api/v1/transcripts/00000000-0000-0000-0000-000000000000"
    assert caller.get(path)["RateLimit-Remaining"] == "0"
    assert _patch(manager, where, {"requests_per_minute": None}).json()["requests_per_minute"] is None
    assert "RateLimit-Limit" not in caller.get(path)
    row = ApiKey.objects.get(pk=caller.row.pk)
    assert (row.name, row.hash) == ("Werify 2", caller.row.hash)


def test_nobody_gives_a_scope_that_they_do_not_hold(make_key: KeyMaker, caller: Caller) -> None:
    only_manages = Caller(*make_key(Scope.MANAGE))
    answer = _post(only_manages, {"name": "Werify", "scopes": ["read"]})
    assert (answer.status_code, "the scope read" in answer.json()["detail"]) == (403, True)
    where = f"{ROUTE}/{caller.row.pk}"
    assert _patch(only_manages, where, {"scopes": ["transcribe", "read"]}).status_code == 403
    assert _patch(only_manages, where, {"scopes": ["transcribe", "manage"]}).status_code == 200


def test_a_revoked_key_opens_nothing_and_stays_in_the_list(manager: Caller, caller: Caller) -> None:
    where = f"{ROUTE}/{caller.row.pk}"
    for _ in range(2):
        assert manager.client.delete(where).status_code == 204
    assert caller.get("/api/v1/usage").status_code == 401
    assert manager.get(where).json()["usable"] is False
    assert AuditEntry.objects.filter(verb="revoke").count() == 1


def test_a_key_that_is_not_there_is_404(manager: Caller) -> None:
    for number in (10**6, 10**30):
        assert manager.get(f"{ROUTE}/{number}").status_code == 404
        assert manager.client.delete(f"{ROUTE}/{number}").status_code == 404


def test_an_administrator_may_do_so_with_a_session(admin: Any) -> None:
    client = Client()
    client.force_login(admin)
    answer = client.post(ROUTE, {"name": "Werify"}, "application/json")
    assert answer.status_code == 201
    assert ApiKey.objects.get().created_by == admin
