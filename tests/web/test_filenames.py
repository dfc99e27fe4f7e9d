"""Titles as names of files."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.filenames import file_name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("interview.mp3", "interview.srt"),
        ("Minutes 12.5 of the meeting", "Minutes 12.5 of the meeting.srt"),
        ("v1.25", "v1.25.srt"),
        ("../../etc/passwd", "_.._etc_passwd.srt"),
        ("C:\\Windows\\a.wav", "C__Windows_a.srt"),
        ("", "recording.srt"),
        ("...", "recording.srt"),
        (".mp3", "mp3.srt"),
        ("\u202egnp.mp3", "gnp.srt"),
        ("نشرة.mp3", "نشرة.srt"),
    ],
)
def test_the_title_names_the_file(title: str, name: str) -> None:
    assert file_name(title, "srt") == name


def test_without_an_extension_the_titles_own_stays() -> None:
    assert file_name("interview.mp3") == "interview.mp3"


@given(st.text(max_size=600))
def test_no_title_breaks_a_header_or_a_path(title: str) -> None:
    name = file_name(title, "txt")
    assert name.endswith(".txt")
    assert len(name.encode()) <= 184
    assert not set(name) & set('/\\"')
    assert not any(unicodedata.category(character) == "Cc" for character in name)
