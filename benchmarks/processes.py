"""What a family of processes holds of the machine, by Linux's /proc."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Usage:
    """Of several processes together."""

    resident_bytes: int = 0
    files: int = 0
    threads: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.resident_bytes + other.resident_bytes, self.files + other.files, self.threads + other.threads)


def usage_of(ancestor: int, program: str) -> Usage:
    """What all descendants of `ancestor` hold whose command line contains `program`."""
    return sum((_usage(pid) for pid in _descendants(ancestor) if program in _command(pid)), Usage())


def _descendants(pid: int) -> list[int]:
    try:
        children = [int(child) for task in (PROC / str(pid) / "task").iterdir() for child in _words(task / "children")]
    except OSError:
        return []
    return children + [grandchild for child in children for grandchild in _descendants(child)]


def _usage(pid: int) -> Usage:
    try:
        status = dict(line.split(":", 1) for line in (PROC / str(pid) / "status").read_text().splitlines())
        files = len(list((PROC / str(pid) / "fd").iterdir()))
    except OSError:
        return Usage()
    return Usage(int(status["VmRSS"].split()[0]) * 1024, files, int(status["Threads"]))


def _command(pid: int) -> str:
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _words(path: Path) -> list[str]:
    return path.read_text().split()
