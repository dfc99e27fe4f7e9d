"""`/api/v1/transcripts/{id}`: where a transcript stands, in every state, for whom it is."""

from __future__ import annotations

import uuid

import pytest

from tests.api.conftest import Caller
from tests.conftest import KeyMaker
from tests.rows import BROKEN, Held, in_state, recording, said
from transcripts import lifecycle
from transcripts.models import Scope, Status

pytestmark = pytest.mark.django_db


def _path(held: Held) -> str:
    return f"/api/v1/transcripts/{held.transcript.pk}"


def _of(caller: Caller, status: Status) -> Held:
    return in_state(status, of=recording(api_key=caller.row))


@pytest.mark.parametrize(
    ("status", "error"),
    [(Status.QUEUED, None), (Status.RUNNING, None), (Status.FAILED, BROKEN), (Status.CANCELLED, None)],
)
def test_until_it_is_done_the_four_documented_keys_stand_first_and_no_words_beside(
    caller: Caller, status: Status, error: str | None
) -> None:
    held = _of(caller, status)
    answer = caller.get(_path(held))
    assert answer.status_code == 200
    body = {"id": str(held.transcript.pk), "status": status.value, "progress": 0.0, "error": error}
    assert list(answer.json().items())[:4] == list(body.items())
    assert answer.json().keys().isdisjoint({"text", "language", "duration", "processing_time", "segments"})


def test_progress_tells_how_much_of_the_audio_is_done(caller: Caller) -> None:
    held = _of(caller, Status.RUNNING)
    lifecycle.store_window(held.lease, said("a"), transcribed_ms=3333)
    assert caller.get(_path(held)).json()["progress"] == 0.333


def test_an_attempt_that_broke_off_is_told_while_it_waits_again(caller: Caller) -> None:
    held = _of(caller, Status.RUNNING)
    lifecycle.requeue(held.lease, "The GPU was away.", processing_ms=1)
    body = caller.get(_path(held)).json()
    assert (body["status"], body["error"]) == ("queued", "The GPU was away.")


def test_once_done_the_documented_keys_stand_beside(caller: Caller) -> None:
    held = _of(caller, Status.RUNNING)
    lifecycle.store_window(held.lease, said("Good", "morning"), transcribed_ms=9000, language="en")
    lifecycle.complete(held.lease, processing_ms=450)
    assert dict(list(caller.get(_path(held)).json().items())[:9]) == {
        "id": str(held.transcript.pk),
        "status": "done",
        "progress": 1.0,
        "error": None,
        "text": "Good morning",
        "language": "en",
        "duration": 10.0,
        "processing_time": 0.45,
        "segments": None,
    }
    segments = caller.get(_path(held), query_params={"include_segments": "true"}).json()["segments"]
    assert [(segment["id"], segment["text"]) for segment in segments] == [(0, "Good"), (1, "morning")]


def test_without_segments_the_words_are_not_even_read(
    caller: Caller, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    held = _of(caller, Status.DONE)
    caller.get(_path(held))  # notes the key's use
    with django_assert_num_queries(5) as queries:  # type: ignore[operator]
        caller.get(_path(held))
    assert not [query for query in queries if '"words"' in query["sql"]]


@pytest.mark.parametrize("scope", [Scope.TRANSCRIBE, Scope.READ, Scope.MANAGE])
def test_what_is_not_yours_is_not_there_unless_the_key_reads_all(
    caller: Caller, make_key: KeyMaker, scope: Scope
) -> None:
    held = _of(caller, Status.DONE)
    other = Caller(*make_key(scope))
    answer = other.get(_path(held))
    if scope == Scope.TRANSCRIBE:
        nothing = other.get(f"/api/v1/transcripts/{uuid.uuid4()}")
        assert (answer.status_code, answer.json()) == (nothing.status_code, nothing.json())
        assert answer.status_code == 404
        assert list(answer.json()) == ["detail"]
    else:
        assert answer.status_code == 200


@pytest.mark.parametrize("path", ["nonsense", "1", "00000000-0000-0000-0000-00000000000g", "../health", "%00"])
def test_an_address_that_is_no_id_leads_nowhere(caller: Caller, path: str) -> None:
    assert caller.get(f"/api/v1/transcripts/{path}").status_code == 404


@pytest.mark.parametrize("method", ["post", "put"])
def test_a_transcript_is_neither_made_nor_replaced_at_its_own_address(caller: Caller, method: str) -> None:
    held = _of(caller, Status.DONE)
    answer = getattr(caller.client, method)(_path(held))
    assert (answer.status_code, answer["Allow"]) == (405, "GET, PATCH, DELETE, HEAD, OPTIONS")
    assert list(answer.json()) == ["detail"]
