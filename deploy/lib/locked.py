"""Whether the packages here are those of some lock files; of two pins of one package the later one counts.

`python locked.py requirements.txt deploy/profiles/modern.txt`: status 0 if they are, else 1 and the first that differs.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pip._vendor.packaging.markers import Marker

PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\]+))?")


def pins(lock: str) -> dict[str, str]:
    """Package and version of each line that concerns this machine."""
    found = {}
    for line in lock.splitlines():
        pin = PIN.match(line)
        if pin and (pin["marker"] is None or Marker(pin["marker"].strip()).evaluate()):
            found[pin["name"].lower().replace("_", "-")] = pin["version"]
    return found


def main(files: list[str]) -> int:
    """Compare; 0 or 1."""
    wanted: dict[str, str] = {}
    for file in files:
        wanted |= pins(Path(file).read_text(encoding="utf-8"))
    for name, pinned in wanted.items():
        try:
            installed = version(name)
        except PackageNotFoundError:
            installed = "missing"
        if installed != pinned:
            sys.stdout.write(f"{name} is {installed}, not {pinned}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
