"""Exports over HTTP: by the extension of the address or by what is accepted, cut as the query wishes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx
import pytest
import srt
import webvtt

from tests.api.conftest import Caller
from tests.api.v1.conftest import Finish, path
from tests.rows import in_state, recording
from transcripts.documents import document
from transcripts.exports import FORMATS
from transcripts.models import AuditEntry, Status

pytestmark = pytest.mark.django_db

LONG = "This sentence is much longer than what one line of a subtitle may hold, so it has to be cut."


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_an_address_of_its_own(caller: Caller, finish: Finish, name: str) -> None:
    row, format = finish("One.", "Two.", title="talk.wav"), FORMATS[name]
    answer = caller.get(path(row, f".{format.extension}"))
    assert (answer.status_code, answer["Content-Type"]) == (200, format.media_type)
    assert answer["Content-Disposition"] == f'attachment; filename="talk.{format.extension}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content == format.render(document(row))
    assert caller.get(path(row)).json()["links"]["exports"][name].endswith(f"{row.pk}.{format.extension}")
    (noted,) = AuditEntry.objects.filter(verb="export")
    assert (noted.object_id, noted.detail, noted.api_key) == (str(row.pk), {"format": name}, caller.row)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/plain", "text/plain"),
        ("application/x-subrip", "application/x-subrip"),
        ("text/vtt", "text/vtt"),
        ("TEXT/CSV; charset=utf-8", "text/csv"),
        ("text/plain;q=0.5, text/vtt", "text/vtt"),
        ("image/png, text/vtt;q=0.1", "text/vtt"),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("text/plain;q=0, image/png", "application/json"),
        ("text/plain;q=x", "application/json"),
        (";;,,q=,", "application/json"),
    ],
)
def test_the_address_of_a_transcript_gives_what_is_accepted(
    caller: Caller, finish: Finish, accept: str, kind: str
) -> None:
    answer = caller.get(path(finish("One.")), headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (200, kind)
    assert "Accept" in answer["Vary"]
    assert ("text" in answer.json()) if kind == "application/json" else (b"One." in answer.content)


def test_other_programs_can_read_them(caller: Caller, finish: Finish) -> None:
    row = finish("One.", "Two.")
    assert [cue.content for cue in srt.parse(caller.get(path(row, ".srt")).content.decode())] == ["One. Two."]
    cues = webvtt.from_buffer(BytesIO(caller.get(path(row, ".vtt")).content))
    assert [cue.text for cue in cues] == ["One. Two."]
    if "docx" in FORMATS:
        text = docx.Document(BytesIO(caller.get(path(row, ".docx")).content))
        assert "One." in " ".join(paragraph.text for paragraph in text.paragraphs)


def test_subtitles_are_cut_as_the_query_wishes(caller: Caller, finish: Finish) -> None:
    row = finish(LONG)

    def lines(**query: str) -> list[str]:
        text = caller.get(path(row, ".srt"), query_params=query).content.decode()
        return [line for cue in srt.parse(text) for line in cue.content.splitlines()]

    assert max(map(len, lines())) <= 42
    assert max(map(len, lines(max_characters="20", max_lines="1"))) <= 20
    assert lines(as_segments="true") == [LONG]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"max_characters": "5"}, "max_characters:"),
        ({"max_characters": "many"}, "max_characters:"),
        ({"max_lines": "1.5"}, "max_lines:"),
        ({"min_duration_ms": "9000"}, "min_duration_ms must be at least 1 and not above max_duration_ms."),
        ({"characters_per_second": "0"}, "characters_per_second must be above 0."),
        ({"characters_per_second": "nan"}, "characters_per_second"),
        ({"speakers": "perhaps"}, "speakers:"),
        ({"max_chars": "30"}, "max_chars: There is no such field. Did you mean max_characters?"),
    ],
    ids=str,
)
def test_a_wish_that_cannot_be_is_said_in_words(
    caller: Caller, finish: Finish, query: dict[str, str], words: str
) -> None:
    row = finish("One.")
    for where, headers in ((path(row, ".srt"), {}), (path(row), {"Accept": "text/vtt"})):
        answer: Any = caller.get(where, query_params=query, headers=headers)
        assert (answer.status_code, list(answer.json())) == (400, ["detail"])
        assert words in answer.json()["detail"]


@pytest.mark.parametrize("status", [status for status in Status if status != Status.DONE])
def test_what_is_not_done_is_not_exported_as_if_it_were_the_whole(caller: Caller, status: Status) -> None:
    row = in_state(status, of=recording(api_key=caller.row)).transcript
    for where, headers in ((path(row, ".srt"), {}), (path(row), {"Accept": "text/plain"})):
        answer: Any = caller.get(where, headers=headers)
        assert (answer.status_code, answer.json()["detail"]) == (
            409,
            f"The transcript is {status}: there is nothing to export before it is done.",
        )


@pytest.mark.parametrize("extension", ["exe", "SRT", "srt.srt", "%00", "x" * 500])
def test_a_format_that_there_is_not_is_a_404(caller: Caller, finish: Finish, extension: str) -> None:
    answer = caller.get(path(finish("One."), f".{extension}"))
    assert (answer.status_code, list(answer.json())) == (404, ["detail"])
