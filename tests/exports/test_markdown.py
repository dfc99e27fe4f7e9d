"""Markdown, read back by markdown-it, an implementation of CommonMark."""

from __future__ import annotations

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.exports.documents import document, hostile, said, spelling, unhurried
from transcripts.exports import FORMATS, Document, ExportOptions, Line

PLAIN = ExportOptions(provenance=False)


def written(exported: Document, options: ExportOptions = PLAIN) -> str:
    return FORMATS["md"].render(exported, options).decode()


def blocks(exported: Document, options: ExportOptions = PLAIN) -> list[Token]:
    """Tables and struck-out text of GitHub included."""
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(written(exported, options))


def plain(inline: Token) -> str:
    """The text of a paragraph, which may hold no markup but one bold beginning."""
    children = inline.children or []
    assert {child.type for child in children} <= {"text", "text_special", "strong_open", "strong_close"}
    return "".join(child.content for child in children)


def test_a_page_has_a_title_an_origin_and_a_paragraph_for_each_segment() -> None:
    talk = document(
        said("Good evening.", 1_000, 500, speaker="Ana"),
        said("We begin.", 9_999, 500, speaker="Ana"),
        title="Council #",
    )
    assert written(talk, ExportOptions()) == (
        "# Council \\#\n"
        "\n"
        "- Media: council.mp3\n"
        "- Media SHA-256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n"
        "- Duration: 00:00:10.999\n"
        "- Language: en\n"
        "- Model: large-v3-turbo\n"
        "- Model revision: 41f01f3\n"
        '- Parameters: {"beam\\_size": 5, "task": "transcribe"}\n'
        "- Created: 2026-03-01T09:00:00Z\n"
        "- Edit revision: 3\n"
        "- Reviewer: Ana\n"
        "\n"
        "**00:00:01.000 Ana:** Good evening.\n"
        "\n"
        "**00:00:09.999** We begin.\n"
    )


@pytest.mark.parametrize(
    ("said_text", "line"),
    [
        ("*a* _b_ `c`", r"\*a\* \_b\_ \`c\`"),
        ("[a](b) ![c](d)", r"\[a\](b) !\[c\](d)"),
        ("<script>&lt;", r"\<script\>\&lt;"),
        ("a\\*b", r"a\\\*b"),
        ("# not a heading", "# not a heading"),
        ("see https://a.b or WWW.a.b or me@a.b", r"see https\://a.b or WWW\.a.b or me\@a.b"),
        ("a|b ~~c~~ $d$", r"a\|b \~\~c\~\~ \$d\$"),
    ],
)
def test_what_would_be_markup_is_escaped(said_text: str, line: str) -> None:
    assert written(document(Line(0, 1, said_text))).splitlines()[2] == f"**00:00:00.000** {line}"


@unhurried
@given(hostile())
def test_commonmark_sees_nothing_but_one_heading_and_paragraphs(any_document: Document) -> None:
    found = blocks(any_document)
    assert {token.type for token in found} <= {
        "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline",
    }  # fmt: skip
    title, *paragraphs = [token for token in found if token.type == "inline"]
    assert spelling(plain(title)) == spelling(any_document.title)
    # A time of twelve signs or more comes first, a name may follow; the text is the end.
    texts = sorted(spelling(segment.text) for segment in any_document.segments if spelling(segment.text))
    assert len(paragraphs) == len(texts)
    assert sorted(spelling(plain(inline)) for inline in without_head(paragraphs)) == texts


def without_head(paragraphs: list[Token]) -> list[Token]:
    """Paragraphs without their bold beginning."""
    for inline in paragraphs:
        children = inline.children or []
        ends = [i for i, child in enumerate(children) if child.type == "strong_close"]
        assert [child.type for child in children].count("strong_open") == len(ends) == 1
        inline.children = children[ends[0] + 1 :]
    return paragraphs


@unhurried
@given(hostile())
def test_the_origin_is_a_list_of_plain_lines(any_document: Document) -> None:
    found = blocks(any_document, ExportOptions())
    assert [token.type for token in found].count("bullet_list_open") == 1
    assert all(plain(token) for token in found if token.type == "inline" and token.level == 3)
