"""Two wordings of one passage, as what stayed, what went and what came. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from .matching import Run, runs
from .spelling import atoms

Difference = tuple[Literal["=", "-", "+"], str]

_SPACE_OR_SIGNS = re.compile(r"\s+|\S+")


def differences(old: str, new: str) -> list[Difference]:
    """`=` and `-` in a row are `old`, `=` and `+` are `new`. Case and punctuation count."""
    before, after = list(_tokens(old)), list(_tokens(new))
    found: list[Difference] = []
    for run in _whole(list(runs(before, after)), before):
        gone, came = "".join(before[run.a_start : run.a_end]), "".join(after[run.b_start : run.b_end])
        if run.same:
            found.append(("=", came))
        else:
            found += [("-", gone)] if gone else []
            found += [("+", came)] if came else []
    return found


def _whole(found: list[Run], before: Sequence[str]) -> Iterator[Run]:
    """A lone space between two changes changes with them: phrases are read, not single words."""
    pending: Run | None = None
    for number, run in enumerate(found):
        inside = 0 < number < len(found) - 1
        same = run.same and not (inside and "".join(before[run.a_start : run.a_end]).isspace())
        if pending is None:
            pending = run._replace(same=same)
        elif pending.same == same:
            pending = pending._replace(a_end=run.a_end, b_end=run.b_end)
        else:
            yield pending
            pending = run._replace(same=same)
    if pending is not None:
        yield pending


def _tokens(text: str) -> Iterator[str]:
    """Words, the spaces between them, and runs of signs."""
    position = 0
    for atom in atoms(text):
        yield from _SPACE_OR_SIGNS.findall(text[position : atom.start])
        yield text[atom.start : atom.end]
        position = atom.end
    yield from _SPACE_OR_SIGNS.findall(text[position:])
