"""Two languages, a translation, and nothing at all."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.e2e.recordings import record
from tests.speech import SAMPLES, requires_espeak, word_error_rate

pytestmark = [pytest.mark.e2e, requires_espeak]

ALLOWED = 0.15


def send(client: httpx.Client, path: Path, **parameters: str) -> dict[str, object]:
    """The answer to a file, which must be a 200."""
    answer = client.post("/transcribe", params=parameters, files={"file": (path.name, path.read_bytes())})
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json()
    return body


def test_spanish_is_detected_and_written_in_spanish(client: httpx.Client, tmp_path: Path) -> None:
    spoken = record(tmp_path / "spanish.wav", "es", 4, seed=2001)

    result = send(client, spoken.path)

    assert result["language"] == "es"
    assert word_error_rate(spoken.text, str(result["text"])) <= ALLOWED, result["text"]


def test_spanish_is_translated_to_english(client: httpx.Client, tmp_path: Path) -> None:
    spoken = record(tmp_path / "spanish.wav", "es", 4, seed=2002)

    result = send(client, spoken.path, task="translate")

    assert result["language"] == "es"
    assert word_error_rate(spoken.english, str(result["text"])) <= ALLOWED, result["text"]


def test_the_language_that_the_caller_names_is_taken(client: httpx.Client, tmp_path: Path) -> None:
    spoken = record(tmp_path / "spanish.wav", "es", 2, seed=2003)

    result = send(client, spoken.path, language="Spanish")

    assert result["language"] == "es"
    assert word_error_rate(spoken.text, str(result["text"])) <= ALLOWED, result["text"]


@pytest.mark.parametrize("name", ["silence.flac", "noise.flac"])
def test_no_speech_gives_no_words(client: httpx.Client, name: str) -> None:
    result = send(client, SAMPLES / name, include_segments="true")

    assert (result["text"], result["segments"]) == ("", [])
