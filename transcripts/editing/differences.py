"""Two wordings of one passage, as what stayed, what went and what came. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from .matching import runs
from .spelling import atoms

Difference = tuple[Literal["=", "-", "+"], str]

_SPACE_OR_SIGNS = re.compile(r"\s+|\S+")


def differences(old: str, new: str) -> list[Difference]:
    """`=` and `-` in a row are `old`, `=` and `+` are `new`. Case and punctuation count."""
    before, after = list(_tokens(old)), list(_tokens(new))
    found: list[Difference] = []
    for run in runs(before, after):
        gone, came = "".join(before[run.a_start : run.a_end]), "".join(after[run.b_start : run.b_end])
        if run.same:
            found.append(("=", came))
        else:
            found += [("-", gone)] if gone else []
            found += [("+", came)] if came else []
    return found


def _tokens(text: str) -> Iterator[str]:
    """Words, the spaces between them, and runs of signs."""
    position = 0
    for atom in atoms(text):
        yield from _SPACE_OR_SIGNS.findall(text[position : atom.start])
        yield text[atom.start : atom.end]
        position = atom.end
    yield from _SPACE_OR_SIGNS.findall(text[position:])
