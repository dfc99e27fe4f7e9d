"""`manage.py transcribe`: words beside the files, without a running service."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import srt

from tests.e2e.stack import PASSED_ON, ROOT
from tests.speech import SAMPLES, reference, word_error_rate

pytestmark = pytest.mark.e2e

SPOKEN = reference("en-short-1.flac")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of recordings, one of which is none."""
    made = tmp_path / "recordings"
    made.mkdir()
    for name in ("en-short-1.flac", "es-short-1.flac", "silence.flac"):
        shutil.copy(SAMPLES / name, made)
    (made / "broken.mp3").write_bytes(b"not audio")
    return made


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An installation in which nothing was ever started: no database, no worker."""
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return passed | {"WHISPERHUB_DATA_DIR": str(tmp_path / "data"), "WHISPER_MODEL": "demo"}


def start(folder: Path, environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    """The command, running in `folder`."""
    command = [sys.executable, str(ROOT / "manage.py"), "transcribe", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=pipe, stderr=pipe, text=True, preexec_fn=_listen_to_ctrl_c
    )


def _listen_to_ctrl_c() -> None:
    """Tests that run in the background have it switched off, and hand that down; a person's shell has not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def run(folder: Path, environment: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    """Its exit status and what it wrote on both outputs."""
    process = start(folder, environment, *arguments)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def test_many_files_are_written_beside_themselves_and_a_bad_one_is_told(
    folder: Path, environment: dict[str, str]
) -> None:
    names = sorted(path.name for path in folder.iterdir())
    status, out, err = run(folder, environment, *names)
    assert (status, out) == (1, "")
    assert "broken.mp3" in err
    assert sorted(path.name for path in folder.glob("*.srt")) == ["en-short-1.srt", "es-short-1.srt", "silence.srt"]
    (cue,) = srt.parse((folder / "en-short-1.srt").read_text())
    assert word_error_rate(SPOKEN.text, cue.content) == 0.0
    assert (folder / "silence.srt").read_text() == ""
    assert list(folder.glob(".*")) == []

    status, _, err = run(folder, environment, "en-short-1.flac")
    assert (status, "--force" in err) == (1, True)


def test_the_words_may_go_to_standard_output_or_to_another_folder(folder: Path, environment: dict[str, str]) -> None:
    status, out, _ = run(folder, environment, "en-short-1.flac", "--stdout", "--format", "txt", "--language", "en")
    assert (status, word_error_rate(SPOKEN.text, out)) == (0, 0.0)
    status, _, _ = run(folder, environment, "es-short-1.flac", "--output", "words", "--format", "json")
    assert (status, (folder / "words" / "es-short-1.json").exists()) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere.wav",), "no such file"),
        (("en-short-1.flac", "--language", "klingon"), "Unknown language"),
        (("en-short-1.flac", "--model", "no-such-model"), "Unknown model"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_written(
    folder: Path, environment: dict[str, str], arguments: tuple[str, ...], words: str
) -> None:
    status, _, err = run(folder, environment, *arguments)
    assert status != 0
    assert words in err
    assert "Traceback" not in err
    assert not list(folder.glob("*.srt"))


@pytest.fixture
def interrupted(folder: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The command in the middle of a long recording: the short one beside it is written already."""
    shutil.copy(SAMPLES / "en-long.flac", folder)
    copies = [shutil.copy(SAMPLES / "en-long.flac", folder / f"{number}.flac") for number in range(6)]
    process = start(folder, environment, "en-short-1.flac", "en-long.flac", *map(str, copies))
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_ctrl_c_ends_it_and_leaves_no_half_file(folder: Path, interrupted: subprocess.Popen[str]) -> None:
    while not (folder / "en-short-1.srt").exists():
        assert interrupted.poll() is None, interrupted.communicate()
        time.sleep(0.02)  # a file tells nobody when it comes
    interrupted.send_signal(signal.SIGINT)
    assert interrupted.wait(timeout=30) == 130
    assert list(folder.glob(".*")) == []
    assert len(list(folder.glob("*.srt"))) < 8
