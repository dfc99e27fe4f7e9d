"""Bazarr keeps working: its two calls, byte for byte as its provider `whisperai` sends them with `requests`.

Written down from Bazarr's `whisperai.py` and urllib3's `encode_multipart_formdata`: samples without a container in a
part without a type, named like its field.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import httpx
import pytest
import srt

from tests.e2e.conftest import TRUSTED
from tests.e2e.stack import Stack
from tests.speech import reference, requires_ffmpeg, word_error_rate

pytestmark = [pytest.mark.e2e, requires_ffmpeg]

SPOKEN = reference("es-short-1.flac")
BOUNDARY = "c9b1d3f5a7e84c60b2d4f6a8c0e2f415"
HEADERS = {
    "User-Agent": "Subliminal/2.1",
    "Accept-Encoding": "gzip, deflate",
    "Accept": "*/*",
    "Connection": "keep-alive",
    "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
}


@pytest.fixture(scope="module")
def body() -> bytes:
    """The audio track of a video, as Bazarr has ffmpeg decode it, in its form."""
    command = ["ffmpeg", "-nostdin", "-threads", "0", "-i", str(SPOKEN.path)]
    output = ["-f", "s16le", "-ac", "1", "-acodec", "pcm_s16le", "-ar", "16000", "-af", "aresample=async=1", "-"]
    samples = subprocess.run(command + output, check=True, capture_output=True, timeout=60).stdout
    part = b'Content-Disposition: form-data; name="audio_file"; filename="audio_file"\r\n\r\n'
    edge = BOUNDARY.encode()
    return b"--%s\r\n%s%s\r\n--%s--\r\n" % (edge, part, samples, edge)


@pytest.fixture
def bazarr(stack: Stack) -> Iterator[httpx.Client]:
    """Bazarr, which has no key."""
    with httpx.Client(base_url=stack.base_url, headers=HEADERS, timeout=60) as client:
        client.headers["X-Forwarded-For"] = TRUSTED
        yield client


def test_bazarr_is_told_the_language(bazarr: httpx.Client, body: bytes) -> None:
    answer = bazarr.post("/detect-language?encode=false", content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    told = answer.json()
    assert list(told) == ["detected_language", "language_code", "confidence"]
    assert (told["detected_language"], told["language_code"]) == ("spanish", "es")
    assert 0.5 < told["confidence"] <= 1


@pytest.mark.parametrize(
    ("task", "words"), [("transcribe", SPOKEN.text), ("translate", SPOKEN.english)], ids=["transcribe", "translate"]
)
def test_bazarr_is_given_its_subtitles(bazarr: httpx.Client, body: bytes, task: str, words: str) -> None:
    answer = bazarr.post(f"/asr?task={task}&language=es&output=srt&encode=false&video_name=film.mkv", content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert answer.headers["asr-engine"] == "faster_whisper"
    assert answer.headers["content-disposition"] == 'attachment; filename="audio_file.srt"'
    subtitles = list(srt.parse(answer.text))
    assert word_error_rate(words, " ".join(subtitle.content for subtitle in subtitles)) <= 0.2
    assert subtitles[-1].end.total_seconds() <= SPOKEN.duration + 0.1


def test_a_stranger_without_a_key_is_told_so(bazarr: httpx.Client, body: bytes) -> None:
    del bazarr.headers["X-Forwarded-For"]
    assert bazarr.post("/asr?output=srt&encode=false", content=body).status_code == 401
