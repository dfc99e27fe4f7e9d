"""What a caller may ask of a recording, and what reaches the engine of it."""

from __future__ import annotations

import pytest

from tests.rows import recording
from transcripts import lifecycle
from transcripts.engine import Options
from transcripts.errors import BadOptions
from transcripts.orders import OPTIONS, TEXT_LENGTH, order
from transcripts.transcription import _options

ALL = {
    "languages": "en,Spanish",
    "multilingual": "true",
    "profile": "careful",
    "prompt": " A council meeting. ",
    "hotwords": "Okafor, Werify",
    "temperature": "0.4",
    "channels": "yes",
    "clip_start": "1.5",
    "clip_end": "60",
}


def test_the_cast_is_complete() -> None:
    assert set(ALL) == set(OPTIONS)


def test_every_option_is_read_and_named_as_the_engine_names_it() -> None:
    assert order(ALL).options == {
        "languages": ["en", "es"],
        "multilingual": True,
        "profile": "careful",
        "initial_prompt": "A council meeting.",
        "hotwords": "Okafor, Werify",
        "temperature": 0.4,
        "channels": True,
        "clip_start": 1.5,
        "clip_end": 60.0,
    }


@pytest.mark.django_db
def test_every_option_reaches_the_engine_through_the_row() -> None:
    row = lifecycle.submit(recording(), language_requested="en", options=dict(order(ALL).options))
    row.refresh_from_db()
    assert _options(row) == Options(
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
    )


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
        ({"clip_start": "-1"}, "A clip starts at 0 or later and ends after it starts (seconds)."),
        ({"clip_start": "5", "clip_end": "5"}, "A clip starts at 0 or later and ends after it starts (seconds)."),
        ({"channels": "both"}, "channels must be true or false, not 'both'."),
        ({"prompt": "x" * (TEXT_LENGTH + 1)}, "prompt is longer than 4000 characters."),
    ],
)
def test_what_cannot_be_is_said_in_words(given: dict[str, str], words: str) -> None:
    with pytest.raises(BadOptions) as refused:
        order(given)
    assert str(refused.value).startswith(words)
