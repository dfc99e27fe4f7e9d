"""The exports room: a transcript as a file. Pure functions over plain data; every time is an integer in milliseconds.

Knows no Django and nothing of the other rooms.
"""

from .cue import Cue
from .cues import cues
from .document import Document, Line, Provenance, Timed
from .formats import FORMATS, Format
from .profile import MOST_LINES, NARROWEST, WIDEST, ExportOptions, SubtitleProfile
from .text import columns
from .timecode import clock, milliseconds

__all__ = [
    "FORMATS",
    "MOST_LINES",
    "NARROWEST",
    "WIDEST",
    "Cue",
    "Document",
    "ExportOptions",
    "Format",
    "Line",
    "Provenance",
    "SubtitleProfile",
    "Timed",
    "clock",
    "columns",
    "cues",
    "milliseconds",
]
