"""Speech → windows: nothing lost, nothing twice, nothing over 30 s, and a map back to the media's time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from faster_whisper.vad import get_vad_model
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.speech import SAMPLES
from transcripts.engine.audio import SAMPLE_RATE, Audio, decode
from transcripts.engine.job import WARM_UP
from transcripts.engine.speech import FRAME, Detector
from transcripts.engine.timemap import Piece, TimeMap
from transcripts.engine.windows import MAX_EXTENT, Cut, Packer, Window, windows

SECOND = SAMPLE_RATE // FRAME  # frames, 31.25 rounded down

runs = st.lists(
    st.tuples(
        st.integers(1, 1500) | st.integers(1, 20),  # frames of quiet: up to 48 s
        st.integers(1, 2200) | st.integers(1, 60),  # frames of speech: up to 70 s
    ),
    max_size=12,
)


def recording(spans: list[tuple[int, int]], tail: int = 0) -> Audio:
    """Probabilities per frame: quiet and speech in turn."""
    parts = [np.repeat(np.array([0.01, 0.99], np.float32), span) for span in spans]
    return np.concatenate([*parts, np.full(tail, 0.01, np.float32)])


def cut(probabilities: Audio, block: int = 468) -> list[Window]:
    """Windows of a recording in which every sample is the number of its frame: audio that tells where it is from."""
    packer = Packer(0, Cut())
    made: list[Window] = []
    for begin in range(0, probabilities.size, block):
        part = probabilities[begin : begin + block]
        samples = np.repeat(np.arange(begin, begin + part.size, dtype=np.float32), FRAME)
        made += packer.feed(begin, samples[None], part[None])
    return [*made, *packer.finish(probabilities.size * FRAME / SAMPLE_RATE)]


def frames_of(window: Window) -> list[int]:
    return [int(number) for track in window.tracks for number in track.audio[::FRAME]]


@settings(max_examples=60, deadline=None)
@given(spans=runs, tail=st.integers(0, 3000))
def test_no_frame_of_speech_is_lost_or_doubled(spans: list[tuple[int, int]], tail: int) -> None:
    probabilities = recording(spans, tail)
    carried = [frame for window in cut(probabilities) for frame in frames_of(window)]
    assert carried == sorted(set(carried))
    position, spoken = 0, set()
    for quiet, speech in spans:
        position += quiet
        if speech >= 5:
            spoken |= set(range(position, position + speech))
        position += speech
    assert spoken <= set(carried)


@settings(max_examples=60, deadline=None)
@given(spans=runs, tail=st.integers(0, 3000))
def test_windows_fit_the_model_and_progress_never_stands_still(spans: list[tuple[int, int]], tail: int) -> None:
    probabilities = recording(spans, tail)
    made = cut(probabilities)
    assert all(window.seconds <= 30 for window in made)
    ends = [0.0, *(window.end for window in made)]
    assert all(before <= after for before, after in pairwise(ends))
    assert all(after - before <= 2 * MAX_EXTENT * FRAME / SAMPLE_RATE for before, after in pairwise(ends))
    assert ends[-1] == probabilities.size * FRAME / SAMPLE_RATE


@settings(max_examples=60, deadline=None)
@given(spans=runs)
def test_window_time_leads_back_to_media_time(spans: list[tuple[int, int]]) -> None:
    for window in cut(recording(spans)):
        for index, frame in enumerate(frames_of(window)):
            begin, end = window.times.span(index * FRAME / SAMPLE_RATE, (index + 1) * FRAME / SAMPLE_RATE)
            assert begin == pytest.approx(frame * FRAME / SAMPLE_RATE)
            assert end == pytest.approx((frame + 1) * FRAME / SAMPLE_RATE)


@settings(max_examples=30, deadline=None)
@given(spans=runs, block=st.integers(1, 2000))
def test_the_size_of_blocks_changes_nothing(spans: list[tuple[int, int]], block: int) -> None:
    probabilities = recording(spans)
    ours, theirs = cut(probabilities, block), cut(probabilities)
    assert [frames_of(window) for window in ours] == [frames_of(window) for window in theirs]


def test_unbroken_speech_is_cut_at_its_quietest_place() -> None:
    probabilities = np.full(40 * SECOND, 0.99, np.float32)
    probabilities[700:705] = 0.4  # not quiet enough for a pause
    first, second = cut(probabilities)
    assert (frames_of(first)[-1], frames_of(second)[0]) == (701, 702)


def test_a_window_that_is_well_filled_ends_at_the_longest_pause() -> None:
    spans = [(20, 780), (30, 60), (6, 400)]
    first, second = cut(recording(spans, 50))
    joint = 800 + 15  # the middle of the pause of 30 frames
    assert 800 <= frames_of(first)[-1] < joint <= frames_of(second)[0] < 830


def test_long_silence_is_reported_at_least_every_minute() -> None:
    made = cut(recording([(15 * 60 * SECOND, 50)], 50))
    silent = [window for window in made if not window.tracks]
    assert len(silent) == 14
    assert [window.seconds for window in made if window.tracks] == [pytest.approx(50 * 0.032 + 2 * 0.384)]


def test_a_joint_belongs_to_what_ends_and_to_what_begins_there() -> None:
    times = TimeMap([Piece(0.0, 10.0, 2.0), Piece(2.0, 50.0, 3.0)])
    assert times.end(2.0) == 12.0
    assert times.start(2.0) == 50.0
    assert times.span(1.9, 2.4) == (50.0, 50.4)
    assert times.span(1.5, 2.1) == (11.5, 12.0)
    assert (times.start(0.0), times.end(5.0)) == (10.0, 53.0)


def test_blocks_give_the_detector_what_one_pass_gives() -> None:
    sound = np.concatenate(list(decode(SAMPLES / "es-short-3.flac")), axis=1)[0]
    sound = np.pad(sound, (0, -sound.size % FRAME + FRAME))
    detect = Detector()
    parts = [detect(sound[begin : begin + 7 * FRAME]) for begin in range(0, sound.size, 7 * FRAME)]
    np.testing.assert_array_equal(np.concatenate(parts), get_vad_model()(sound.copy()).reshape(-1))


def test_a_resumed_run_cuts_where_the_first_one_did() -> None:
    path = SAMPLES / "en-long.flac"
    undisturbed = list(windows(decode(path), 0))
    for before, window in enumerate(undisturbed[:-1]):
        first = round(window.end * SAMPLE_RATE / FRAME)
        warm_up = min(first, WARM_UP)
        resumed = list(windows(decode(path, (first - warm_up) * FRAME / SAMPLE_RATE), first, warm_up))
        assert [window.end for window in resumed] == [window.end for window in undisturbed[before + 1 :]]
        for ours, theirs in zip(resumed, undisturbed[before + 1 :], strict=True):
            assert ours.seconds == pytest.approx(
                theirs.seconds, abs=0.2
            )  # the edges of pauses, by the detector's state
