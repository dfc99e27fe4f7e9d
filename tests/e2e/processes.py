"""Whose child is whose, by Linux's /proc."""

from __future__ import annotations

from pathlib import Path

PROC = Path("/proc")


def descendants(pid: int) -> list[int]:
    """The ids of the processes that `pid` started, and those that they started, nearest first."""
    found: list[int] = []
    for parent in (pid, *children(pid)):
        if parent != pid:
            found.append(parent)
            found += descendants(parent)
    return found


def named(pids: list[int], text: str) -> int:
    """The first of `pids` whose command line contains `text`.

    Raises:
        LookupError: if none does.
    """
    for pid in pids:
        if text in command_line(pid):
            return pid
    raise LookupError(f"no process with {text!r} among {[command_line(pid) for pid in pids]}")


def command_line(pid: int) -> str:
    """Its words, joined by spaces; empty once it is gone."""
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def alive(pid: int) -> bool:
    """Whether it still runs; a zombie that its parent has yet to collect does not."""
    try:
        # After the name in parentheses, which may hold spaces, comes the state.
        state = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def children(pid: int) -> list[int]:
    """The ids of the processes that `pid` started."""
    found: list[int] = []
    try:
        for task in (PROC / str(pid) / "task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return found
    return found
