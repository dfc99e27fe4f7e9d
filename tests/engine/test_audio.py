"""Any container → the same samples at the same time."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer

from tests.engine.failing_disk import fail_after
from tests.speech import SAMPLES, convert, requires_ffmpeg
from transcripts.engine import NoAudio, ReaderLost, Unreadable, audio
from transcripts.engine.audio import BLOCK_SAMPLES, SAMPLE_RATE, Audio, decode

SPOKEN = SAMPLES / "en-short-2.flac"
SPOKEN_SAMPLES = 99_583


def whole(path: Path, start: float = 0.0) -> Audio:
    sound: Audio = np.concatenate([np.zeros((1, 0), np.float32), *decode(path, start)], axis=1).reshape(-1)
    return sound


def likeness(ours: Audio, theirs: Audio) -> float:
    """Correlation without any shift: 1 is the same sound at the same time; 2 ms off gives less than 0.7."""
    length = min(ours.size, theirs.size)
    return float(np.corrcoef(ours[:length], theirs[:length])[0, 1])


@pytest.fixture(scope="module")
def spoken() -> Audio:
    return whole(SPOKEN)


def test_lossless_audio_comes_out_as_it_is(spoken: Audio) -> None:
    with av.open(str(SPOKEN)) as container:
        raw = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    assert raw.dtype == np.int16
    assert spoken.dtype == np.float32
    np.testing.assert_allclose(spoken, raw / 32768, atol=1e-6)


CONVERSIONS = {
    "a.wav": ["-ac", "2", "-ar", "48000"],
    "six.wav": ["-ac", "6"],
    "a.mp3": ["-b:a", "64k"],
    "a.m4a": ["-b:a", "64k"],
    "a.ogg": ["-c:a", "libopus", "-b:a", "64k"],
    "a.flac": ["-ar", "44100"],
    "b.wav": ["-ar", "8000"],
    "a.mka": ["-c:a", "flac"],
}


@requires_ffmpeg
@pytest.mark.parametrize(("name", "args"), CONVERSIONS.items(), ids=CONVERSIONS)
def test_every_container_gives_the_same_sound_at_the_same_time(
    tmp_path: Path, spoken: Audio, name: str, args: list[str]
) -> None:
    decoded = whole(convert(SPOKEN, tmp_path / name, *args))
    assert decoded.size == pytest.approx(SPOKEN_SAMPLES, abs=0.05 * SAMPLE_RATE)
    assert likeness(decoded, spoken) > 0.95


@requires_ffmpeg
@pytest.mark.parametrize("start", [0.7, 3.0, 6.0])
@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.m4a", "a.ogg", "a.flac", "a.avi"])
def test_a_start_gives_the_tail_of_the_whole(tmp_path: Path, name: str, start: float) -> None:
    path = convert(SPOKEN, tmp_path / name)
    everything, tail = whole(path), whole(path, start)
    skipped = round(start * SAMPLE_RATE)
    assert tail.size == everything.size - skipped
    np.testing.assert_allclose(tail, everything[skipped:], atol=0.03)


@requires_ffmpeg
@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.m4a", "a.ogg", "a.flac", "a.mkv", "a.avi"])
def test_a_start_near_the_end_decodes_no_more_than_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path, seconds = convert(SAMPLES / "en-long.flac", tmp_path / name), 0.0
    frames = audio._frames

    def counted(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
        nonlocal seconds
        for frame in frames(container, stream):
            seconds += frame.samples / frame.sample_rate
            yield frame

    monkeypatch.setattr(audio, "_frames", counted)
    length = whole(path).size / SAMPLE_RATE
    assert seconds >= length - 1 > 60
    seconds = 0.0
    assert whole(path, length - 10).size == pytest.approx(10 * SAMPLE_RATE, abs=0.02 * SAMPLE_RATE)
    assert seconds < 20


def test_a_start_after_the_end_gives_nothing() -> None:
    assert whole(SPOKEN, 1000.0).size == 0


def test_blocks_are_bounded() -> None:
    sizes = [block.shape[1] for block in decode(SAMPLES / "en-long.flac")]
    assert sum(sizes) == round(145.532 * SAMPLE_RATE)
    assert max(sizes) < BLOCK_SAMPLES + SAMPLE_RATE


@requires_ffmpeg
@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.ogg", "a.flac"])
def test_a_cut_off_file_gives_all_that_is_there(tmp_path: Path, spoken: Audio, name: str) -> None:
    path = convert(SPOKEN, tmp_path / name)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 6 // 10])
    decoded = whole(path)
    assert 0.4 < decoded.size / SPOKEN_SAMPLES < 0.8
    assert likeness(decoded[: 2 * SAMPLE_RATE], spoken) > 0.9


@requires_ffmpeg
def test_a_hole_in_the_middle_does_not_move_what_follows(tmp_path: Path, spoken: Audio) -> None:
    path = convert(SPOKEN, tmp_path / "a.ogg", "-c:a", "libopus", "-page_duration", "200000")
    content = bytearray(path.read_bytes())
    page = [index for index in range(len(content)) if content[index : index + 4] == b"OggS"][12]
    content[page + 300 : page + 600] = bytes(300)  # the page's checksum fails: it is lost
    path.write_bytes(content)
    decoded = whole(path)
    assert decoded.size == pytest.approx(SPOKEN_SAMPLES, abs=0.05 * SAMPLE_RATE)
    tail = 4 * SAMPLE_RATE
    assert likeness(decoded[tail:], spoken[tail:]) > 0.9


@requires_ffmpeg
def test_an_audio_track_that_starts_late_keeps_its_time(tmp_path: Path) -> None:
    film = tmp_path / "late.mkv"
    picture = ["-f", "lavfi", "-i", "testsrc=s=64x64:d=9"]
    ffmpeg = [
        "ffmpeg",
        "-nostdin",
        "-v",
        "error",
        *picture,
        "-itsoffset",
        "2",
        "-i",
        str(SPOKEN),
        "-c:a",
        "flac",
        str(film),
    ]
    subprocess.run(ffmpeg, check=True)
    decoded = whole(film)
    assert np.abs(decoded[: 2 * SAMPLE_RATE]).max() < 1e-4
    assert decoded.size == pytest.approx(SPOKEN_SAMPLES + 2 * SAMPLE_RATE, abs=0.05 * SAMPLE_RATE)


def tone(seconds: float = 1.0) -> Audio:
    return (0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE)).astype(np.float32)


def write_with_clock(path: Path, times: Iterable[float]) -> Path:
    """A Matroska file of tones of one second each, with these timestamps."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_f32le", rate=SAMPLE_RATE, layout="mono")
        assert isinstance(stream, AudioStream)
        for time in times:
            frame = av.AudioFrame.from_ndarray(tone()[None], format="flt", layout="mono")
            frame.rate = SAMPLE_RATE
            frame.pts = round(time * SAMPLE_RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("times", "seconds"),
    [([0, 1, 2], 3), ([0, 1, 12], 13), ([0, 1, 2.05], 3), ([0, 1, 400_000], 3), ([0, 3000, 6000], 3002)],
    ids=["steady", "hole", "jitter", "forged", "more holes than are believed"],
)
def test_timestamps_are_believed_within_reason(tmp_path: Path, times: list[float], seconds: float) -> None:
    decoded = whole(write_with_clock(tmp_path / "clock.mka", times))
    assert decoded.size / SAMPLE_RATE == pytest.approx(seconds, abs=0.01)


