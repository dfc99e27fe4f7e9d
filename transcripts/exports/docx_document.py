"""Office Open XML (.docx): title, origin, then paragraphs, each with its speaker and the time of its first word."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

import docx
from docx.document import Document as DocxDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from .document import Document, Line
from .profile import ExportOptions
from .provenance import facts
from .text import clean, columns, lines
from .timecode import clock

# A paragraph ends with its speaker, at a silence, or with the first segment behind so many characters.
_SILENCE_MS = 2_000
_LONG_ENOUGH = 600
# XML has no way to write these.
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)  # the first day that a ZIP archive knows


def docx_document(document: Document, options: ExportOptions) -> bytes:
    """The file's bytes. Nothing in it depends on when or where it is written."""
    file = docx.Document()
    _describe(file, document)
    _say(file.add_heading(level=0), document.title)
    if options.provenance:
        _add_origin(file, document)
    previous = ""
    for paragraph in _paragraphs(lines(document)):
        first = paragraph[0]
        head = file.add_paragraph()
        head.paragraph_format.space_after, head.paragraph_format.keep_with_next = Pt(0), True
        if options.speakers and first.speaker and first.speaker != previous:
            _say(head, f"{first.speaker} ", bold=True)
        head.add_run(clock(first.start_ms)).font.size = Pt(8)
        previous = first.speaker
        _say(file.add_paragraph(), _joined(paragraph))
    return _stored(file)


def _paragraphs(written: list[Line]) -> Iterator[list[Line]]:
    paragraph: list[Line] = []
    for line in written:
        if paragraph and _ends(paragraph, line):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _ends(paragraph: list[Line], following: Line) -> bool:
    last = paragraph[-1]
    return (
        following.speaker != last.speaker
        or following.start_ms - last.end_ms >= _SILENCE_MS
        or sum(len(line.text) for line in paragraph) >= _LONG_ENOUGH
    )


def _joined(paragraph: list[Line]) -> str:
    """The lines as one text; between full-width characters there is no space."""
    text = ""
    for line in paragraph:
        spaced = text and not (columns(text[-1]) == 2 and columns(line.text[0]) == 2)
        text += f" {line.text}" if spaced else line.text
    return text


def _say(paragraph: Paragraph, text: str, *, bold: bool = False) -> None:
    """Add a run; Arabic and Hebrew are set from right to left."""
    text = _NOT_XML.sub("?", text if bold else clean(text))
    run = paragraph.add_run(text)
    run.bold = bold or None
    strong = next((d for c in text if (d := unicodedata.bidirectional(c)) in {"L", "R", "AL"}), "L")
    if strong != "L":
        run.font.rtl = True
        properties = paragraph._p.get_or_add_pPr()
        if properties.find(qn("w:bidi")) is None:
            properties.insert_element_before(OxmlElement("w:bidi"), "w:spacing", "w:jc")


def _add_origin(file: DocxDocument, document: Document) -> None:
    known = [(name, value) for name, value in facts(document) if name != "Title"]
    table = file.add_table(rows=0, cols=2)
    for name, value in known:
        cells = table.add_row().cells
        _say(cells[0].paragraphs[0], name)
        _say(cells[1].paragraphs[0], value)
    file.add_paragraph()


def _describe(file: DocxDocument, document: Document) -> None:
    """What the file says of itself: nothing of python-docx, and the time of the transcript, not of the export."""
    about, at = file.core_properties, _created(document)
    about.title = _NOT_XML.sub("?", clean(document.title))[:255]
    about.author = about.comments = about.keywords = about.last_modified_by = ""
    about.language = _NOT_XML.sub("?", clean(document.language))[:255]
    about.created = about.modified = at
    about.revision = document.provenance.edit_revision + 1


def _created(document: Document) -> datetime:
    try:
        at = datetime.fromisoformat(document.provenance.created_at)
    except ValueError:
        return _EPOCH
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _stored(file: DocxDocument) -> bytes:
    """The package, packed again without the time of packing."""
    packed, stored = io.BytesIO(), io.BytesIO()
    file.save(packed)
    with zipfile.ZipFile(packed) as parts, zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as package:
        for name in parts.namelist():
            package.writestr(zipfile.ZipInfo(name), parts.read(name), zipfile.ZIP_DEFLATED)
    return stored.getvalue()
