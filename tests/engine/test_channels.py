"""Stereo with one speaker per channel: one job, two voices, in the order of their time."""

from __future__ import annotations

import wave
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.engine.conftest import Transcribe, said
from tests.speech import SAMPLES, reference, word_error_rate
from transcripts.engine import Options, WindowResult

RATE = 16_000
BOTH = Options(channels=True)


def samples(name: str) -> NDArray[np.int16]:
    with av.open(str(SAMPLES / name)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def write(path: Path, *channels: NDArray[np.int16]) -> Path:
    """Channels side by side, the shorter ones filled with silence."""
    length = max(channel.size for channel in channels)
    padded = [np.pad(channel, (0, length - channel.size)) for channel in channels]
    with wave.open(str(path), "wb") as file:
        file.setparams((len(channels), 2, RATE, 0, "NONE", ""))
        file.writeframes(np.stack(padded, axis=1).tobytes())
    return path


def spoken_by(results: list[WindowResult], speaker: str) -> str:
    return "".join(segment.text for segment in said(results) if segment.speaker == speaker)


def test_two_languages_at_the_same_time_come_out_one_per_channel(transcribe: Transcribe, tmp_path: Path) -> None:
    results = transcribe(write(tmp_path / "call.wav", samples("en-short-2.flac"), samples("es-short-3.flac")), BOTH)
    assert word_error_rate(reference("en-short-2.flac").text, spoken_by(results, "Channel 1")) <= 0.14
    assert word_error_rate(reference("es-short-3.flac").text, spoken_by(results, "Channel 2")) <= 0.06
    languages = {(segment.speaker, segment.language) for segment in said(results)}
    assert languages == {("Channel 1", "en"), ("Channel 2", "es")}
    starts = [segment.start for segment in said(results)]
    assert starts == sorted(starts)


def test_speakers_take_turns_over_many_windows_in_order(transcribe: Transcribe, tmp_path: Path) -> None:
    silence = np.zeros(40 * RATE, np.int16)
    left = np.concatenate([samples("en-long.flac")[: 60 * RATE], silence])
    right = np.concatenate([silence, samples("es-long.flac")[: 55 * RATE]])
    results = transcribe(write(tmp_path / "turns.wav", left, right), BOTH)
    ends = [result.end for result in results]
    assert len(ends) >= 3
    assert all(before < after for before, after in pairwise(ends))
    done = 0.0
    for result in results:
        assert all(done <= segment.start <= segment.end <= result.end for segment in result.segments)
        done = result.end
    assert len(spoken_by(results, "Channel 1").split()) > 80
    assert len(spoken_by(results, "Channel 2").split()) > 80


def test_a_silent_channel_says_nothing(transcribe: Transcribe, tmp_path: Path) -> None:
    spoken = samples("es-short-1.flac")
    (segment,) = said(transcribe(write(tmp_path / "right.wav", np.zeros_like(spoken), spoken), BOTH))
    assert (segment.speaker, segment.text.strip()) == ("Channel 2", "¿Dónde están las cartas pequeñas?")


@pytest.mark.parametrize("count", [1, 3])
def test_anything_but_stereo_is_heard_as_one(transcribe: Transcribe, tmp_path: Path, count: int) -> None:
    path = write(tmp_path / "mono.wav", *[samples("es-short-1.flac")] * count)
    assert [segment.speaker for segment in said(transcribe(path, BOTH))] == [""]


def test_without_the_option_stereo_is_mixed(transcribe: Transcribe, tmp_path: Path) -> None:
    spoken = samples("es-short-1.flac")
    (segment,) = said(transcribe(write(tmp_path / "stereo.wav", np.zeros_like(spoken), spoken)))
    assert (segment.speaker, segment.text.strip()) == ("", "¿Dónde están las cartas pequeñas?")


def test_a_resumed_call_says_what_the_undisturbed_one_says(transcribe: Transcribe, tmp_path: Path) -> None:
    right = np.concatenate([np.zeros(50 * RATE, np.int16), samples("es-short-3.flac")])
    path = write(tmp_path / "call.wav", samples("es-long.flac"), right)
    options = Options(channels=True, language="es")
    undisturbed = transcribe(path, options)
    resumed = transcribe(path, options, undisturbed[:1])
    assert [segment.text for segment in said(resumed)] == [segment.text for segment in said(undisturbed[1:])]
    assert [result.end for result in resumed] == [result.end for result in undisturbed[1:]]
