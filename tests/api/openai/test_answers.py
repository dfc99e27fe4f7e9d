"""What a waiting request of the OpenAI dialect is answered, in each format."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.api.conftest import Caller, WorkerDoes
from tests.api.openai.conftest import TRANSCRIPTIONS, TRANSLATIONS, Says, ask, only, problem
from tests.api.shapes import described, faults
from tests.rows import said
from transcripts import lifecycle
from transcripts.lifecycle import Lease
from transcripts.models import Edit, Segment, Transcript

pytestmark = pytest.mark.django_db(transaction=True)

FIGURES = {
    "seek": 120,
    "tokens": [50364, 11, 7],
    "temperature": 0.2,
    "avg_logprob": -0.25,
    "compression_ratio": 1.5,
    "no_speech_prob": 0.01,
}
USAGE = {"type": "duration", "seconds": 4}  # of 3.963


def test_json_is_the_text_and_the_usage(caller: Caller, says: Says) -> None:
    says("Hello", "there.")
    answer = ask(caller)
    assert answer.json() == {"text": "Hello there.", "usage": USAGE}
    assert answer["content-type"] == "application/json"
    assert answer["x-transcript-id"] == str(only().pk)


@pytest.mark.parametrize(
    ("response_format", "kind", "body"),
    [
        ("text", "text/plain; charset=utf-8", "Hello there.\n"),
        (
            "srt",
            "text/plain; charset=utf-8",
            "1\n00:00:00,000 --> 00:00:01,000\nHello\n\n2\n00:00:01,000 --> 00:00:02,000\nthere.\n",
        ),
        (
            "vtt",
            "text/vtt; charset=utf-8",
            "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHello\n\n00:00:01.000 --> 00:00:02.000\nthere.\n",
        ),
    ],
)
def test_a_text_format_is_the_body_itself(
    caller: Caller, says: Says, response_format: str, kind: str, body: str
) -> None:
    says("Hello", "there.")
    answer = ask(caller, response_format=response_format)
    assert (answer["content-type"], answer.content.decode()) == (kind, body)
    assert answer["x-request-id"].startswith("req_")


def test_verbose_json_has_every_figure_of_every_segment(caller: Caller, says: Says) -> None:
    says("Hello", "there.", **FIGURES)
    assert ask(caller, response_format="verbose_json").json() == {
        "task": "transcribe",
        "language": "english",
        "duration": 3.963,
        "text": "Hello there.",
        "segments": [
            {"id": 0, "start": 0.0, "end": 1.0, "text": " Hello", **FIGURES},
            {"id": 1, "start": 1.0, "end": 2.0, "text": " there.", **FIGURES},
        ],
        "usage": USAGE,
    }


def test_an_edited_segment_is_answered_as_it_stands_and_has_all_ten_fields(
    caller: Caller, worker_does: WorkerDoes
) -> None:
    def heard_and_corrected(lease: Lease) -> None:
        lifecycle.store_window(lease, said("Hullo", "there."), transcribed_ms=3963)
        edit = Edit.objects.create(transcript_id=lease.transcript_id, number=1, kind=Edit.Kind.TEXT)
        Segment.objects.filter(index=0).update(replaced_by=edit)
        Segment.objects.create(
            transcript_id=lease.transcript_id, index=0, version=2, edit=edit, start_ms=0, end_ms=900, text=" Hello"
        )
        Transcript.objects.filter(pk=lease.transcript_id).update(edit_count=1)
        lifecycle.complete(lease, processing_ms=100)

    worker_does(heard_and_corrected)
    body = ask(caller, response_format="verbose_json").json()

    assert body["text"] == "Hello there."
    assert [segment["text"] for segment in body["segments"]] == [" Hello", " there."]
    assert all(set(segment) == {"id", "start", "end", "text", *FIGURES} for segment in body["segments"])


@pytest.mark.parametrize(
    ("granularities", "brackets", "keys"),
    [
        (["segment"], "[]", {"segments"}),
        (["word"], "[]", {"words"}),
        (["word"], "", {"words"}),
        (["word", "segment"], "[]", {"words", "segments"}),
    ],
)
def test_granularities_say_whether_words_or_segments_are_told(
    caller: Caller, says: Says, granularities: list[str], brackets: str, keys: set[str]
) -> None:
    says("Hello")
    field = f"timestamp_granularities{brackets}"
    body = ask(caller, response_format="verbose_json", lists={field: granularities}).json()
    assert set(body) & {"words", "segments"} == keys
    assert body.get("words", [{"word": "Hello", "start": 0.0, "end": 1.0}]) == [
        {"word": "Hello", "start": 0.0, "end": 1.0}
    ]


def test_logprobs_are_those_of_the_words(caller: Caller, says: Says) -> None:
    says("né", "so", words=[{"word": " né", "start_ms": 0, "end_ms": 10, "probability": 0.5}])
    body = ask(caller, lists={"include[]": ["logprobs"]}).json()
    assert body["logprobs"] == [{"token": " né", "bytes": [32, 110, 195, 169], "logprob": math.log(0.5)}] * 2


def test_a_word_that_the_engine_does_not_believe_in_at_all_is_still_json(caller: Caller, says: Says) -> None:
    says("no", words=[{"word": " no", "start_ms": 0, "end_ms": 10, "probability": 0.0}])
    assert ask(caller, lists={"include[]": ["logprobs"]}).json()["logprobs"][0]["logprob"] < -9


def test_diarized_json_tells_who_speaks_on_which_channel(caller: Caller, says: Says) -> None:
    says("Hello", speaker="Channel 2")
    body = ask(caller, response_format="diarized_json").json()
    assert only().options["channels"] is True
    assert body == {
        "task": "transcribe",
        "duration": 3.963,
        "text": "Hello",
        "segments": [
            {
                "type": "transcript.text.segment",
                "id": "seg_0",
                "start": 0.0,
                "end": 1.0,
                "speaker": "Channel 2",
                "text": "Hello",
            }
        ],
        "usage": USAGE,
    }


def test_diarized_json_of_speakers_whom_nobody_told_apart_is_refused(caller: Caller, says: Says) -> None:
    says("Hello")
    status, error = problem(ask(caller, response_format="diarized_json"))
    assert (status, error["param"]) == (400, "response_format")
    assert "stereo" in error["message"]


def test_a_translation_is_in_english_whatever_was_spoken(caller: Caller, says: Says) -> None:
    says("Hello", language="de")
    body = ask(caller, TRANSLATIONS, response_format="verbose_json").json()
    assert (body["task"], body["language"], body["text"]) == ("translate", "english", "Hello")
    assert only().task == "translate"


@pytest.mark.parametrize("response_format", ["json", "verbose_json", "diarized_json", "text", "srt", "vtt"])
def test_silence_is_an_empty_text_and_no_error(caller: Caller, says: Says, response_format: str) -> None:
    says(language=None)
    answer = ask(caller, response_format=response_format)
    assert answer.status_code == 200
    if response_format.endswith("json"):
        assert answer.json()["text"] == ""
        assert answer.json().get("segments", []) == []
    else:
        assert answer.content.decode().strip() in ("", "WEBVTT")


@pytest.mark.parametrize(("texts", "languages"), [(("Hello", "there."), [{"code": "en"}]), ((), [])])
def test_under_one_name_the_languages_that_were_heard_are_told(
    caller: Caller, says: Says, texts: tuple[str, ...], languages: list[dict[str, str]]
) -> None:
    says(*texts, language="en" if texts else None)
    assert ask(caller, model="gpt-transcribe").json()["languages"] == languages
    assert "languages" not in ask(caller, model="whisper-1", prompt="another request").json()


def test_the_languages_of_a_mixed_recording_are_told_in_their_order(caller: Caller, worker_does: WorkerDoes) -> None:
    def work(lease: Lease) -> None:
        segments = said("Hello.", "Buenas.", "Bye.")
        for segment, language in zip(segments, ("en", "es", "en"), strict=True):
            segment.language = language
        lifecycle.store_window(lease, segments, transcribed_ms=3000, language="en", language_probability=0.9)
        lifecycle.complete(lease, processing_ms=1)

    worker_does(work)
    assert ask(caller, model="gpt-transcribe").json()["languages"] == [{"code": "en"}, {"code": "es"}]


@pytest.mark.parametrize(
    "fields",
    [
        {"response_format": "json"},
        {"response_format": "json", "model": "gpt-transcribe"},
        {"response_format": "json", "include[]": "logprobs"},
        {"response_format": "verbose_json"},
        {"response_format": "verbose_json", "timestamp_granularities[]": ["word", "segment"]},
        {"response_format": "diarized_json"},
    ],
    ids=lambda fields: " ".join(map(str, fields.values())),
)
@pytest.mark.parametrize("texts", [("Good morning.", "Hello."), ()], ids=["speech", "silence"])
def test_every_json_is_as_the_schema_says_with_words_and_without(
    caller: Caller, says: Says, fields: dict[str, Any], texts: tuple[str, ...]
) -> None:
    says(*texts, word_by_word=True, speaker="Channel 1")
    answer = ask(caller, **fields)
    assert answer.status_code == 200, answer.content
    responses = described()["paths"][TRANSCRIPTIONS]["post"]["responses"]
    assert faults(responses["200"]["content"]["application/json"]["schema"], answer.json()) == []
