"""The examples of the documentation, executed as they stand.

A block whose fence says `sh test` or `python test` is run in a folder with `talk.flac`, the key in `$KEY`; an `answer`
block after it is what it must print. The blocks of a page are run in order, in one folder.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.stack import ROOT, Stack
from tests.speech import SAMPLES, requires

pytestmark = [pytest.mark.e2e, requires("curl")]

_BLOCK = re.compile(r"^```(sh|python) test\n(.*?)^```\n(?:```(\w+) answer\n(.*?)^```$)?", re.DOTALL | re.MULTILINE)
_RUN = {"sh": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"]}


@dataclass(frozen=True, slots=True)
class Example:
    """One block and, where the page shows it, its answer."""

    language: str
    code: str
    answer_language: str | None
    answer: str | None


def examples(page: Path) -> list[Example]:
    """The blocks of a page that are to be run."""
    return [Example(*found.groups()) for found in _BLOCK.finditer(page.read_text())]


PAGES = [page for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))] if examples(page)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_example_does_what_its_page_says(page: Path, stack: Stack, tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "en-short-1.flac", tmp_path / "talk.flac")
    for example in examples(page):
        found = _run(example, stack, tmp_path)
        if example.answer_language == "json":
            assert json.loads(found) == json.loads(example.answer or "")
        elif example.answer is not None:
            assert found.strip() == example.answer.strip()


def _run(example: Example, stack: Stack, folder: Path) -> str:
    code = example.code.replace("http://127.0.0.1:8000", stack.base_url)
    code = code.replace(".venv/bin/python manage.py", f"{sys.executable} {ROOT / 'manage.py'}")
    ran = subprocess.run(
        [*_RUN[example.language], code],
        cwd=folder,
        env={**stack.environment, "KEY": stack.key},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, f"{example.code}\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout
