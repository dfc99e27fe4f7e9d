"""The shell programs of deploy/, tested in their own language: every *.bats file here is run by bats."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.bats"))


def test_there_are_files_to_run() -> None:
    assert HERE / "proxmox_check.bats" in FILES


@pytest.mark.skipif(shutil.which("bats") is None, reason="bats is not installed")
@pytest.mark.timeout(900)  # minutes where many work on one machine
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_bats(file: Path) -> None:
    """It ends well, and has run each test of the file rather than passed it over."""
    done = subprocess.run(
        ["bats", "--tap", file], check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stdout + done.stderr
    written = len(re.findall(r"^@test ", file.read_text(), re.MULTILINE))
    assert len(re.findall(r"^ok \d+ (?!.*# skip)", done.stdout, re.MULTILINE)) == written, done.stdout
