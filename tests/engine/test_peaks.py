"""The waveform comes with the words: same pass, whole, and the same in pieces."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.conftest import Recorded, Transcribe
from tests.speech import SAMPLES
from transcripts.engine import Options
from transcripts.engine.audio import SAMPLE_RATE, Audio, decode
from transcripts.engine.peaks import STEP_SAMPLES, PeakMeter


def measured(sound: Audio, blocks: list[int], ends: list[float]) -> bytes:
    meter = PeakMeter(0, 0)
    passed = list(meter.tap(np.split(sound, np.cumsum(blocks), axis=1)))
    np.testing.assert_array_equal(np.concatenate(passed, axis=1), sound)
    return b"".join([*(meter.take(end) for end in ends), meter.take_all()])


def expected(sound: Audio) -> bytes:
    steps = [sound[:, at : at + STEP_SAMPLES] for at in range(0, sound.shape[1], STEP_SAMPLES)]
    pairs = [(round(float(step.min()) * 127), round(float(step.max()) * 127)) for step in steps]
    return np.array(pairs, np.int8).tobytes()


def noise(samples: int, channels: int = 1) -> Audio:
    return np.random.default_rng(1).uniform(-1, 1, (channels, samples)).astype(np.float32)


@settings(max_examples=40, deadline=None)
@given(
    samples=st.integers(1, 20_000),
    blocks=st.lists(st.integers(0, 3000), max_size=8),
    ends=st.lists(st.floats(0, 1.25), max_size=5).map(sorted),
    channels=st.integers(1, 2),
)
def test_blocks_and_results_may_be_cut_anywhere(
    samples: int, blocks: list[int], ends: list[float], channels: int
) -> None:
    sound = noise(samples, channels)
    cuts = [size for size in blocks if size]
    assert measured(sound, cuts, ends) == expected(sound)


def test_results_carry_the_whole_waveform(recorded: Recorded) -> None:
    results = recorded("es-long.flac")
    sound = np.concatenate(list(decode(SAMPLES / "es-long.flac")), axis=1)
    assert b"".join(result.peaks for result in results) == expected(sound)
    assert len(results[0].peaks) // 2 == int(results[0].end * SAMPLE_RATE) // STEP_SAMPLES


def test_a_resumed_job_goes_on_with_the_waveform(transcribe: Transcribe, recorded: Recorded) -> None:
    first, *rest = recorded("es-long.flac")
    resumed = transcribe(SAMPLES / "es-long.flac", Options(language="es"), [first])
    ours, theirs = (np.frombuffer(b"".join(part.peaks for part in run), np.int8) for run in (resumed, rest))
    assert ours == pytest.approx(theirs, abs=1)
