"""Files of others that the browser loads: each is what it says it is, under a licence that stands beside it."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

VENDORED = Path(__file__).resolve().parents[2] / "static" / "vendor"
FOLDERS = sorted(path for path in VENDORED.iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_file_has_the_hash_that_its_readme_tells(folder: Path) -> None:
    told = dict(re.findall(r"^([0-9a-f]{64})  (\S+)$", (folder / "README.md").read_text(), re.MULTILINE))
    files = [path for path in folder.iterdir() if path.name != "README.md" and "LICENSE" not in path.name]
    assert {hashlib.sha256(path.read_bytes()).hexdigest(): path.name for path in files} == told
    assert list(folder.glob("*LICENSE*"))


def test_what_is_audited_is_what_is_there() -> None:
    readmes = " ".join((folder / "README.md").read_text() for folder in FOLDERS)
    told = set(re.findall(r"`([^`]+)`(?: \||) (\d+\.\d+\.\d+)", readmes))
    assert set(json.loads((VENDORED / "package.json").read_text())["dependencies"].items()) == told
