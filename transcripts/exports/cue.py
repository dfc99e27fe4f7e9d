"""One subtitle."""

from __future__ import annotations

from dataclasses import dataclass

from .tokens import Token, joined


@dataclass(frozen=True, slots=True)
class Cue:
    """When a subtitle is on the screen, and the words of each of its lines with the times they are spoken at."""

    start_ms: int
    end_ms: int
    rows: tuple[tuple[Token, ...], ...]
    speaker: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The text of each line."""
        return tuple(joined(row) for row in self.rows)
