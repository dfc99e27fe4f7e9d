"""A stretch of a file: from `clip_start` to `clip_end`, on the media's own clock."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Recorded, Transcribe, said
from tests.speech import SAMPLES, reference, word_error_rate
from transcripts.engine import Options, VadOptions

LONG = SAMPLES / "es-long.flac"


def test_a_clip_says_what_is_said_in_it_and_keeps_the_media_time(transcribe: Transcribe) -> None:
    inside = reference("es-long.flac").segments[5:9]
    start, end = inside[0].start - 0.2, inside[-1].end + 0.2
    results = transcribe(LONG, Options(language="es", clip_start=start, clip_end=end))
    found = said(results)
    assert word_error_rate(" ".join(s.text for s in inside), "".join(s.text for s in found)) <= 0.1
    assert [segment.start for segment in found] == pytest.approx([segment.start for segment in inside], abs=0.15)
    assert results[-1].end == pytest.approx(end)


def test_a_clip_that_reaches_beyond_the_file_ends_with_it(transcribe: Transcribe, recorded: Recorded) -> None:
    results = transcribe(SAMPLES / "es-short-1.flac", Options(clip_end=1000.0))
    assert results == recorded("es-short-1.flac")


@pytest.mark.parametrize(("start", "end"), [(-1.0, None), (3.0, 3.0), (5.0, 2.0)])
def test_a_clip_that_makes_no_sense_is_refused(start: float, end: float | None) -> None:
    with pytest.raises(ValueError, match="clip"):
        Options(clip_start=start, clip_end=end)


@pytest.mark.parametrize(
    "values", [{"threshold": 0.0}, {"threshold": 1.0}, {"min_silence": 0.0}, {"pad": -0.1}, {"min_speech": 9.0}]
)
def test_voice_detection_out_of_its_range_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="VAD"):
        VadOptions(**values)


def test_a_stricter_voice_detector_hears_less(transcribe: Transcribe) -> None:
    strict = VadOptions(min_speech=5.0)
    assert said(transcribe(SAMPLES / "es-short-1.flac", Options(vad=strict))) == []
