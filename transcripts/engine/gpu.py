"""What a graphics card is doing now, as its driver tells."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import Final

FIELDS: Final = ("index", "name", "memory.used", "memory.total", "utilization.gpu")
SECONDS: Final = 10.0
MEGABYTE: Final = 1024**2


@dataclass(frozen=True, slots=True)
class CardFigures:
    """A moment of one card. Memory in bytes, `utilisation` from 0 to 1; None where the driver cannot tell."""

    index: str
    name: str
    memory_used: int | None
    memory_total: int | None
    utilisation: float | None


def card_figures(command: str = "nvidia-smi") -> tuple[CardFigures, ...]:
    """The cards that this process may see, by `nvidia-smi`; none where it is missing or does not answer within 10 s."""
    program = shutil.which(command)
    if program is None:
        return ()
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "").replace(" ", "")
    which = [f"--id={visible}"] if visible else []
    query = [program, f"--query-gpu={','.join(FIELDS)}", "--format=csv,noheader,nounits", *which]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, timeout=SECONDS, check=True).stdout  # noqa: S603 - fixed arguments
        return tuple(_card(line) for line in answer.splitlines() if line.strip())
    except (subprocess.SubprocessError, OSError, ValueError):
        return ()


def _card(line: str) -> CardFigures:
    index, name, used, total, busy = (value.strip() for value in line.split(","))
    per_cent = _number(busy)
    return CardFigures(index, name, _bytes(used), _bytes(total), None if per_cent is None else per_cent / 100)


def _bytes(mebibytes: str) -> int | None:
    number = _number(mebibytes)
    return None if number is None else round(number * MEGABYTE)


def _number(text: str) -> float | None:
    """The driver writes `[N/A]` or `[Not Supported]` for what a card cannot tell."""
    return None if text.startswith("[") else float(text)
