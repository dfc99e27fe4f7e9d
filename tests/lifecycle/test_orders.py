"""What a caller may ask of a recording, and what reaches the engine of it."""

from __future__ import annotations

import pytest

from tests.rows import recording
from transcripts import lifecycle
from transcripts.engine import Options, VadOptions
from transcripts.errors import BadOptions
from transcripts.models import Glossary
from transcripts.orders import OPTIONS, TEXT_LENGTH, asked, order
from transcripts.transcription import _options

ALL = {
    "model": "auto",
    "languages": "en,Spanish",
    "multilingual": "true",
    "profile": "careful",
    "prompt": " A council meeting. ",
    "hotwords": "Okafor, Werify",
    "temperature": "0.4",
    "channels": "yes",
    "clip_start": "1.5",
    "clip_end": "60",
    "word_timestamps": "false",
    "vad_threshold": "0.6",
    "vad_min_silence": "0.3",
    "vad_min_speech": "0.2",
    "vad_pad": "0.1",
}


def test_the_cast_is_complete() -> None:
    assert set(ALL) == set(OPTIONS)


def test_every_option_is_read_and_named_as_the_engine_names_it() -> None:
    assert order(ALL).options == {
        "model": "auto",
        "languages": ["en", "es"],
        "multilingual": True,
        "profile": "careful",
        "initial_prompt": "A council meeting.",
        "hotwords": "Okafor, Werify",
        "temperature": 0.4,
        "channels": True,
        "clip_start": 1.5,
        "clip_end": 60.0,
        "word_timestamps": False,
        "vad_threshold": 0.6,
        "vad_min_silence": 0.3,
        "vad_min_speech": 0.2,
        "vad_pad": 0.1,
    }


def test_values_of_json_are_read_like_the_words_of_a_form() -> None:
    typed = {
        "languages": ["en", "Spanish"],
        "multilingual": True,
        "temperature": 0.4,
        "channels": True,
        "clip_start": 1.5,
        "clip_end": 60,
        "word_timestamps": False,
        "vad_threshold": 0.6,
        "vad_min_silence": 0.3,
        "vad_min_speech": 0.2,
        "vad_pad": 0.1,
    }
    assert order({**ALL, **typed}) == order(ALL)


def test_what_a_row_keeps_can_be_told_and_asked_for_again() -> None:
    kept = order(ALL).options
    assert set(asked(kept)) == set(ALL)
    assert order(asked(kept)).options == kept


@pytest.mark.django_db
def test_every_option_reaches_the_engine_through_the_row() -> None:
    row = lifecycle.submit(recording(), language_requested="en", options=dict(order(ALL).options))
    row.refresh_from_db()
    assert _options(row) == Options(
        model="auto",
        language="en",
        languages=("en", "es"),
        multilingual=True,
        profile="careful",
        initial_prompt="A council meeting.",
        hotwords="Okafor, Werify",
        temperature=0.4,
        channels=True,
        clip_start=1.5,
        clip_end=60.0,
        word_timestamps=False,
        vad=VadOptions(threshold=0.6, min_silence=0.3, min_speech=0.2, pad=0.1),
    )


@pytest.mark.django_db
def test_the_words_of_a_glossary_stand_behind_the_requests_own_and_stay_what_they_were() -> None:
    council = Glossary.objects.create(name="Council", words="Okafor, Bürgeramt")
    row = lifecycle.submit(recording(), options=dict(order({"glossary": "council", "hotwords": "Werify"}).options))
    council.delete()
    row.refresh_from_db()
    assert _options(row).hotwords == "Werify, Okafor, Bürgeramt"
    assert asked(row.options) == {"hotwords": "Werify", "glossary": "Council"}


@pytest.mark.django_db
def test_a_glossary_that_is_not_there_is_told_with_what_comes_near() -> None:
    Glossary.objects.create(name="Council", words="Okafor")
    with pytest.raises(BadOptions, match=r"There is no glossary named 'counsel'\. Did you mean 'Council'\?"):
        order({"glossary": "counsel"})


def test_what_is_not_given_is_left_to_the_engine() -> None:
    assert order({"prompt": "", "temperature": None, "colour": "blue"}).options == {}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"profile": "quick"}, "Unknown profile 'quick'. Use one of: fast, careful."),
        ({"languages": "en,englsh"}, "Unknown language 'englsh'. Did you mean en (English)"),
        ({"temperature": "warm"}, "temperature must be a number, not 'warm'."),
        ({"temperature": "1.01"}, "temperature must lie between 0 and 1, not '1.01'."),
        ({"temperature": "nan"}, "temperature must be a number, not 'nan'."),
        ({"clip_start": "inf"}, "clip_start must be a number, not 'inf'."),
        ({"clip_end": "9e307"}, "clip_end must be at most 10000000 seconds."),
        ({"clip_start": "-1"}, "A clip starts at 0 or later and ends after it starts (seconds)."),
        ({"clip_start": "5", "clip_end": "5"}, "A clip starts at 0 or later and ends after it starts (seconds)."),
        ({"vad_threshold": "1"}, "The VAD threshold lies between 0 and 1."),
        ({"vad_pad": "6"}, "VAD times are seconds: min_silence above 0, all of them up to 5."),
        ({"word_timestamps": ["true"]}, "word_timestamps must be one value, not a list or an object."),
        ({"clip_start": True}, "clip_start must be a number, not 'true'."),
        ({"prompt": "a\x00b"}, "prompt contains a character that no text can contain."),
        ({"hotwords": "\ud800"}, "hotwords contains a character that no text can contain."),
        ({"channels": "both"}, "channels must be true or false, not 'both'."),
        ({"retention_days": "-1"}, "retention_days must be a whole number of days from 0 to 36500, not '-1'."),
        ({"retention_days": "36501"}, "retention_days must be a whole number of days from 0 to 36500, not '36501'."),
        ({"audio_retention_days": "1.5"}, "audio_retention_days must be a whole number of days"),
        ({"audio_retention_days": "²"}, "audio_retention_days must be a whole number of days"),
        ({"retention_days": "9" * 5000}, "retention_days must be a whole number of days"),
        ({"prompt": "x" * (TEXT_LENGTH + 1)}, "prompt is longer than 4000 characters."),
    ],
)
def test_what_cannot_be_is_said_in_words(given: dict[str, object], words: str) -> None:
    with pytest.raises(BadOptions) as refused:
        order(given)
    assert str(refused.value).startswith(words)
