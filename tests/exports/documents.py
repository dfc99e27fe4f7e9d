"""Documents to export: small ones written out by hand, and arbitrary ones for properties."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from hypothesis import strategies as st

from tests.thorough import thorough
from transcripts.exports import Document, Line, Provenance, SubtitleProfile, Timed

PROVENANCE = Provenance(
    media_sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    media_name="council.mp3",
    model="large-v3-turbo",
    model_revision="41f01f3",
    parameters={"task": "transcribe", "beam_size": 5},
    edit_revision=3,
    reviewer="Ana",
    created_at="2026-03-01T09:00:00Z",
)
# A busy machine must not fail a property.
unhurried = thorough(80)
# webvtt-py reads two digits of hours; cues may end some seconds after the last words.
WEBVTT_PY_LIMIT_MS = 99 * 3_600_000


def document(*segments: Line, title: str = "Council", provenance: Provenance = PROVENANCE) -> Document:
    return Document(title, "en", max((line.end_ms for line in segments), default=0), segments, provenance)


def said(text: str, start_ms: int = 0, word_ms: int = 400, pause_ms: int = 0, speaker: str = "") -> Line:
    """A line whose words last `word_ms` each, with `pause_ms` of silence between them."""
    words = []
    at = start_ms
    for word in text.split(" "):
        words.append(Timed(f" {word}", at, at + word_ms, 0.9))
        at += word_ms + pause_ms
    return Line(start_ms, words[-1].end_ms, text, speaker, tuple(words))


def spelling(text: str) -> str:
    """What remains of a text when nothing but its spacing may change: the same words have the same spelling."""
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cc" and c != "\ufeff")


_NASTY = [
    "-->", "00:00:01.000 --> 00:00:02.000", "1\n00:00:01,000 --> 00:00:02,000\n", "12", "1:2:3", "NOTE x", "STYLE",
    "\n\n", "\r\n", "\t", "\x00", "\x1f", "\x85", "\u2028", "\ufeff", "\u00a0", "\u3000", "\u202e",
    "<b>", "</v>", "<v Eve>", "<00:00:01.000>", "&amp;", "&", "<", ">", "{\\an8}", "WEBVTT",
    "=1+1", "+1", "-1", "@SUM", ";=1", '"', "'", ",", "`", "*", "_", "# ", "[a](b)", "|", "\\", "www.a.b", "https://a.b",
    "Dr.", "Hello, world.", "שלום עולם", "مرحبا", "漢字。「かな」", "한국어 문장", "e\u0301\u0301",
    "👨\u200d👩\u200d👧", "x" * 130, "語" * 70,
]  # fmt: skip

texts = st.lists(
    st.sampled_from([*_NASTY, " ", " ", "word", "longer"])
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    max_size=14,
).map("".join)
names = st.sampled_from(["", "", "Ana", "Bo & <Co>\n\n-->", "=Eve", "שרה"])
profiles = st.builds(
    SubtitleProfile,
    max_characters=st.integers(10, 60),
    max_lines=st.integers(1, 4),
    min_duration_ms=st.integers(1, 2_000),
    max_duration_ms=st.integers(2_000, 9_000),
    characters_per_second=st.floats(5, 40),
    min_gap_ms=st.integers(0, 300),
)


@st.composite
def _words(draw: st.DrawFn, text: str, times: st.SearchStrategy[int]) -> tuple[Timed, ...]:
    """Words that spell `text`, or other words, at any times."""
    kind = draw(st.sampled_from(["none", "true", "false"]))
    pieces = {"none": [], "true": text.split(" "), "false": ["other", " words"]}[kind]
    return tuple(Timed(piece, draw(times), draw(times), draw(st.floats())) for piece in pieces)


@st.composite
def hostile(draw: st.DrawFn) -> Document:
    """Segments in any order, overlapping, backwards, before 0 and past four days."""
    times = st.integers(-5_000, 60_000) | st.integers(0, WEBVTT_PY_LIMIT_MS)
    segments = []
    for _ in range(draw(st.integers(0, 6))):
        text = draw(texts)
        segments.append(Line(draw(times), draw(times), text, draw(names), draw(_words(text, times))))
    return replace(document(*segments), title=draw(texts))


@st.composite
def orderly(draw: st.DrawFn) -> Document:
    """Segments one after the other, each with words in order that fill its time, anywhere in the first 99 hours."""
    at = draw(st.integers(0, WEBVTT_PY_LIMIT_MS))
    segments = []
    for _ in range(draw(st.integers(1, 5))):
        line = said(
            " ".join(draw(st.lists(st.sampled_from(_SPOKEN), min_size=1, max_size=30))),
            at,
            word_ms=draw(st.integers(20, 900)),
            pause_ms=draw(st.sampled_from([0, 0, 60, 400])),
            speaker=draw(st.sampled_from(["", "Ana", "Bo"])),
        )
        segments.append(line)
        at = line.end_ms + draw(st.sampled_from([0, 0, 50, 700, 3_000]))
    return document(*segments)


_SPOKEN = [
    "the",
    "of",
    "budget,",
    "meeting.",
    "Yes.",
    "because",
    "department",
    "i",
    "Straße",
    "מועצה",
    "会議。",
    "extraordinarily",
]
