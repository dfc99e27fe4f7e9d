"""What a file holds, and which files are refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.failing_disk import fail_after
from tests.speech import SAMPLES, convert, requires_ffmpeg
from transcripts.engine import NoAudio, ReaderLost, Unreadable
from transcripts.engine.probe import probe

SPOKEN = SAMPLES / "en-short-1.flac"
SECONDS = 3.9625625


def test_a_flac_file_tells_its_length_and_shape() -> None:
    info = probe(SPOKEN)
    assert (info.container, info.codec, info.sample_rate, info.channels) == ("flac", "flac", 16_000, 1)
    assert info.duration == pytest.approx(SECONDS)
    assert not info.has_video


@requires_ffmpeg
@pytest.mark.parametrize(
    ("name", "container", "codec", "args"),
    [
        ("a.wav", "wav", "pcm_s16le", ["-ac", "2", "-ar", "48000"]),
        ("a.mp3", "mp3", "mp3float", ["-ac", "2", "-ar", "48000"]),
        ("a.m4a", "mov", "aac", ["-ac", "2", "-ar", "48000"]),
        ("a.ogg", "ogg", "opus", ["-c:a", "libopus", "-ac", "2"]),
        ("a.webm", "matroska", "opus", ["-c:a", "libopus", "-ac", "2"]),
    ],
)
def test_every_documented_container_is_known(
    tmp_path: Path, name: str, container: str, codec: str, args: list[str]
) -> None:
    info = probe(convert(SPOKEN, tmp_path / name, *args))
    assert (info.container, info.codec, info.sample_rate, info.channels) == (container, codec, 48_000, 2)
    assert info.duration == pytest.approx(SECONDS, abs=0.05)


@requires_ffmpeg
def test_a_webm_stream_that_states_no_length_is_read_through(tmp_path: Path) -> None:
    live = convert(SPOKEN, tmp_path / "live.webm", "-c:a", "libopus", "-f", "webm", "-live", "1")
    assert probe(live).duration == pytest.approx(SECONDS, abs=0.05)


@requires_ffmpeg
def test_a_video_is_told_from_a_cover_picture(tmp_path: Path) -> None:
    picture, song, covered, film = (tmp_path / name for name in ("c.png", "a.m4a", "covered.m4a", "film.mp4"))
    ffmpeg = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
    subprocess.run([*ffmpeg, "-f", "lavfi", "-i", "color=s=64x64", "-frames:v", "1", picture], check=True)
    convert(SPOKEN, song)
    cover = ["-map", "0", "-map", "1", "-c", "copy", "-disposition:v", "attached_pic"]
    subprocess.run([*ffmpeg, "-i", song, "-i", picture, *cover, covered], check=True)
    subprocess.run([*ffmpeg, "-f", "lavfi", "-i", "testsrc=s=64x64:d=3", "-i", SPOKEN, "-shortest", film], check=True)
    assert not probe(covered).has_video
    assert probe(film).has_video


@requires_ffmpeg
def test_a_film_without_sound_has_no_audio(tmp_path: Path) -> None:
    film = tmp_path / "silent.mp4"
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x64:d=1", film], check=True)
    with pytest.raises(NoAudio, match="no audio track"):
        probe(film)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello, I am not audio\n" * 100,
        b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/a.mp3\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile '/etc/passwd'\n",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
        b"\x89PNG\r\n\x1a\n" + bytes(64),
        b"1\n00:00:00,000 --> 00:00:01,000\nA subtitle.\n\n",
        b"RIFF\xff\xff\xff\xffWAVE",
    ],
    ids=["empty", "text", "hls", "concat", "sdp", "png", "srt", "wav header alone"],
)
@pytest.mark.parametrize("name", ["upload.wav", "upload.m3u8", "upload"])
def test_what_is_no_recording_is_unreadable(tmp_path: Path, content: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Unreadable):
        probe(path)


def test_a_name_that_looks_like_an_address_is_a_file_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("http:127.0.0.1:9%s.flac")
    path.write_bytes(SPOKEN.read_bytes())
    assert probe(path).duration == pytest.approx(SECONDS)


@pytest.mark.parametrize(("name", "why"), [("none.wav", "No such file or directory"), ("", "Is a directory")])
def test_a_file_that_is_not_there_is_not_at_fault_itself(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(ReaderLost, match=f"cannot be read where it is stored: {why}"):
        probe(tmp_path / name)


def test_a_disk_that_fails_is_not_taken_for_a_broken_file(monkeypatch: pytest.MonkeyPatch) -> None:
    fail_after(0, monkeypatch)
    with pytest.raises(ReaderLost, match="Input/output error"):
        probe(SPOKEN)


def test_probing_loads_no_model_library() -> None:
    program = (
        "import sys; from transcripts.engine.probe import probe; "
        "print(sorted({'ctranslate2', 'faster_whisper', 'onnxruntime', 'numpy', 'django'} & set(sys.modules)))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() in {"[]", "['numpy']"}
