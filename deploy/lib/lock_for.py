"""A lock file as another machine would read it: `python lock_for.py 3.11 requirements.txt` for x86-64 Linux.

Pip asks the markers of the Python that runs it. Which patch release the other one has is unknown: what any of them
needs is in the answer.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from pip._vendor.packaging.markers import Marker

START = re.compile(r"^(?P<pin>[A-Za-z0-9._-]+==[^\s;\\]+)\s*(?:;\s*(?P<marker>[^\\]+?))?\s*\\?$")
LINUX = {
    "sys_platform": "linux",
    "os_name": "posix",
    "platform_system": "Linux",
    "platform_machine": "x86_64",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
}


def wanted(marker: str | None, python: str) -> bool:
    """Whether a pin with this marker is for that Python (two numbers), whatever its patch release."""
    return marker is None or any(
        Marker(marker).evaluate({**LINUX, "python_version": python, "python_full_version": f"{python}.{patch}"})
        for patch in (0, 99)
    )


def lock_for(python: str, lock: str) -> str:
    """The pins that count there, with their hashes and without their markers."""
    kept, inside = [], False
    for line in lock.splitlines():
        if start := START.match(line):
            inside = wanted(start["marker"], python)
            line = f"{start['pin']} \\"  # every pin of a lock has hashes below it
        if inside and not line.lstrip().startswith("#"):
            kept.append(line)
    return "\n".join(kept) + "\n"


if __name__ == "__main__":
    sys.stdout.write(lock_for(sys.argv[1], Path(sys.argv[2]).read_text(encoding="utf-8")))