def test_not_a_number_does_not_spread(tmp_path: Path) -> None:
    path = tmp_path / "nan.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_f32le", rate=SAMPLE_RATE, layout="mono")
        assert isinstance(stream, AudioStream)
        sound = tone()
        sound[100:200] = np.nan
        frame = av.AudioFrame.from_ndarray(sound[None], format="flt", layout="mono")
        frame.rate = SAMPLE_RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    decoded = whole(path)
    assert np.isfinite(decoded).all()
    assert np.abs(decoded[300:]).max() == pytest.approx(0.5, abs=0.01)


@requires_ffmpeg
def test_a_stream_that_changes_its_rate_on_the_way_is_followed(tmp_path: Path) -> None:
    slow = convert(SPOKEN, tmp_path / "slow.mp3", "-ar", "22050", "-ac", "1", "-write_xing", "0")
    fast = convert(SPOKEN, tmp_path / "fast.mp3", "-ar", "44100", "-ac", "2", "-write_xing", "0")
    both = tmp_path / "both.mp3"
    both.write_bytes(slow.read_bytes() + fast.read_bytes())
    assert whole(both).size == pytest.approx(2 * SPOKEN_SAMPLES, abs=0.3 * SAMPLE_RATE)


@pytest.mark.parametrize("content", [b"", b"not audio at all" * 99], ids=["empty", "text"])
def test_what_is_no_recording_is_unreadable(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with pytest.raises(Unreadable):
        whole(path)


def test_a_header_without_sound_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    path.write_bytes(SPOKEN.read_bytes()[:4000])
    with pytest.raises(Unreadable):
        whole(path)


def test_a_disk_that_fails_in_the_middle_is_not_taken_for_the_end_of_the_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    fail_after(SPOKEN.stat().st_size // 2, monkeypatch)
    with pytest.raises(ReaderLost, match="Input/output error"):
        whole(SPOKEN)


def test_pictures_alone_have_no_audio(tmp_path: Path) -> None:
    path = tmp_path / "silent.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width = stream.height = 64
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        container.mux(stream.encode(None))
    with pytest.raises(NoAudio):
        whole(path)
