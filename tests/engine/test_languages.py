"""Which language: given, voted, chosen from a list, or asked window by window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.engine.conftest import Transcribe, said, text
from tests.engine.test_channels import RATE, samples, write
from tests.speech import SAMPLES, reference, word_error_rate
from transcripts.engine import Job, Options, UnsupportedTask
from transcripts.engine.engine import Engine


def test_the_probability_of_the_language_is_told(transcribe: Transcribe) -> None:
    result = transcribe(SAMPLES / "es-short-1.flac")[0]
    assert result.language == "es"
    assert result.language_probability is not None
    assert 0.5 < result.language_probability <= 1


def test_only_allowed_languages_are_chosen(transcribe: Transcribe) -> None:
    result = transcribe(SAMPLES / "es-short-1.flac", Options(languages=("en", "de")))[0]
    assert result.language in {"en", "de"}
    assert result.language_probability is not None
    assert result.language_probability < 0.5
    assert transcribe(SAMPLES / "es-short-1.flac", Options(languages=("en", "es")))[0].language == "es"


def test_an_allowed_language_that_the_model_does_not_know_is_refused(engine: Engine) -> None:
    with pytest.raises(UnsupportedTask, match="'xx'"):
        engine.transcribe(Path("nowhere"), Options(languages=("en", "xx")), job=Job("a"))


@pytest.mark.parametrize(
    ("name", "language"),
    [("es-long.flac", "es"), ("en-short-1.flac", "en"), ("silence.flac", None), ("noise.flac", None)],
)
def test_whoever_asks_for_the_language_only_is_told_that_and_no_words(
    transcribe: Transcribe, name: str, language: str | None
) -> None:
    (result,) = transcribe(SAMPLES / name, Options(language_only=True))
    assert (result.language, result.segments) == (language, ())
    assert (result.language_probability is not None) is (language is not None)


def test_the_language_is_told_before_a_long_recording_has_been_read(transcribe: Transcribe) -> None:
    (result,) = transcribe(SAMPLES / "es-long.flac", Options(language_only=True))
    assert result.end < reference("es-long.flac").duration / 2


def test_every_segment_names_its_language(transcribe: Transcribe) -> None:
    assert {segment.language for segment in said(transcribe(SAMPLES / "en-short-3.flac"))} == {"en"}


def test_a_mixed_recording_is_heard_window_by_window(transcribe: Transcribe, tmp_path: Path) -> None:
    english, spanish = samples("en-long.flac")[: 50 * RATE], samples("es-long.flac")[: 50 * RATE]
    path = write(tmp_path / "mixed.wav", np.concatenate([english, np.zeros(20 * RATE, np.int16), spanish]))
    results = transcribe(path, Options(multilingual=True))
    by_language = {code: [s for s in said(results) if s.language == code] for code in ("en", "es")}
    assert len(by_language["en"]) + len(by_language["es"]) == len(said(results))
    # A window may hold the end of one language and the beginning of the other: it is decoded in one of them.
    true = [s for s in reference("es-long.flac").segments if s.start > 25 and s.end < 50]
    late = [segment for segment in by_language["es"] if segment.start > 70 + 24.5]
    assert word_error_rate(" ".join(s.text for s in true), "".join(s.text for s in late)) <= 0.15
    assert results[0].language == results[-1].language == "en"


def test_asking_every_window_does_no_harm_where_all_speak_one_language(transcribe: Transcribe) -> None:
    asked = transcribe(SAMPLES / "es-long.flac", Options(multilingual=True))
    assert {segment.language for segment in said(asked)} == {"es"}
    assert word_error_rate(reference("es-long.flac").text, text(asked)) <= 0.03
