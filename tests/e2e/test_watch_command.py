"""`manage.py watch`, really running beside the service: killed in the middle, it goes on and doubles nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.stack import ROOT, Stack
from tests.speech import SAMPLES, reference, word_error_rate
from transcripts.watching import reference_of

pytestmark = pytest.mark.e2e

NAMES = ("en-short-1.flac", "en-short-2.flac", "es-short-1.flac")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three recordings that lie there, and one that is none."""
    made = tmp_path / "inbox"
    made.mkdir()
    for name in NAMES:
        shutil.copy(SAMPLES / name, made)
    (made / "broken.mp3").write_bytes(b"not audio")
    return made


def start(stack: Stack, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """The command, as the key that the first start of the service made."""
    command = [sys.executable, "manage.py", "watch", str(folder), "--key", "first key", "--interval", "0.2", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=stack.environment, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def killed(stack: Stack, folder: Path) -> None:
    """A watcher that was killed as soon as it had sent something."""
    process = start(stack, folder)
    assert process.stderr is not None
    with process:
        try:
            for line in process.stderr:
                if "was sent as transcript" in line:
                    break
        finally:
            process.kill()


@pytest.mark.usefixtures("killed")
def test_a_watcher_that_was_killed_goes_on_and_doubles_nothing(stack: Stack, folder: Path) -> None:
    process = start(stack, folder, "--once", "--format", "txt")
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors

    assert not [path for path in folder.iterdir() if path.is_file()]
    assert sorted(path.name for path in (folder / "done").glob("*.flac")) == sorted(NAMES)
    text = (folder / "done" / "en-short-1.txt").read_text()
    assert word_error_rate(reference("en-short-1.flac").text, text) == 0.0
    assert (folder / "failed" / "broken.reason.txt").read_text().strip()
    sent = [reference_of(folder / name) for name in NAMES]
    script = f"""
from transcripts.models import Transcript
print(Transcript.objects.filter(reference__in={sent}).count())
"""
    assert int(stack.manage("shell", "-v", "0", "-c", script)) == len(NAMES)


def test_a_sender_who_is_not_there_is_told(stack: Stack, folder: Path) -> None:
    process = start(stack, folder, "--key", "nobody's")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "no usable API key named" in errors
