"""Releases to install: this tree under other versions, as it is or spoilt on purpose."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from .conftest import ROOT


def checkout(folder: Path, version: str) -> Path:
    """A copy of this tree as an unpacked archive would be, under another version."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in listed.strip("\0").split("\0"):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    settings = folder / "whisperhub" / "settings.py"
    settings.write_text(settings.read_text().replace('VERSION = "', f'VERSION = "{version}-', 1))
    return folder


def broken(folder: Path) -> Path:
    """A release whose worker does not start."""
    release = checkout(folder, "broken")
    worker = release / "transcripts" / "management" / "commands" / "gpu_worker.py"
    worker.write_text(worker.read_text().replace("process.start()", 'raise RuntimeError("broken on purpose")'))
    return release


def with_another_table(release: Path) -> Path:
    """The same release with one migration more."""
    migrations = release / "transcripts" / "migrations"
    last = max(path.stem for path in migrations.glob("0*.py"))
    (migrations / "9999_more.py").write_text(
        "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
        f"    dependencies = [('transcripts', '{last}')]\n"
        "    operations = [migrations.RunSQL('CREATE TABLE left_behind (number integer)')]\n"
    )
    return release
