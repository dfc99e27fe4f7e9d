"""`GET …/events`: what happens to a transcript, in order, once, and where a client went on from."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from tests.api.conftest import Caller
from tests.api.v1.conftest import Finish, path
from tests.conftest import person
from tests.rows import BROKEN, in_state, recording, said
from transcripts import editing, lifecycle, removal
from transcripts.access import Actor
from transcripts.api.v1 import events
from transcripts.models import Failure, Status, Transcript

pytestmark = pytest.mark.django_db

live = pytest.mark.django_db(transaction=True)


def _follow(caller: Caller, row: Transcript, last: str = "") -> Any:
    return caller.get(path(row, "/events"), headers={"Last-Event-ID": last} if last else {})


def _parsed(chunks: Iterator[bytes]) -> Iterator[tuple[str, str, Any]]:
    """Id, name and data of each event, as a browser reads them."""
    text = b"".join(chunks).decode()
    for block in filter(None, text.split("\n\n")):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
        if "data" in fields:
            yield fields.get("id", ""), fields["event"], json.loads(fields["data"])


def _events(answer: Any) -> list[tuple[str, str, Any]]:
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "text/event-stream"
    return list(_parsed(answer.streaming_content))  # read to its end the test client closes it


def _outline(found: list[tuple[str, str, Any]]) -> list[tuple[str, str]]:
    tell = {"status": "status", "segment": "text", "progress": "progress"}
    return [(identity, f"{name} {data[tell[name]]}") for identity, name, data in found]


def test_of_a_finished_transcript_all_is_told_at_once_and_its_end_last(caller: Caller, finish: Finish) -> None:
    row = finish("One.", "Two.")
    found = _events(_follow(caller, row))
    assert _outline(found) == [("1-", "segment One."), ("2-", "segment Two."), ("2-done", "status done")]
    assert found[0][2] == caller.get(path(row, "/segments")).json()["results"][0]
    assert found[-1][2] == {"id": str(row.pk), "status": "done", "progress": 1.0, "error": None}


@live
def test_what_happens_while_one_listens_is_told_in_order(caller: Caller) -> None:
    held = in_state(Status.QUEUED, of=recording(api_key=caller.row))
    listening = threading.Event()

    def work() -> None:
        listening.wait(10)
        lease = lifecycle.claim(held.transcript.pk, worker="gpu-1")
        assert lease is not None
        lifecycle.store_window(lease, said("One."), transcribed_ms=5000, language="en")
        lifecycle.store_window(lease, said("Two.", from_ms=5000), transcribed_ms=10_000)
        lifecycle.complete(lease, processing_ms=1)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    answer = _follow(caller, held.transcript)
    chunks = iter(answer.streaming_content)
    begun = [next(chunks), next(chunks)]
    listening.set()
    found = _outline(list(_parsed(iter([*begun, *chunks]))))
    answer.close()
    thread.join()
    assert found[0] == ("0-queued", "status queued")
    assert [name for _, name in found if name.startswith("segment")] == ["segment One.", "segment Two."]
    assert found[-1] == ("2-done", "status done")
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("last", "rest"),
    [
        ("1-running", [("2-running", "segment Two."), ("2-done", "status done")]),
        ("2-running", [("2-done", "status done")]),
        ("2-failed", [("2-done", "status done")]),
        ("nonsense", [("1-", "segment One."), ("2-", "segment Two."), ("2-done", "status done")]),
        ("9" * 40 + "-done", [("1-", "segment One."), ("2-", "segment Two."), ("2-done", "status done")]),
    ],
)
def test_a_client_goes_on_behind_the_last_event_that_it_saw(
    caller: Caller, finish: Finish, last: str, rest: list[tuple[str, str]]
) -> None:
    assert _outline(_events(_follow(caller, finish("One.", "Two."), last))) == rest


def test_who_has_seen_the_end_is_told_not_to_come_again(caller: Caller, finish: Finish) -> None:
    answer = _follow(caller, finish("One."), "1-done")
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.fixture
def parted(finish: Finish) -> Transcript:
    """Two segments, the first split: "One." and "Two." have the indexes 0 and 2."""
    row = finish("One. Two.", "Three.", word_by_word=True)
    editing.split(row.pk, 0, 1, 5, actor=Actor(user=person("alice")))
    return row


def test_a_corrected_text_is_told_in_its_own_order_and_goes_on_where_it_was(caller: Caller, parted: Transcript) -> None:
    found = _events(_follow(caller, parted))
    told = [
        ("1--1", "segment One."),
        ("2--1", "segment Two."),
        ("3--1", "segment Three."),
        ("3-done-1", "status done"),
    ]
    assert _outline(found) == told
    assert [data["index"] for _, name, data in found if name == "segment"] == [0, 2, 1]
    for seen in range(1, 4):
        assert _outline(_events(_follow(caller, parted, told[seen - 1][0]))) == told[seen:]
    assert _follow(caller, parted, "3-done-1").status_code == 204


@pytest.mark.parametrize("last", ["1-", "2-running", "2-done", "2-done-7"])
def test_who_knows_another_text_than_the_one_that_stands_is_told_all_of_it(
    caller: Caller, parted: Transcript, last: str
) -> None:
    found = [what for _, what in _outline(_events(_follow(caller, parted, last)))]
    assert found == ["segment One.", "segment Two.", "segment Three.", "status done"]


def test_a_failure_is_told_with_its_reason_and_a_retry_opens_the_stream_again(caller: Caller) -> None:
    held = in_state(Status.RUNNING, of=recording(api_key=caller.row))
    lifecycle.store_window(held.lease, said("One."), transcribed_ms=5000)
    lifecycle.fail(held.lease, Failure.MEDIA, BROKEN, processing_ms=1)
    *_, (identity, _, data) = _events(_follow(caller, held.transcript))
    assert (identity, data["status"], data["error"]) == ("1-failed", "failed", BROKEN)
    lifecycle.retry(held.transcript.pk)
    lifecycle.cancel(held.transcript.pk)
    assert _outline(_events(_follow(caller, held.transcript, "1-failed"))) == [("1-cancelled", "status cancelled")]


@live
def test_a_stream_ends_by_itself_and_goes_on_where_it_was(caller: Caller, settings: Settings) -> None:
    settings.STREAM_SECONDS = 0.05
    held = in_state(Status.RUNNING, of=recording(api_key=caller.row))
    lifecycle.store_window(held.lease, said("One."), transcribed_ms=5000)
    found = _events(_follow(caller, held.transcript))
    assert _outline(found) == [
        ("0-running", "status running"),
        ("1-running", "segment One."),
        ("1-running", "progress 0.5"),
    ]
    assert found[-1][2] == {"progress": 0.5, "transcribed": 5.0, "duration": 10.0}
    lifecycle.store_window(held.lease, said("Two.", from_ms=5000), transcribed_ms=10_000)
    lifecycle.complete(held.lease, processing_ms=1)
    assert _outline(_events(_follow(caller, held.transcript, found[-1][0]))) == [
        ("2-running", "segment Two."),
        ("2-done", "status done"),
    ]


@live
def test_while_nothing_happens_comments_keep_the_connection_alive(
    caller: Caller, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.STREAM_SECONDS = 0.2
    monkeypatch.setattr(events, "KEEP_ALIVE_SECONDS", 0.02)
    held = in_state(Status.QUEUED, of=recording(api_key=caller.row))
    answer = _follow(caller, held.transcript)
    assert b"".join(answer.streaming_content).count(b": still at work\n\n") >= 2
    answer.close()


@live
def test_a_deletion_ends_the_stream(caller: Caller) -> None:
    held = in_state(Status.QUEUED, of=recording(api_key=caller.row))
    answer = _follow(caller, held.transcript)
    chunks = iter(answer.streaming_content)
    begun = [next(chunks), next(chunks)]
    removal.discard(held.transcript.recording, None)
    assert _outline(list(_parsed(iter([*begun, *chunks]))))[-1] == ("", "status deleted")
    answer.close()
    assert _follow(caller, held.transcript, "0-queued").status_code == 404


def test_proxies_are_told_to_keep_nothing_back(caller: Caller, finish: Finish) -> None:
    answer = _follow(caller, finish("One."))
    assert (answer["Cache-Control"], answer["X-Accel-Buffering"]) == ("no-cache", "no")
    assert len(_events(answer)) == 2
