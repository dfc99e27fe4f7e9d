"""`stream=true`: deltas as windows are done, the whole text at the end, and what becomes of a broken connection."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings

from tests.api.conftest import Caller, WorkerDoes
from tests.api.openai.conftest import TRANSLATIONS, Says, ask, only, problem
from tests.conftest import person
from tests.rows import claimed, said
from transcripts import editing, lifecycle
from transcripts.access import Actor
from transcripts.api import connection
from transcripts.api.openai import stream
from transcripts.lifecycle import Lease
from transcripts.models import Failure, Recording, Status, Transcript

pytestmark = pytest.mark.django_db(transaction=True)
COMMENT = stream.COMMENT.decode()


def events(answer: Any) -> list[dict[str, Any]]:
    """All events of a stream that ends by itself."""
    return [event for chunk in answer.streaming_content for event in _parsed(chunk)]


def _parsed(chunk: bytes) -> list[dict[str, Any]]:
    if chunk.decode() == COMMENT:
        return []
    assert chunk.startswith(b"data: ")
    assert chunk.endswith(b"\n\n")
    return [json.loads(chunk.removeprefix(b"data: "))]


def next_event(chunks: Iterator[bytes]) -> dict[str, Any]:
    """The next event, past any comments."""
    return next(event for chunk in chunks for event in _parsed(chunk))


def test_deltas_come_while_the_work_goes_on_and_their_sum_is_the_text_of_the_last_event(caller: Caller) -> None:
    answer = ask(caller, stream="true")
    assert answer["content-type"] == "text/event-stream"
    assert answer["cache-control"] == "no-cache"
    assert answer["x-request-id"].startswith("req_")
    chunks = iter(answer.streaming_content)
    assert next(chunks).decode() == COMMENT  # at once: headers and a sign of life
    lease = claimed(only())
    deltas = []
    for number, word in enumerate(["One", "two", "three."]):
        lifecycle.store_window(lease, said(word, from_ms=number * 1000), transcribed_ms=number * 1000 + 1000)
        event = next_event(chunks)
        assert event == {"type": "transcript.text.delta", "delta": f"{' ' if number else ''}{word}"}
        deltas.append(event["delta"])
    lifecycle.complete(lease, processing_ms=1)
    assert next_event(chunks) == {"type": "transcript.text.done", "text": "One two three."}
    assert "".join(deltas) == "One two three."
    assert list(chunks) == []


@pytest.mark.parametrize("response_format", ["json", "text", "srt", "vtt", "verbose_json"])
def test_a_stream_is_a_stream_whatever_the_format(caller: Caller, says: Says, response_format: str) -> None:
    says("Hello", "there.")
    told = events(ask(caller, stream="true", response_format=response_format))
    assert [event["type"] for event in told] == ["transcript.text.delta"] * 2 + ["transcript.text.done"]
    assert told[-1]["text"] == "Hello there."


def test_a_recording_that_was_corrected_since_is_streamed_in_the_order_of_its_text(caller: Caller, says: Says) -> None:
    says("One two", "three.", word_by_word=True)
    caller.client.defaults["HTTP_IDEMPOTENCY_KEY"] = "a request that comes again"
    ask(caller)
    editing.split(only().pk, 0, 1, 4, actor=Actor(user=person("alice")))
    told = events(ask(caller, stream="true"))
    assert [event.get("delta") for event in told] == ["One", " two", " three.", None]
    assert told[-1]["text"] == "One two three."


def test_silence_is_streamed_as_one_event_with_an_empty_text(caller: Caller, says: Says) -> None:
    says(language=None)
    assert events(ask(caller, stream="true")) == [{"type": "transcript.text.done", "text": ""}]


def test_logprobs_come_with_each_delta_and_all_of_them_at_the_end(caller: Caller, says: Says) -> None:
    says("Hello", "there.")
    first, second, done = events(ask(caller, stream="true", lists={"include[]": ["logprobs"]}))
    assert [entry["token"] for entry in first["logprobs"]] == [" Hello"]
    assert done["logprobs"] == first["logprobs"] + second["logprobs"]


def test_diarized_segments_are_events_of_their_own(caller: Caller, says: Says) -> None:
    says("Hello", speaker="Channel 1")
    delta, segment, done = events(ask(caller, stream="true", response_format="diarized_json"))
    assert delta["segment_id"] == segment["id"] == "seg_0"
    assert (segment["type"], segment["speaker"]) == ("transcript.text.segment", "Channel 1")
    assert done["type"] == "transcript.text.done"


def test_a_translation_is_not_streamed(caller: Caller, says: Says) -> None:
    says("Hello")
    assert ask(caller, TRANSLATIONS, stream="true").json()["text"] == "Hello"


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda lease: lifecycle.fail(lease, Failure.INTERNAL, "In words.", processing_ms=1), "transcription_failed"),
        (lambda lease: lifecycle.cancel(lease.transcript_id), "cancelled"),
        (lambda lease: Recording.objects.all().delete(), "deleted"),
    ],
)
def test_an_end_without_words_is_an_error_in_the_stream(
    caller: Caller, worker_does: WorkerDoes, act: Callable[[Lease], Any], code: str
) -> None:
    worker_does(act)
    (event,) = events(ask(caller, stream="true"))
    assert list(event) == ["error"]
    assert list(event["error"]) == ["message", "type", "param", "code"]
    assert event["error"]["code"] == code


def test_a_mistake_is_told_before_the_stream_begins(caller: Caller) -> None:
    assert problem(ask(caller, stream="true", language="klingon"))[0] == 400


def test_a_stream_over_a_queue_that_nobody_serves_ends_by_itself(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "DEADLINE_SECONDS", 0.05)
    (event,) = events(ask(caller, stream="true"))
    assert event["error"]["code"] == "still_running"
    assert only().status == Status.QUEUED


@pytest.mark.parametrize(("query", "status"), [({}, "queued"), ({"cancel_on_disconnect": "true"}, "cancelled")])
def test_closing_a_stream_cancels_the_work_only_where_that_was_asked_for(
    caller: Caller, query: dict[str, str], status: str
) -> None:
    answer = ask(caller, query=query, stream="true")
    next(iter(answer.streaming_content))
    answer.close()
    assert only().status == status


@pytest.fixture
def clients_end(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The caller's end of its connection, at whose other end we look often."""
    monkeypatch.setattr(connection, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(connection, "CANCEL_LOOK_SECONDS", 0.02)
    monkeypatch.setattr(stream, "KEEP_ALIVE_SECONDS", 0.02)
    ours, theirs = socket.socketpair()
    extra: Any = {"gunicorn.socket": ours}
    caller.client.defaults |= extra
    with ours, theirs:
        yield theirs


@pytest.mark.parametrize("fields", [{}, {"stream": "true"}])
@pytest.mark.parametrize(("query", "status"), [({}, "queued"), ({"cancel_on_disconnect": "true"}, "cancelled")])
def test_a_client_that_has_gone_is_noticed_and_its_work_goes_on_unless_it_asked_for_the_contrary(
    caller: Caller,
    clients_end: socket.socket,
    fields: dict[str, str],
    query: dict[str, str],
    status: str,
) -> None:
    clients_end.close()
    answer = ask(caller, query=query, **fields)
    if answer.streaming:
        assert events(answer) == []
    assert only().status == status


@pytest.mark.usefixtures("clients_end")
def test_a_client_that_is_there_is_waited_for(caller: Caller, settings: Settings) -> None:
    settings.SYNC_TIMEOUT = 0.2
    assert problem(ask(caller, query={"cancel_on_disconnect": "true"}))[1]["code"] == "still_running"
    assert only().status == Status.QUEUED


def test_an_answer_that_is_no_answer_to_the_question_is_refused_before_anything_is_stored(caller: Caller) -> None:
    assert problem(ask(caller, query={"cancel_on_disconnect": "maybe"}))[0] == 400
    assert not Transcript.objects.exists()


def test_under_one_name_the_last_event_tells_the_languages_that_were_heard(caller: Caller, says: Says) -> None:
    says("Hello")
    assert events(ask(caller, stream="true", model="gpt-transcribe"))[-1] == {
        "type": "transcript.text.done",
        "text": "Hello",
        "languages": [{"code": "en"}],
    }
