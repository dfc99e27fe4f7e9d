"""The documentation keeps up: every setting and endpoint is in it, and nothing that is gone."""

from __future__ import annotations

import html
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from tests.walking import endpoints

ROOT: Path = settings.BASE_DIR
READ = re.compile(r'\b(?:env\.\w+|networks)\(\s*"([A-Z][A-Z0-9_]+)"')
SETTINGS_PAGE = (ROOT / "docs" / "settings.md").read_text()
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "terraform" / "README.md"]
ROOMS = r"\.ci|benchmarks|demo|deploy|docs|locale|static|templates|terraform|tests|transcripts|whisperhub"
# Not the middle of a longer path, which is another place: /opt/whisper/current/docs/deploy.md.
PATH = re.compile(rf"(?<![\w./-])((?:{ROOMS})/[\w./@*-]*)")


def _settings() -> set[str]:
    return {name for path in (ROOT / "whisperhub").glob("*.py") for name in READ.findall(path.read_text())}


def test_the_settings_are_found() -> None:
    known = {"DATABASE_URL", "REDIS_URL", "WHISPER_MODEL", "WHISPERHUB_PORT", "WHISPERHUB_TRUSTED_NETWORKS"}
    assert known < _settings()
    assert len(_settings()) > 35


@pytest.mark.parametrize("name", sorted(_settings()))
def test_every_setting_is_explained(name: str) -> None:
    assert f"`{name}`" in SETTINGS_PAGE, f"docs/settings.md does not explain {name}"


def test_no_setting_is_read_past_the_one_reader() -> None:
    past = {
        str(path.relative_to(ROOT))
        for folder in ("whisperhub", "transcripts")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"(getenv|environ)\W+(get\W+)?(WHISPER|DATABASE|REDIS)", path.read_text())
    }
    assert past == set()


def test_no_setting_is_explained_that_nothing_reads() -> None:
    explained = set(re.findall(r"`((?:WHISPER|WHISPERHUB)_[A-Z0-9_]+)`", SETTINGS_PAGE))
    scripts = [ROOT / "Makefile", *(path for path in (ROOT / "deploy").rglob("*") if path.is_file())]
    in_scripts = set(re.findall(r"WHISPER[A-Z0-9_]+", " ".join(path.read_text() for path in scripts)))
    assert explained - _settings() - in_scripts == set()


@pytest.mark.parametrize("route", sorted(endpoints("{id}")))
def test_every_endpoint_is_explained(route: str) -> None:
    pages = [re.sub(r"\{\w+\}", "{id}", page.read_text()) for page in PAGES]
    assert any(f"{route}`" in page for page in pages), f"neither README.md nor docs/ explains {route}"


def test_every_page_that_the_documentation_points_to_is_there() -> None:
    broken = [
        f"{page.name}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []


def _named(pattern: re.Pattern[str], pages: list[Path]) -> set[tuple[str, str]]:
    """`(page, what it names)`; a full stop ends a sentence, not a path."""
    return {(page.name, found.rstrip(".")) for page in pages for found in pattern.findall(page.read_text())}


def test_every_file_that_the_documentation_names_is_there() -> None:
    named = _named(PATH, [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "demo" / "README.md"])
    assert ("proxmox.md", "deploy/proxmox-check.sh") in named
    assert {(page, path) for page, path in named if not any(ROOT.glob(path))} == set()


def test_every_program_of_ours_that_the_documentation_starts_is_there() -> None:
    named = _named(re.compile(r"python -m ([a-z_]+(?:\.[a-z_]+)+)"), [*PAGES, ROOT / "demo" / "README.md"])
    assert ("engine.md", "benchmarks.quality") in named
    assert {(page, name) for page, name in named if not (ROOT / f"{name.replace('.', '/')}.py").exists()} == set()


def test_every_page_that_the_code_sends_its_readers_to_is_there() -> None:
    command = ["git", "grep", "-hoE", r"\bdocs/[a-z-]+\.(md|json)", "--", ":!tests"]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    assert "docs/proxmox.md" in said
    assert {page for page in said if not (ROOT / page).exists()} == set()


def test_elixir_examples_send_whole_recordings_and_outwait_the_hub() -> None:
    # Read by lines, CR LF becomes one byte: a recording would arrive damaged.
    text = " ".join(page.read_text() for page in PAGES)
    streams = re.findall(r"File\.stream!\(([^)]+)\)", text)
    assert len(streams) >= 3
    assert [stream for stream in streams if "65_536" not in stream] == []
    minutes = {int(number) for number in re.findall(r"timeout: :timer\.minutes\((\d+)\)", text)}
    assert minutes
    assert min(minutes) * 60 > settings.SYNC_TIMEOUT


def test_every_shortcut_is_explained_with_its_keys() -> None:
    """As the page lists them, from which its script reads the keys."""
    listed = (ROOT / "templates" / "web" / "parts" / "shortcuts.html").read_text().partition("<tbody>")[2]
    page = (ROOT / "docs" / "correcting.md").read_text()
    rows = dict(re.findall(r"(?m)^\| ([^|]+?) (\|.*)$", page))
    missing = []
    for row in re.findall(r"<tr[ >].*?</tr>", listed):
        words = re.search(r"<th scope=\"row\">{% translate '([^']+)' %}", row)
        assert words is not None
        keys = re.findall(r"<kbd[^>]*>(.*?)</kbd>", row)
        written = [re.sub(r"{% translate '(\w+)' %}", r"\1", html.unescape(key)) for key in keys]
        missing += [f"{words[1]}: {key}" for key in written if f"`{key}`" not in rows.get(words[1], "")]
    assert missing == []


def test_every_command_that_the_documentation_names_is_there() -> None:
    named = {
        (page.name, name)
        for page in PAGES
        for name in re.findall(r"(?:manage\.py|whisper-manage) ([a-z]\w*)", page.read_text())
    }
    assert ("README.md", "create_api_key") in named
    assert {each for each in named if each[1] not in get_commands()} == set()


def test_every_setting_that_the_documentation_names_is_read_somewhere() -> None:
    readers = [*(ROOT / "tests").glob("*.py"), *(ROOT / "deploy").rglob("*"), ROOT / "Makefile", ROOT / "compose.yaml"]
    elsewhere = " ".join(path.read_text() for path in readers if path.is_file())
    unread = {
        f"{page.name}: {name}"
        for page in PAGES
        for name in re.findall(r"\bWHISPER(?:HUB)?_[A-Z0-9_]*[A-Z0-9]\b", page.read_text())
        if name.removesuffix("_FILE") not in _settings() and name not in elsewhere
    }
    # Werify's own, by which it finds us.
    assert unread == {"werify.md: WHISPER_KEY", "werify.md: WHISPER_URL"}


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert project == settings.VERSION == settings.SPECTACULAR_SETTINGS["VERSION"]
