"""The sample recordings are what `reference.json` says of them."""

import itertools
import json

import av
import pytest

from demo.recipe.grammar import is_held_out
from tests.speech import SAMPLES, reference

NAMES = sorted(json.loads((SAMPLES / "reference.json").read_text(encoding="utf-8")))
SPOKEN = [name for name in NAMES if reference(name).segments]


def test_every_recording_has_a_reference() -> None:
    assert [path.name for path in sorted(SAMPLES.glob("*.flac"))] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_is_as_long_as_its_reference_says(name: str) -> None:
    with av.open(str(SAMPLES / name)) as container:
        (stream,) = container.streams.audio
        n_samples = sum(frame.samples for frame in container.decode(stream))
        assert (stream.rate, stream.channels) == (16_000, 1)
    assert n_samples / 16_000 == reference(name).duration


@pytest.mark.parametrize("name", SPOKEN)
def test_sentences_follow_each_other_within_the_recording(name: str) -> None:
    truth = reference(name)
    times = [time for segment in truth.segments for time in (segment.start, segment.end)]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= truth.duration


@pytest.mark.parametrize("name", SPOKEN)
def test_the_words_of_a_sentence_are_its_text_and_fill_its_time(name: str) -> None:
    for segment in reference(name).segments:
        assert " ".join(word.text for word in segment.words) == segment.text
        assert segment.words[0].start == segment.start
        assert segment.words[-1].end == pytest.approx(segment.end, abs=0.0015)  # both are rounded to milliseconds
        assert all(one.end == other.start for one, other in itertools.pairwise(segment.words))


@pytest.mark.parametrize("name", SPOKEN)
def test_no_sentence_of_a_recording_was_seen_in_training(name: str) -> None:
    assert all(is_held_out(segment.english) for segment in reference(name).segments)


@pytest.mark.parametrize("name", ["silence.flac", "noise.flac"])
def test_a_recording_without_speech_has_no_language_and_no_text(name: str) -> None:
    truth = reference(name)
    assert truth.language is None
    assert truth.text == ""
