"""The search room: every word that was spoken, and every title, behind one door.

`search` is all that a face needs. Nobody has to tell the index of a change: triggers follow the rows, in the
transaction that writes them.
"""

from .cursor import UnknownCursor
from .filters import Filters
from .finding import search
from .highlighting import Fragment
from .installing import rebuild
from .results import Hit, Page, RecordingHits, Total

__all__ = ["Filters", "Fragment", "Hit", "Page", "RecordingHits", "Total", "UnknownCursor", "rebuild", "search"]
