"""The official `openai` client, unmodified, cannot tell the difference: every field, format and error, really sent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI, OpenAI

from tests.e2e.recordings import record
from tests.e2e.stack import Stack
from tests.speech import SAMPLES, reference, requires_espeak, word_error_rate

pytestmark = pytest.mark.e2e

SPOKEN = reference("en-short-1.flac")
LONG = reference("en-long.flac")
EVERYTHING: dict[str, Any] = {
    "language": "en",
    "prompt": "Peter and his tables.",
    "temperature": 0.0,
    "keywords": ["Peter", "tables"],
    "chunking_strategy": {
        "type": "server_vad",
        "threshold": 0.4,
        "silence_duration_ms": 200,
        "prefix_padding_ms": 300,
    },
    "extra_body": {"user": "4711", "reference": "order-12"},
}


@pytest.fixture(scope="module")
def hub(stack: Stack) -> Iterator[OpenAI]:
    """The official client, which changed an address and a key."""
    with OpenAI(base_url=f"{stack.base_url}/v1", api_key=stack.key) as client:
        yield client


def _count(stack: Stack) -> int:
    """Transcripts in the database."""
    script = "from transcripts.models import Transcript; print(Transcript.objects.count())"
    return int(stack.manage("shell", "-v", "0", "-c", script))


def _status(stack: Stack, transcript_id: str) -> str:
    with stack.client() as client:
        return str(client.get(f"/api/v1/transcripts/{transcript_id}").json()["status"])


def test_every_field_and_every_format(hub: OpenAI) -> None:
    create = hub.audio.transcriptions.create
    plain = create(model="whisper-1", file=SPOKEN.path, include=["logprobs"], **EVERYTHING)
    assert word_error_rate(SPOKEN.text, plain.text) == 0.0
    assert "".join(entry.token or "" for entry in plain.logprobs or []).strip() == plain.text
    assert plain.usage is not None
    assert (plain.usage.type, plain.usage.seconds) == ("duration", 4)

    verbose = create(
        model="Systran/faster-whisper-small",
        file=("talk.flac", SPOKEN.path.read_bytes(), "audio/flac"),
        response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
        languages=["en", "es"],
    )
    assert (verbose.language, verbose.text) == ("english", plain.text)
    assert verbose.duration == pytest.approx(SPOKEN.duration, abs=0.01)
    assert verbose.segments is not None
    assert "".join(segment.text for segment in verbose.segments).strip() == plain.text
    assert all(None not in segment.model_dump().values() for segment in verbose.segments)
    assert [word.word for word in verbose.words or []] == plain.text.split()
    assert [word.start for word in verbose.words or []] == sorted(word.start for word in verbose.words or [])

    with pytest.raises(openai.BadRequestError, match="Nobody told the speakers of this recording apart"):  # it is mono
        create(model="gpt-4o-transcribe-diarize", file=SPOKEN.path, response_format="diarized_json")

    for response_format in ("text", "srt", "vtt"):
        text = create(model="gpt-4o-transcribe", file=SPOKEN.path, response_format=response_format)
        assert plain.text in str(text)


# The client's own warning of what OpenAI will switch off one day.
@pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")
def test_translations_are_english(hub: OpenAI) -> None:
    spoken = reference("es-short-1.flac")
    verbose = hub.audio.translations.create(model="whisper-1", file=spoken.path, response_format="verbose_json")
    assert verbose.language == "english"
    assert word_error_rate(spoken.english, verbose.text) <= 0.2
    assert hub.audio.translations.create(model="whisper-1", file=spoken.path).text == verbose.text


def test_silence_is_an_empty_text(hub: OpenAI) -> None:
    path = SAMPLES / "silence.flac"
    assert hub.audio.transcriptions.create(model="whisper-1", file=path).text == ""
    stream = hub.audio.transcriptions.create(model="whisper-1", file=path, stream=True)
    assert [(event.type, getattr(event, "text", None)) for event in stream] == [("transcript.text.done", "")]


def test_models_are_listed_and_described(hub: OpenAI) -> None:
    names = [model.id for model in hub.models.list()]
    assert names[0].startswith("demo")
    assert hub.models.retrieve("whisper-1").id in names
    assert hub.models.retrieve("Systran/faster-whisper-tiny.en").object == "model"


@requires_espeak
def test_deltas_arrive_before_the_end_and_add_up_to_the_whole_text(hub: OpenAI, stack: Stack, tmp_path: Path) -> None:
    long = record(tmp_path / "long.wav", "en", count=12, seed=21, times=6)  # minutes: seconds of work
    answer = hub.audio.transcriptions.with_raw_response.create(model="whisper-1", file=long.path, stream=True)
    transcript_id, stream = answer.headers["x-transcript-id"], answer.parse()
    events = iter(stream)
    first = next(events)
    assert _status(stack, transcript_id) == "running"  # the first words are here, and the work goes on
    rest = list(events)
    assert [event.type for event in (first, *rest[:-1])] == ["transcript.text.delta"] * len(rest)
    done = rest[-1]
    assert done.type == "transcript.text.done"
    assert done.text == "".join(event.delta for event in (first, *rest[:-1]) if event.type == "transcript.text.delta")
    assert word_error_rate(long.text, done.text) <= 0.2


def test_the_asynchronous_client_is_served_alike(stack: Stack) -> None:
    async def both() -> tuple[str, list[str]]:
        async with AsyncOpenAI(base_url=f"{stack.base_url}/v1", api_key=stack.key) as client:
            create = client.audio.transcriptions.create
            plain, stream = await asyncio.gather(
                create(model="whisper-1", file=SPOKEN.path),
                create(model="whisper-1", file=SPOKEN.path, stream=True),
            )
            return plain.text, [event.type async for event in stream]

    text, types = asyncio.run(both())
    assert word_error_rate(SPOKEN.text, text) == 0.0
    assert types == ["transcript.text.delta", "transcript.text.done"]


def test_a_client_that_loses_patience_joins_its_own_transcript(stack: Stack) -> None:
    sent: list[str] = []
    hooks = {"request": [lambda request: sent.append(request.headers["x-stainless-retry-count"])]}
    before = _count(stack)
    with OpenAI(
        base_url=f"{stack.base_url}/v1",
        api_key=stack.key,
        timeout=openai.Timeout(30.0, read=0.5),
        max_retries=10,
        http_client=openai.DefaultHttpxClient(event_hooks=hooks),
    ) as client:
        text = client.audio.transcriptions.create(model="whisper-1", file=LONG.path, prompt="Patience.").text
    assert sent[:2] == ["0", "1"]
    assert word_error_rate(LONG.text, text) <= 0.2
    assert _count(stack) == before + 1


@requires_espeak
def test_only_who_asks_for_it_has_the_work_cancelled_by_going_away(hub: OpenAI, stack: Stack, tmp_path: Path) -> None:
    spoken = record(tmp_path / "long.wav", "en", 20, seed=77, times=4).path
    cancelling = {"cancel_on_disconnect": "true"}
    raw = hub.audio.transcriptions.with_raw_response.create

    ids = []
    for query in ({}, cancelling):
        answer = raw(model="whisper-1", file=spoken, stream=True, extra_query=query, prompt=str(query))
        stream = answer.parse()
        next(iter(stream))
        stream.close()
        ids.append(answer.headers["x-transcript-id"])
    with pytest.raises(openai.APITimeoutError):
        hub.with_options(timeout=openai.Timeout(30.0, read=1.0), max_retries=0).audio.transcriptions.create(
            model="whisper-1", file=spoken, extra_query=cancelling, prompt="waiting"
        )

    kept, cancelled = ids
    _until(lambda: _status(stack, cancelled) == "cancelled")
    assert _status(stack, kept) in ("running", "done")
    script = """
from transcripts.models import Transcript
print(Transcript.objects.get(options__initial_prompt="waiting").status)
"""
    _until(lambda: stack.manage("shell", "-v", "0", "-c", script).strip() == "cancelled")


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
