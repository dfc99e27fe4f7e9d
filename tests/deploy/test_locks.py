"""The two small programs of the setup that read lock files."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from .conftest import DEPLOY, ROOT


def _run(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, DEPLOY / "lib" / program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _lock(folder: Path, *lines: str) -> Path:
    file = folder / f"{len(list(folder.iterdir()))}.txt"
    file.write_text("".join(f"{line} \\\n    --hash=sha256:{'0' * 64}\n" for line in lines))
    return file


def test_an_environment_agrees_with_its_lock(tmp_path: Path) -> None:
    lock = _lock(tmp_path, f"Django=={version('django')}", "colorama==0.0.1 ; sys_platform == 'win32'")
    assert (_run("locked.py", lock).returncode, _run("locked.py", lock).stdout) == (0, "")


@pytest.mark.parametrize(
    ("pin", "said"),
    [
        ("django==1.0", f"django is {version('django')}, not 1.0\n"),
        ("no-such-package==1.0", "no-such-package is missing, not 1.0\n"),
    ],
)
def test_what_differs_is_named(pin: str, said: str, tmp_path: Path) -> None:
    answer = _run("locked.py", _lock(tmp_path, f"celery=={version('celery')}", pin))
    assert (answer.returncode, answer.stdout) == (1, said)


def test_of_two_locks_the_later_one_counts(tmp_path: Path) -> None:
    base, profile = _lock(tmp_path, "django==1.0"), _lock(tmp_path, f"django=={version('django')}")
    assert _run("locked.py", base, profile).returncode == 0
    assert _run("locked.py", profile, base).returncode == 1


def test_a_lock_is_read_as_another_python_would_read_it(tmp_path: Path) -> None:
    lock = _lock(
        tmp_path,
        "numpy==2.4 ; python_full_version < '3.12'",
        "numpy==2.5 ; python_full_version >= '3.12'",
        "async-timeout==5.0 ; python_full_version < '3.11.3'",
        "colorama==0.4 ; sys_platform == 'win32'",
        "django==5.2",
    )

    def pins(python: str) -> list[str]:
        return [line.split()[0] for line in _run("lock_for.py", python, lock).stdout.splitlines() if "==" in line]

    # Whether 3.11 means 3.11.2, as in Debian 12, or a later one is not known: both are served.
    assert pins("3.11") == ["numpy==2.4", "async-timeout==5.0", "django==5.2"]
    assert pins("3.12") == ["numpy==2.5", "django==5.2"]


def test_every_package_of_the_real_lock_keeps_its_hashes() -> None:
    answer = _run("lock_for.py", "3.11", ROOT / "requirements.txt").stdout
    blocks = answer.replace("\\\n", " ").splitlines()
    assert len(blocks) > 50
    assert all("--hash=sha256:" in block for block in blocks)
