"""What a family of processes holds of the machine, and has used of it, by Linux's /proc."""

from __future__ import annotations

import os
from dataclasses import astuple, dataclass
from pathlib import Path

PROC = Path("/proc")
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    """Of several processes together. `cpu_seconds`: since each began, with its children that ended and were missed.

    `resident_bytes`: what processes share is counted once, in equal parts (Linux's PSS).
    """

    resident_bytes: int = 0
    files: int = 0
    threads: int = 0
    cpu_seconds: float = 0.0

    def __add__(self, other: Usage) -> Usage:
        return Usage(*(ours + theirs for ours, theirs in zip(astuple(self), astuple(other), strict=True)))

    def most(self, other: Usage) -> Usage:
        """The larger of each."""
        return Usage(*map(max, astuple(self), astuple(other)))


def usage_of(ancestor: int, program: str) -> Usage:
    """What all descendants of `ancestor` hold whose command line contains `program`."""
    return sum((_usage(pid) for pid in _descendants(ancestor) if program in _command(pid)), Usage())


def busy_seconds() -> float:
    """Processor seconds that the whole machine has worked since it began, whoever for."""
    user, nice, system, _idle, _iowait, irq, softirq, *_ = (PROC / "stat").read_text().split("\n", 1)[0].split()[1:]
    return sum(map(int, (user, nice, system, irq, softirq))) / _TICK


def _descendants(pid: int) -> list[int]:
    try:
        children = [int(child) for task in (PROC / str(pid) / "task").iterdir() for child in _words(task / "children")]
    except OSError:
        return []
    return children + [grandchild for child in children for grandchild in _descendants(child)]


def _usage(pid: int) -> Usage:
    folder = PROC / str(pid)
    try:
        status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        files = len(list((folder / "fd").iterdir()))
        shares = dict(line.split(":", 1) for line in (folder / "smaps_rollup").read_text().splitlines()[1:])
        times = (folder / "stat").read_text().rpartition(")")[2].split()[11:15]
    except OSError:
        return Usage()
    resident = int(shares.get("Pss", "0").split()[0]) * 1024  # a process that has ended has none
    return Usage(resident, files, int(status["Threads"]), sum(map(int, times)) / _TICK)


def _command(pid: int) -> str:
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _words(path: Path) -> list[str]:
    return path.read_text().split()
