"""What the tests of the deployment share."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


def rendered(file: Path, **places: str) -> str:
    """A file of deploy/ as the setup writes it, with other folders and ports."""
    script = f'. "{DEPLOY}/lib/render.sh"; render "$1"'
    return subprocess.run(
        ["bash", "-c", script, "render", str(file)],
        env=plain_environment(places),
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def plain_environment(more: Mapping[str, str]) -> dict[str, str]:
    """What any program needs, and `more`."""
    return {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | dict(more)
