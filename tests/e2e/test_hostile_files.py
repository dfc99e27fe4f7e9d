"""Whatever is sent as a file gets a clear answer, and the next recording is transcribed as if nothing had been."""

from __future__ import annotations

import random
import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.e2e.recordings import record
from tests.e2e.stack import Stack
from tests.hostile.corpus import Recipe, corpus
from tests.speech import SAMPLES, convert, reference, requires_espeak, requires_ffmpeg, word_error_rate

pytestmark = [pytest.mark.e2e, requires_espeak, requires_ffmpeg]

SPOKEN = reference("en-short-1.flac")
# A WAV header that promises 4 GB of sound: mono, 16 bit, 16 kHz, as in the format's own description.
BOASTING_HEADER = struct.pack(
    "<4sI4s4sIHHIIHH4sI", b"RIFF", 2**32 - 1, b"WAVE", b"fmt ", 16, 1, 1, 16_000, 32_000, 2, 16, b"data", 2**32 - 1
)


def send(client: httpx.Client, name: str, content: bytes) -> httpx.Response:
    """Post `content` under `name`."""
    return client.post("/transcribe", files={"file": (name, content)})


def assert_unharmed(stack: Stack, worker: int) -> None:
    """The same worker process still transcribes."""
    with stack.client() as client:
        answer = send(client, "next.flac", SPOKEN.path.read_bytes())
    assert word_error_rate(SPOKEN.text, answer.json()["text"]) == 0.0
    assert stack.find("gpu_worker") == worker


@pytest.fixture(scope="module")
def worker(stack: Stack) -> int:
    """The process that has the model, before any of these files came."""
    return stack.find("gpu_worker")


def _truncated_mp4(folder: Path) -> bytes:
    """Half of a file whose index stands at its end: nothing of it can be read."""
    whole = convert(SPOKEN.path, folder / "whole.mp4", "-c:a", "aac").read_bytes()
    return whole[: len(whole) // 2]


def _zip_of_nothing(folder: Path) -> bytes:
    return b"PK\x05\x06" + bytes(18)


def _playlist(folder: Path) -> bytes:
    """FFmpeg would open what it names: a file of the server's own."""
    return b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"


def _concat_script(folder: Path) -> bytes:
    return f"ffconcat version 1.0\nfile '{SPOKEN.path}'\n".encode()


def _subtitles(folder: Path) -> bytes:
    return b"1\n00:00:00,000 --> 00:00:01,000\nHello.\n"


def _silent_film(folder: Path) -> bytes:
    picture = ("-f", "lavfi", "-i", "testsrc=size=64x64:rate=1:duration=2", "-map", "1:v", "-c:v", "mpeg4")
    return convert(SPOKEN.path, folder / "film.mp4", *picture).read_bytes()


UNREADABLE = [
    pytest.param("talk.wav", lambda _: random.Random(1).randbytes(200_000), 415, id="random bytes"),
    pytest.param("talk.mp3", lambda _: b"Dear all, this is a text.\n" * 2000, 415, id="text named .mp3"),
    pytest.param("talk.mp4", _truncated_mp4, 415, id="half an mp4"),
    pytest.param("talk.wav", lambda _: b"", 400, id="no bytes"),
    pytest.param("talk.wav", lambda _: b"\0", 415, id="one byte"),
    pytest.param("talk.wav", lambda _: BOASTING_HEADER[:20], 415, id="half a header"),
    pytest.param("talk.zip", _zip_of_nothing, 415, id="an archive"),
    pytest.param("talk.m3u8", _playlist, 415, id="a playlist of local files"),
    pytest.param("talk.wav", _concat_script, 415, id="a script for ffmpeg"),
    pytest.param("talk.srt", _subtitles, 415, id="subtitles"),
    pytest.param("talk.mp4", _silent_film, 415, id="a film without sound"),
    pytest.param("../../../../etc/passwd", lambda _: b"root", 415, id="a path for a name"),
]


@pytest.mark.parametrize(("name", "make", "status"), UNREADABLE)
def test_a_file_that_is_no_recording_is_refused_in_words(
    stack: Stack, client: httpx.Client, worker: int, tmp_path: Path, name: str, make: object, status: int
) -> None:
    assert callable(make)
    answer = send(client, name, make(tmp_path))

    assert answer.status_code == status, answer.text
    assert list(answer.json()) == ["detail"]
    assert "file" in answer.json()["detail"]
    assert str(stack.data_dir) not in answer.text
    assert_unharmed(stack, worker)


def test_a_header_that_promises_four_gigabytes_gives_the_words_that_are_there(
    stack: Stack, client: httpx.Client, worker: int, tmp_path: Path
) -> None:
    sound = convert(SPOKEN.path, tmp_path / "raw.s16le", "-ar", "16000", "-ac", "1", "-f", "s16le").read_bytes()

    answer = send(client, "boast.wav", BOASTING_HEADER + sound)

    assert answer.status_code == 200, answer.text
    assert word_error_rate(SPOKEN.text, answer.json()["text"]) == 0.0
    assert answer.json()["duration"] == pytest.approx(SPOKEN.duration, abs=0.1)
    assert_unharmed(stack, worker)


def test_a_recording_that_breaks_off_gives_the_words_before_the_break(
    stack: Stack, client: httpx.Client, worker: int, tmp_path: Path
) -> None:
    spoken = record(tmp_path / "two.wav", "en", 2, seed=1017)
    whole = spoken.path.read_bytes()
    kept_seconds = (spoken.spans[0][1] + spoken.spans[1][0]) / 2

    answer = send(client, "cut.wav", whole[: 44 + 2 * round(kept_seconds * 22_050)])

    assert answer.status_code == 200, answer.text
    assert answer.json()["text"] + " " == spoken.text[: len(answer.json()["text"]) + 1]
    assert answer.json()["text"]
    assert answer.json()["duration"] == pytest.approx(kept_seconds, abs=0.1)
    assert_unharmed(stack, worker)


def test_noise_in_the_middle_of_an_mp3_brings_nothing_down(
    stack: Stack, client: httpx.Client, worker: int, tmp_path: Path
) -> None:
    whole = bytearray(convert(SAMPLES / "en-short-3.flac", tmp_path / "whole.mp3").read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 4000] = random.Random(2).randbytes(4000)

    answer = send(client, "scratched.mp3", bytes(whole))

    assert answer.status_code == 200, answer.text
    assert_unharmed(stack, worker)


def test_a_sample_of_the_corpus_is_answered_in_words_and_harms_nobody(
    stack: Stack, client: httpx.Client, worker: int
) -> None:
    sample = _sample(corpus("/etc/passwd", f"{stack.base_url}/health"))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda recipe: send(client, recipe.name, recipe.make()), sample))

    outcomes = {str(recipe): answer.status_code for recipe, answer in zip(sample, answers, strict=True)}
    assert {what: code for what, code in outcomes.items() if code not in (200, 400, 415)} == {}
    assert {str(recipe) for recipe in sample if recipe.is_sound and outcomes[str(recipe)] != 200} == set()
    assert all(list(answer.json()) == ["detail"] for answer in answers if answer.status_code != 200)
    assert_unharmed(stack, worker)


def _sample(recipes: list[Recipe]) -> list[Recipe]:
    """Of each family the first, the last and one between; a day of silence is heard elsewhere."""
    families: dict[str, list[Recipe]] = {}
    for recipe in recipes:
        families.setdefault(recipe.family, []).append(recipe)
    return [
        found[place]
        for family, found in families.items()
        if family != "long"
        for place in sorted({0, len(found) // 2, len(found) - 1})
    ]
