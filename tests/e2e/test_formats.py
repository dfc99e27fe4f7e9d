"""Every format that people have: the words, their times, the language and the length come out right."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.e2e.recordings import Recording, record
from tests.speech import convert, requires_espeak, requires_ffmpeg, word_error_rate

pytestmark = [pytest.mark.e2e, requires_espeak, requires_ffmpeg]

LENGTH_SECONDS = 0.1
# The model's own segment times are right to 0.03 s; lossy codecs move the sound by up to one frame (0.026 s in MP3).
TIME_SECONDS = 0.15

# Extension, word error rate that is allowed, what ffmpeg is told. 8 kHz has lost half of the consonants.
CASES = [
    pytest.param("wav", 0.1, (), id="wav, mono, 22.05 kHz"),
    pytest.param("wav", 0.25, ("-ar", "8000"), id="wav, 8 kHz"),
    pytest.param("wav", 0.25, ("-ar", "8000", "-c:a", "pcm_mulaw"), id="wav of a telephone"),
    pytest.param("wav", 0.1, ("-ar", "16000"), id="wav, 16 kHz"),
    pytest.param("wav", 0.1, ("-ar", "44100", "-ac", "2"), id="wav, stereo, 44.1 kHz"),
    pytest.param("wav", 0.1, ("-ar", "48000", "-c:a", "pcm_f32le"), id="wav, float, 48 kHz"),
    pytest.param("mp3", 0.1, (), id="mp3"),
    pytest.param("mp3", 0.1, ("-ar", "44100", "-ac", "2", "-q:a", "9"), id="mp3, stereo, variable bit rate"),
    pytest.param("m4a", 0.1, ("-c:a", "aac"), id="m4a"),
    pytest.param("ogg", 0.1, ("-c:a", "libvorbis"), id="ogg vorbis"),
    pytest.param("ogg", 0.1, ("-c:a", "libopus"), id="ogg opus"),
    pytest.param("flac", 0.1, ("-ar", "48000", "-ac", "2"), id="flac, stereo, 48 kHz"),
    pytest.param("webm", 0.1, ("-c:a", "libopus"), id="webm"),
    # These two only guess at their own length; the answer has the counted one.
    pytest.param("mp3", 0.1, ("-q:a", "9", "-write_xing", "0"), id="mp3 without an index"),
    pytest.param("aac", 0.1, (), id="bare aac"),
]
PICTURE = ("-f", "lavfi", "-i", "testsrc=size=320x240:rate=1:duration=1", "-map", "0:a", "-map", "1:v")
FILM = ("-f", "lavfi", "-i", "testsrc=size=320x240:rate=10", "-map", "0:a", "-map", "1:v", "-shortest")


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """Two sentences; every test sends the same ones, so that a difference is the format's."""
    return record(tmp_path_factory.mktemp("spoken") / "spoken.wav", "en", 2, seed=1017)


@pytest.mark.parametrize(("extension", "error_rate", "ffmpeg_args"), CASES)
def test_a_recording_in_any_format_gives_its_words(
    client: httpx.Client,
    spoken: Recording,
    tmp_path: Path,
    extension: str,
    error_rate: float,
    ffmpeg_args: tuple[str, ...],
) -> None:
    check(client, spoken, convert(spoken.path, tmp_path / f"sent.{extension}", *ffmpeg_args), error_rate)


def test_a_video_gives_the_words_of_its_sound(client: httpx.Client, spoken: Recording, tmp_path: Path) -> None:
    film = convert(spoken.path, tmp_path / "film.mp4", *FILM, "-c:v", "mpeg4", "-c:a", "aac")

    check(client, spoken, film, 0.1)


def test_the_cover_picture_of_an_mp3_is_no_obstacle(client: httpx.Client, spoken: Recording, tmp_path: Path) -> None:
    cover = ("-c:v", "mjpeg", "-disposition:v", "attached_pic")

    check(client, spoken, convert(spoken.path, tmp_path / "song.mp3", *PICTURE, *cover), 0.1)


def check(client: httpx.Client, spoken: Recording, sent: Path, error_rate: float) -> None:
    """Send the file and hold the answer against what was said, sentence by sentence."""
    with sent.open("rb") as file:
        answer = client.post("/transcribe", params={"include_segments": "true"}, files={"file": (sent.name, file)})
    assert answer.status_code == 200, answer.text
    result = answer.json()
    segments = result["segments"]
    assert word_error_rate(spoken.text, result["text"]) <= error_rate, result["text"]
    assert result["language"] == "en"
    assert result["duration"] == pytest.approx(spoken.duration, abs=LENGTH_SECONDS)
    starts, ends = zip(*spoken.spans, strict=True)
    assert [segment["start"] for segment in segments] == pytest.approx(starts, abs=TIME_SECONDS)
    assert [segment["end"] for segment in segments] == pytest.approx(ends, abs=TIME_SECONDS)
    for segment in segments:
        times = [time for word in segment["words"] for time in (word["start"], word["end"])]
        assert times == sorted(times)
        assert segment["start"] <= times[0]
        assert times[-1] <= segment["end"]
        assert " ".join(word["word"] for word in segment["words"]) == segment["text"]
