"""The registry of formats, and what holds for each of them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given

from tests.exports.documents import document, hostile, said, unhurried
from transcripts.exports import FORMATS, Document, ExportOptions, Format, Provenance

NAMES = ["txt", "srt", "vtt", "vtt-words", "vtt-highlight", "tsv", "csv", "json", "docx", "md"]
WRITTEN_AS_TEXT = [name for name in NAMES if name != "docx"]


def test_these_formats_are_on_offer_each_under_its_name() -> None:
    assert list(FORMATS) == NAMES
    assert all(format.name == name for name, format in FORMATS.items())


def test_extensions_tell_formats_apart() -> None:
    assert len({format.extension for format in FORMATS.values()}) == len(NAMES)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("txt", "text/plain"),
        ("srt", "application/x-subrip"),
        ("vtt", "text/vtt"),
        ("vtt-words", "text/vtt"),
        ("vtt-highlight", "text/vtt"),
        ("tsv", "text/tab-separated-values"),
        ("csv", "text/csv"),
        ("json", "application/json"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("md", "text/markdown"),
    ],
)
def test_the_media_type_is_the_registered_one(name: str, media_type: str) -> None:
    assert FORMATS[name].media_type.split(";")[0] == media_type


@unhurried
@given(hostile())
def test_any_document_is_written_in_every_format_of_text_twice_the_same(any_document: Document) -> None:
    for name in WRITTEN_AS_TEXT:
        assert FORMATS[name].render(any_document) == FORMATS[name].render(any_document)


def test_the_order_of_parameters_does_not_change_a_byte() -> None:
    one = Provenance("", "", "m", "", {"a": 1, "b": {"c": 2, "d": 3}})
    other = Provenance("", "", "m", "", {"b": {"d": 3, "c": 2}, "a": 1})
    for format in FORMATS.values():
        assert format.render(document(provenance=one)) == format.render(document(provenance=other))


@pytest.mark.parametrize("name", WRITTEN_AS_TEXT)
def test_a_document_without_segments_can_be_written(name: str) -> None:
    assert b"\x00" not in FORMATS[name].render(document())


@pytest.mark.parametrize("name", WRITTEN_AS_TEXT)
def test_right_to_left_text_keeps_the_order_of_its_characters(name: str) -> None:
    assert "\u200fשלום, 3".encode() in FORMATS[name].render(
        document(said("\u200fשלום, 3", 0, 2_000)), ExportOptions(profile=None)
    ).replace(b"<00:00:02.000>", b"").replace(b"<u>", b"").replace(b"</u>", b"")


def test_a_writer_of_bytes_is_a_format_like_the_others() -> None:
    size = Format("size", "bin", "application/octet-stream", lambda doc, _: bytes([len(doc.segments)]))
    assert size.render(document(said("one"), said("two"))) == b"\x02"


def test_the_room_loads_neither_django_nor_another_room() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, transcripts.exports; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    own = [name for name in loaded if name.startswith(("transcripts", "whisperhub"))]
    assert all(name == "transcripts" or name.startswith("transcripts.exports") for name in own)
    assert not [name for name in loaded if name.split(".")[0] in {"django", "rest_framework", "celery"}]
