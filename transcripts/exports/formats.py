"""The formats on offer. A new one is a file with its writer and a line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .cue import Cue
from .document import Document
from .docx_document import docx_document
from .json_document import json_document
from .markdown import markdown
from .plain_text import plain_text
from .profile import ExportOptions
from .spreadsheet import comma_separated, tab_separated
from .subrip import shown_subrip, subrip, subrip_cues
from .webvtt import webvtt, webvtt_cues
from .word_webvtt import highlighted_webvtt, short_cues, timed_webvtt


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a document: `name` in addresses, `extension` without its dot.

    Of subtitles, `cut` tells them one by one, and `show` is WebVTT for a player, which shows what is in the file.
    """

    name: str
    extension: str
    media_type: str
    write: Callable[[Document, ExportOptions], str | bytes]
    cut: Callable[[Document, ExportOptions], list[Cue]] | None = None
    show: Callable[[Document, ExportOptions], str] | None = None

    def render(self, document: Document, options: ExportOptions | None = None) -> bytes:
        """The file's bytes, text as UTF-8. The same document and options give the same bytes."""
        written = self.write(document, options or ExportOptions())
        # A lone surrogate is no character and has no UTF-8; it becomes a question mark.
        return written.encode(errors="replace") if isinstance(written, str) else written


FORMATS: dict[str, Format] = {
    format.name: format
    for format in (
        Format("txt", "txt", "text/plain; charset=utf-8", plain_text),
        Format("srt", "srt", "application/x-subrip; charset=utf-8", subrip, subrip_cues, shown_subrip),
        Format("vtt", "vtt", "text/vtt; charset=utf-8", webvtt, webvtt_cues, webvtt),
        Format("vtt-words", "words.vtt", "text/vtt; charset=utf-8", timed_webvtt, webvtt_cues, timed_webvtt),
        Format(
            "vtt-highlight",
            "highlight.vtt",
            "text/vtt; charset=utf-8",
            highlighted_webvtt,
            short_cues,
            highlighted_webvtt,
        ),
        Format("tsv", "tsv", "text/tab-separated-values; charset=utf-8", tab_separated),
        Format("csv", "csv", "text/csv; charset=utf-8", comma_separated),
        Format("json", "json", "application/json", json_document),
        Format(
            "docx",
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            docx_document,
        ),
        Format("md", "md", "text/markdown; charset=utf-8", markdown),
    )
}
