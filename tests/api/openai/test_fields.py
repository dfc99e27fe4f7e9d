"""The fields of the OpenAI dialect: what each asks of the engine, and what cannot be, told before the file is read."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings

from tests.api.conftest import BrokenBody, Caller
from tests.api.openai.conftest import TRANSCRIPTIONS, TRANSLATIONS, ask, only, problem
from tests.rows import worker
from transcripts.models import Transcript


@pytest.fixture(autouse=True)
def _answers_at_once(db: None, settings: Settings) -> None:
    """Nobody works here: the rows are what is looked at."""
    settings.SYNC_TIMEOUT = 0.0


@pytest.mark.parametrize(
    ("fields", "options"),
    [
        ({}, {}),
        ({"prompt": "Dr. Ahn, Werify"}, {"initial_prompt": "Dr. Ahn, Werify"}),
        ({"temperature": "0.4"}, {"temperature": 0.4}),
        ({"temperature": "0"}, {"temperature": 0.0}),
        ({"languages[]": ["en", "german"]}, {"languages": ["en", "de"]}),
        ({"keywords[]": ["Werify", "Ahn"]}, {"hotwords": "Werify, Ahn"}),
        ({"chunking_strategy": "auto"}, {}),
        (
            {
                "chunking_strategy[type]": "server_vad",
                "chunking_strategy[threshold]": "0.6",
                "chunking_strategy[silence_duration_ms]": "500",
                "chunking_strategy[prefix_padding_ms]": "250",
            },
            {"vad_threshold": 0.6, "vad_min_silence": 0.5, "vad_pad": 0.25},
        ),
        ({"profile": "careful", "clip_end": "2.5"}, {"profile": "careful", "clip_end": 2.5}),
        ({"user": "4711", "known_speaker_names[]": ["x"], "task": "translate"}, {}),
    ],
)
def test_a_field_reaches_the_engine_and_one_that_nobody_knows_is_left_alone(
    caller: Caller, fields: dict[str, Any], options: dict[str, Any]
) -> None:
    ask(caller, **fields)
    assert (only().options, only().task) == (options, "transcribe")


def test_a_language_may_be_a_code_or_a_name(caller: Caller) -> None:
    ask(caller, language="German")
    assert only().language_requested == "de"


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"model": None}, "model"),
        ({"model": ""}, "model"),
        ({"file": None}, "file"),
        ({"file": "text without a filename"}, "file"),
        ({"response_format": "docx"}, "response_format"),
        ({"language": "klingon"}, "language"),
        ({"languages[]": ["en", "xx"]}, "languages"),
        ({"temperature": "1.5"}, "temperature"),
        ({"temperature": "warm"}, "temperature"),
        ({"stream": "perhaps"}, "stream"),
        ({"include[]": ["secrets"]}, "include"),
        ({"include[]": ["logprobs"], "response_format": "verbose_json"}, "include"),
        ({"timestamp_granularities[]": ["letter"], "response_format": "verbose_json"}, "timestamp_granularities"),
        ({"timestamp_granularities[]": ["word"]}, "timestamp_granularities"),
        ({"timestamp_granularities[]": ["word"], "response_format": "srt"}, "timestamp_granularities"),
        ({"chunking_strategy": "{}"}, "chunking_strategy"),
        ({"chunking_strategy[type]": "client_vad"}, "chunking_strategy[type]"),
        ({"chunking_strategy[threshold]": "7"}, "chunking_strategy[threshold]"),
        ({"chunking_strategy[silence_duration_ms]": "long"}, "chunking_strategy[silence_duration_ms]"),
        ({"chunking_strategy[prefix_padding_ms]": "-1"}, "chunking_strategy[prefix_padding_ms]"),
        ({"prompt": "x" * 5000}, "prompt"),
        ({"profile": "sloppy"}, "profile"),
    ],
)
def test_what_cannot_be_is_told_with_its_field_and_nothing_is_stored(
    caller: Caller, fields: dict[str, Any], param: str
) -> None:
    status, error = problem(ask(caller, **fields))
    assert (status, error["param"], error["type"]) == (400, param, "invalid_request_error")
    assert error["message"]
    assert not Transcript.objects.exists()


@pytest.mark.parametrize("response_format", ["diarized_json", "docx"])
def test_a_translation_has_fewer_formats(caller: Caller, response_format: str) -> None:
    status, error = problem(ask(caller, TRANSLATIONS, response_format=response_format))
    assert (status, error["param"]) == (400, "response_format")


def test_a_translation_that_no_model_can_make_is_refused_in_words(caller: Caller) -> None:
    worker(can_translate=False)
    status, error = problem(ask(caller, TRANSLATIONS))
    assert status == 400
    assert "cannot translate" in error["message"]


@pytest.mark.parametrize(("field", "status"), [("language", 400), ("model", 404)])
def test_a_mistake_before_the_file_is_told_without_reading_the_file(caller: Caller, field: str, status: int) -> None:
    form = f'--edge\r\ncontent-disposition: form-data; name="{field}"\r\n\r\nklingon\r\n'
    file = '--edge\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\n\r\nRIFF'
    body = BrokenBody((form + file).encode() + bytes(5_000_000))
    found, error = problem(body.post(caller.client, TRANSCRIPTIONS))
    assert found == status
    assert "klingon" in error["message"]
    assert body.left > 3_000_000


def test_fields_after_the_file_are_not_missed_before_it(caller: Caller) -> None:
    parts = [
        ('name="timestamp_granularities[]"', "word"),
        ('name="file"; filename="a.wav"', "not audio"),
        ('name="response_format"', "verbose_json"),
        ('name="model"', "whisper-1"),
    ]
    form = "".join(f"--edge\r\ncontent-disposition: form-data; {name}\r\n\r\n{value}\r\n" for name, value in parts)
    kind = "multipart/form-data; boundary=edge"
    status, error = problem(caller.client.post(TRANSCRIPTIONS, (form + "--edge--\r\n").encode(), content_type=kind))
    assert (status, error["param"]) == (400, "file")


@pytest.mark.parametrize("body", [{"model": "whisper-1"}, "{"])
def test_json_instead_of_a_form_is_refused_in_the_dialects_shape(caller: Caller, body: object) -> None:
    status, error = problem(caller.client.post(TRANSCRIPTIONS, body, content_type="application/json"))
    assert status == 400
    assert "application/json" in error["message"]


def test_a_broken_form_is_refused_in_the_dialects_shape(caller: Caller) -> None:
    answer = caller.client.post(TRANSCRIPTIONS, b"--nothing", content_type="multipart/form-data")
    assert problem(answer)[0] == 400
