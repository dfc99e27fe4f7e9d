"""Markdown (https://spec.commonmark.org/): a page to read and quote from, a paragraph for each segment."""

from __future__ import annotations

import re

from .document import Document
from .profile import ExportOptions
from .provenance import facts
from .text import clean, turns
from .timecode import clock

# Characters that mean something inside a line; @, :// and www. would make GitHub's Markdown link an address.
_SYNTAX = re.compile(r"[\\`*_\[\]<>&|~$@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_HEADING_END = re.compile(r"#+$")


def markdown(document: Document, options: ExportOptions) -> str:
    """Title, origin (with `provenance`), then `**00:00:01.000 Anna:** Hello.`, the name where the speaker changes.

    No text stands at the start of a line, where it could open a list, a heading or a table.
    """
    blocks = [f"# {_title(document)}\n"]
    if options.provenance:
        # The title has been said.
        blocks.append("".join(f"- {name}: {_escaped(value)}\n" for name, value in facts(document) if name != "Title"))
    for speaker, line in turns(document, named=options.speakers):
        name = f" {_escaped(speaker)}:" if speaker else ""
        blocks.append(f"**{clock(line.start_ms)}{name}** {_escaped(line.text)}\n")
    return "\n".join(blocks)


def _title(document: Document) -> str:
    """A heading may end in number signs that do not count: those of the title do."""
    return _HEADING_END.sub(lambda end: "\\#" * len(end[0]), _escaped(clean(document.title)))


def _escaped(text: str) -> str:
    return _SYNTAX.sub(r"\\\g<0>", text)
