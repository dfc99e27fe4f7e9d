"""The parameters of the documented endpoints: every spelling that is taken, and words for every one that is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.api.conftest import Caller
from tests.rows import in_state, recording, said, worker
from transcripts import lifecycle
from transcripts.models import Recording, Status, Transcript

pytestmark = pytest.mark.django_db


def test_without_parameters_the_language_is_detected_and_nothing_translated(caller: Caller) -> None:
    caller.upload()
    row = Transcript.objects.get()
    assert (row.language_requested, row.task, row.priority) == ("", "transcribe", "normal")


@pytest.mark.parametrize(
    ("written", "code"), [("es", "es"), ("ES", "es"), ("es-MX", "es"), ("Spanish", "es"), ("", "")]
)
def test_a_language_is_taken_from_the_query_string(caller: Caller, written: str, code: str) -> None:
    assert caller.upload(language=written).status_code == 202
    assert Transcript.objects.get().language_requested == code


def test_parameters_may_be_form_fields_too(caller: Caller) -> None:
    caller.upload(fields={"language": "es", "task": "translate", "include_segments": "true"})
    row = Transcript.objects.get()
    assert (row.language_requested, row.task) == ("es", "translate")


def test_the_query_string_wins_over_the_form(caller: Caller) -> None:
    caller.upload(fields={"language": "es", "task": "translate"}, language="en")
    row = Transcript.objects.get()
    assert (row.language_requested, row.task) == ("en", "translate")


@pytest.mark.parametrize("where", ["query string", "form"])
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("language", "englsh", "Did you mean en (English)"),
        ("language", "xx", "Unknown language 'xx'."),
        ("language", "e" * 5000, "Unknown language"),
        ("language", "\x00", "language contains a character that no text can contain."),
        ("task", "summarize", "Unknown task 'summarize'. Use one of: transcribe, translate."),
        ("task", "TRANSCRIBE", "Unknown task 'TRANSCRIBE'."),
        ("include_segments", "maybe", "include_segments must be true or false, not 'maybe'."),
        ("include_segments", "2", "include_segments must be true or false, not '2'."),
    ],
)
def test_nonsense_is_refused_in_words_and_nothing_is_kept(
    caller: Caller, where: str, name: str, value: str, words: str
) -> None:
    given: dict[str, Any] = {name: value}
    answer = caller.upload(fields=given) if where == "form" else caller.upload(**given)
    assert answer.status_code == 400
    assert list(answer.json()) == ["detail"]
    assert words in answer.json()["detail"]
    assert len(answer.json()["detail"]) < 300
    assert not Recording.objects.exists()


def _done(caller: Caller) -> str:
    held = in_state(Status.RUNNING, of=recording(api_key=caller.row))
    lifecycle.store_window(held.lease, said("a"), transcribed_ms=1000)
    lifecycle.complete(held.lease, processing_ms=1)
    return f"/api/v1/transcripts/{held.transcript.pk}"


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        *[(text, True) for text in ("true", "True", "TRUE", "1", "yes", "on", " true ")],
        *[(text, False) for text in ("false", "False", "0", "no", "off", "")],
    ],
)
def test_segments_may_be_asked_for_in_every_usual_spelling(caller: Caller, written: str, wanted: bool) -> None:
    answer = caller.get(_done(caller), query_params={"include_segments": written})
    assert isinstance(answer.json()["segments"], list) is wanted


def test_of_a_parameter_that_is_given_twice_the_last_one_counts(caller: Caller) -> None:
    answer = caller.get(_done(caller) + "?include_segments=false&include_segments=true")
    assert isinstance(answer.json()["segments"], list)


def test_parameters_that_nobody_knows_are_ignored(caller: Caller) -> None:
    assert caller.upload(temperature="0", response_format="srt").status_code == 202


def test_a_translation_is_refused_where_no_live_model_can_make_it(caller: Caller) -> None:
    worker("turbo", model="large-v3-turbo", can_translate=False)
    answer = caller.upload(task="translate")
    assert answer.status_code == 400
    assert "The model here (large-v3-turbo) cannot translate" in answer.json()["detail"]
    worker("medium", model="medium", can_translate=True)
    assert caller.upload(task="translate").status_code == 202


def test_a_worker_that_went_silent_has_no_say_in_what_can_be_translated(caller: Caller) -> None:
    worker("medium", can_translate=True, last_seen_at=timezone.now() - timedelta(minutes=1))
    worker("turbo", can_translate=False)
    assert caller.upload(task="translate").status_code == 400
