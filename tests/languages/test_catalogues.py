"""The catalogues: every marked string in every language, with its places kept, and compiled as it is written."""

from __future__ import annotations

import gettext
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from tests.speech import requires

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
# What a translation may not lose or add: places for values, tags, entities.
PLACES = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}|</?[a-z]+\b[^>]*>|&\w+;")
# Read by people who chose the language, not by programs; what they hold is said in other words there.
EXAMPLES = re.compile(r"^(budget|budg\*|\"budget)")


def folder(language: str, under: Path = ROOT) -> Path:
    """Where the catalogue of `language` lies."""
    return under / "locale" / language / "LC_MESSAGES"


def compiled(path: Path) -> dict[object, str]:
    """What a compiled catalogue says: by the string, or by the string and the number of its plural form."""
    with path.open("rb") as file:
        return dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]  # there is no public way


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogues of a copy of the sources, with every string that is marked today."""
    copy = tmp_path_factory.mktemp("sources")
    for name in ("transcripts", "whisperhub", "templates", "locale"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    shutil.copy(ROOT / "manage.py", copy)
    languages = [option for language in LANGUAGES for option in ("-l", language)]
    command = [sys.executable, "manage.py", "makemessages", *languages, "--no-location", "--no-wrap", "--no-obsolete"]
    environment = {"PATH": "/usr/bin:/bin", "WHISPERHUB_DATA_DIR": str(copy / "var")}
    subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True, timeout=300)
    return copy


@requires("xgettext")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_marked_string_is_translated(language: str, extracted: Path) -> None:
    catalogue = folder(language, extracted) / "django.po"
    left = [
        subprocess.run(["msgattrib", which, catalogue], check=True, capture_output=True, text=True).stdout
        for which in ("--untranslated", "--only-fuzzy")
    ]
    missing = [line for text in left for line in re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)]
    assert missing == [], "Run `make translations`, and translate these in locale/."


@requires("msgfmt")
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str, tmp_path: Path) -> None:
    source, target = folder(language) / "django.po", tmp_path / "django.mo"
    subprocess.run(["msgfmt", "--check-format", "-o", target, source], check=True, capture_output=True)
    written = compiled(target)
    assert compiled(folder(language) / "django.mo") == written, "Run `make translations`."
    assert len(written) > 700


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_every_place_for_a_value_and_every_tag(language: str) -> None:
    wrong = {}
    for key, translated in compiled(folder(language) / "django.mo").items():
        original, form = key if isinstance(key, tuple) else (key, None)
        if not original or EXAMPLES.match(str(original)):
            continue
        expected, found = Counter(PLACES.findall(str(original))), Counter(PLACES.findall(translated))
        # The plural may count with a place that the singular says in a word.
        if found != expected and not (form is not None and found.keys() >= expected.keys()):
            wrong[original] = translated
    assert wrong == {}
