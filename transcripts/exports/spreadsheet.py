"""Tables: comma-separated for spreadsheets, tab-separated for scripts. What looks like a formula is made text."""

from __future__ import annotations

import csv
import io
import re

from .document import Document
from .profile import ExportOptions
from .text import lines
from .timecode import clock

# A spreadsheet runs a cell that begins with one of these (OWASP, "CSV Injection"; the last four are their full-width
# forms). Where the list separator is a semicolon, as in German Excel, a cell may begin after any semicolon.
_FORMULA = re.compile("(^|;)(?=[\\s\"']*[=+\\-@＝＋－＠])")


def comma_separated(document: Document, _options: ExportOptions) -> str:
    """RFC 4180, one row a segment. The byte order mark makes Excel read UTF-8."""
    file = io.StringIO()
    file.write("\ufeff")
    table = csv.writer(file, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    table.writerow(["start_ms", "end_ms", "start", "end", "speaker", "text"])
    for line in lines(document):
        times = [line.start_ms, line.end_ms, clock(line.start_ms), clock(line.end_ms)]
        table.writerow([*times, _harmless(line.speaker), _harmless(line.text)])
    return file.getvalue()


def tab_separated(document: Document, _options: ExportOptions) -> str:
    """The three columns of Whisper's own .tsv, times in ms. As IANA registered the format it has no quotation marks."""
    rows = [f"{line.start_ms}\t{line.end_ms}\t{_harmless(line.text)}\n" for line in lines(document)]
    return "start\tend\ttext\n" + "".join(rows)


def _harmless(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would run; clean text has neither tab nor line break."""
    return _FORMULA.sub(r"\1'", cell)
