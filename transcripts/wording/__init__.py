"""Words and wordings: when the words of a corrected text are spoken, and how two wordings differ. Pure functions.

Knows no Django and nothing of the other rooms.
"""

from .alignment import Word, align, cut, spell
from .comparison import Comparison, Piece, Row, Said, compare
from .differences import Difference, differences

__all__ = [
    "Comparison",
    "Difference",
    "Piece",
    "Row",
    "Said",
    "Word",
    "align",
    "compare",
    "cut",
    "differences",
    "spell",
]
