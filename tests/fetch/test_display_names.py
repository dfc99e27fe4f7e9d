"""The name under which a download is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.fetch.filename import display_name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="talk.mp3"', "talk.mp3"),
        ("attachment; filename=talk.mp3", "talk.mp3"),
        ("inline; filename*=UTF-8''Gr%C3%B6%C3%9Fe.mp3", "Größe.mp3"),
        ("attachment; filename=\"x.mp3\"; filename*=UTF-8''%E2%82%AC.mp3", "€.mp3"),
        ('attachment; filename="GrÃ¶Ã\x9fe.mp3"', "Größe.mp3"),
        ('attachment; filename="Gr\xf6\xdfe.mp3"', "Größe.mp3"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        (r'attachment; filename="C:\\Users\\me\\talk.mp3"', "talk.mp3"),
        ('attachment; filename="a\x00b\x1b[31m.mp3"', "ab[31m.mp3"),
        ("attachment; filename*=UTF-8''%E2%80%AE3pm.exe", "3pm.exe"),
        ('attachment; filename="  a   b .mp3 "', "a b .mp3"),
        ('attachment; filename="..."', "fallback.wav"),
        ('attachment; filename=""', "fallback.wav"),
        ("attachment", "fallback.wav"),
        ("", "fallback.wav"),
        (None, "fallback.wav"),
        ("attachment; filename*=punycode''a%FF.mp3", "fallback.wav"),
        ('attachment; filename="' + "a" * 1000 + '.mp3"', "fallback.wav"),
    ],
)
def test_the_header_names_the_file(header: str | None, name: str) -> None:
    assert display_name(header, "/folder/fallback.wav") == name


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/folder/Gr%C3%B6%C3%9Fe.mp3", "Größe.mp3"),
        ("/a%2Fb.mp3", "b.mp3"),
        ("/%2e%2e", "download"),
        ("/folder/", "download"),
        ("/", "download"),
        ("/%00%0a", "download"),
    ],
)
def test_the_path_names_the_file_where_no_header_does(path: str, name: str) -> None:
    assert display_name(None, path) == name


def test_a_long_name_keeps_its_ending() -> None:
    assert display_name(None, "/" + "a" * 500 + ".mp3") == "a" * 116 + ".mp3"
    assert display_name(None, "/a." + "b" * 500) == "a." + "b" * 118


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_header_gives_a_short_printable_name_without_a_folder(header: str, path: str) -> None:
    for disposition in (header, f"attachment; filename={header}", f"attachment; filename*{header}"):
        name = display_name(disposition, path)
        assert 1 <= len(name) <= 120
        assert not set(name) & set("/\\\0\r\n")
