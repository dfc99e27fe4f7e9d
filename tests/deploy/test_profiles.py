"""The three sets of packages: each can be had as it is pinned, and the engine works with the old CTranslate2 too.

What is compiled for which card was read from the wheels; on a card none of them has run here (docs/deploy.md).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.speech import SAMPLES, reference, word_error_rate

ROOT = Path(__file__).resolve().parents[2]
PROFILES = ROOT / "deploy" / "profiles"
LOCK = ROOT / "requirements.txt"
NO_REGISTRY = re.compile(r"Failed to fetch|error sending request|NewConnectionError")


def pins(path: Path) -> dict[str, tuple[str, set[str]]]:
    """Version and hashes of every package in a lock."""
    text = path.read_text().replace("\\\n", " ")
    found = re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==([\w.]+)(.*)$", text, re.MULTILINE)
    return {name: (version, set(re.findall(r"--hash=(\S+)", rest))) for name, version, rest in found}


def versions(path: Path) -> set[tuple[str, str]]:
    """Every package of a lock with its version; one may have several, for several Pythons."""
    return set(re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==([\w.]+)", path.read_text(), re.MULTILINE))


def from_registry(*command: str) -> str:
    """What a package installer says; skipped with the reason where it reaches no registry."""
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=240)
    if done.returncode and NO_REGISTRY.search(done.stderr):
        pytest.skip(f"no package registry answers: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    return done.stdout


def compiled(*arguments: str) -> str:
    """What uv resolves, with hashes."""
    uv = str(Path(sys.executable).with_name("uv"))
    return from_registry(
        uv, "pip", "compile", "--quiet", "--no-header", "--generate-hashes", "--python-version", "3.11",
        "--python-platform", "x86_64-manylinux_2_28", *arguments,
    )  # fmt: skip


def test_there_are_the_profiles_that_the_guide_names() -> None:
    assert {path.stem for path in PROFILES.glob("*.txt")} == {"modern", "legacy"}


def test_the_cpu_and_the_modern_packages_go_together(tmp_path: Path) -> None:
    (tmp_path / "all").write_text(compiled(str(LOCK), str(PROFILES / "modern.txt")))
    resolved = versions(tmp_path / "all")
    assert {"ctranslate2", "faster-whisper", "nvidia-cublas-cu12"} <= {name for name, _ in resolved}
    assert resolved - versions(LOCK) - versions(PROFILES / "modern.txt") == set()


@pytest.mark.parametrize("profile", ["modern", "legacy"])
def test_a_profiles_packages_can_be_had_by_the_hashes_that_are_pinned(profile: str, tmp_path: Path) -> None:
    (tmp_path / "lock").write_text(compiled("--no-deps", str(PROFILES / f"{profile}.txt")))
    offered, pinned = pins(tmp_path / "lock"), pins(PROFILES / f"{profile}.txt")
    assert offered.keys() == pinned.keys()
    for name, (version, hashes) in pinned.items():
        assert offered[name][0] == version
        assert hashes <= offered[name][1], name


@pytest.fixture(scope="module")
def old_ctranslate2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the CTranslate2 of the legacy profile and nothing else: its NVIDIA packages are not for a CPU."""
    folder = tmp_path_factory.mktemp("legacy")
    lines = (PROFILES / "legacy.txt").read_text().replace("\\\n", " ").splitlines()
    (folder / "lock.txt").write_text("\n".join(line for line in lines if line.startswith("ctranslate2==")))
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    from_registry(
        *pip, "--no-deps", "--require-hashes", "--target", str(folder / "packages"), "-r", str(folder / "lock.txt")
    )
    return folder / "packages"


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="CTranslate2 3.24 has no wheel for Python 3.13 and newer")
@pytest.mark.parametrize("sample", ["en-short-2.flac", "es-short-3.flac"])
def test_the_engine_hears_the_same_with_the_old_ctranslate2(old_ctranslate2: Path, sample: str, tmp_path: Path) -> None:
    """From loading through words and their times to the end of the process, with the demo model, on the CPU."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("WHISPER", "DJANGO"))}
    done = subprocess.run(
        [sys.executable, "manage.py", "transcribe", "--stdout", "--format", "vtt-words", str(SAMPLES / sample)],
        cwd=ROOT,
        env=environment
        | {
            "PYTHONPATH": str(old_ctranslate2),
            "WHISPER_MODEL": "demo",
            "WHISPER_COMPUTE_TYPE": "float32",  # all that the profile's cards can do
            "WHISPERHUB_DATA_DIR": str(tmp_path / "data"),
        },
        check=False,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert "loaded" in done.stderr
    assert "float32" in done.stderr.partition("loaded")[2].splitlines()[0]
    heard = " ".join(re.sub(r"<[^>]*>", "", line) for line in done.stdout.splitlines() if "<" in line)
    assert word_error_rate(reference(sample).text, heard) < 0.1
