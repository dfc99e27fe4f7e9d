"""Several transcripts as one zip file: valid, streamed, with safe names of which each is there once."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.rows import claimed, in_state, recording, said
from transcripts import lifecycle
from transcripts.exports import FORMATS
from transcripts.models import AuditEntry, Recording, Status

from .conftest import browser


def _spoken(owner: User, title: str, words: str = "Hello.") -> Recording:
    transcript = in_state(Status.QUEUED, recording(owner=owner, title=title)).transcript
    lease = claimed(transcript)
    lifecycle.store_window(lease, said(words), transcribed_ms=1000)
    lifecycle.complete(lease, processing_ms=10)
    return transcript.recording


def _zip(client: Client, rows: Sequence[Recording], wanted: str = "txt") -> zipfile.ZipFile:
    answer = client.post(reverse("bulk-export"), {"recording": [str(row.pk) for row in rows], "format": wanted})
    assert answer.status_code == HTTPStatus.OK
    assert answer.streaming
    assert answer["Content-Disposition"].startswith('attachment; filename="transcripts-20')
    archive = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    assert archive.testzip() is None
    return archive


@pytest.mark.parametrize("wanted", FORMATS)
def test_each_transcript_is_the_file_that_it_is_alone(wanted: str, alice: User, alice_browser: Client) -> None:
    rows = [_spoken(alice, "one.mp3", "First."), _spoken(alice, "two.mp3", "Second.")]
    archive = _zip(alice_browser, rows, wanted)
    extension = FORMATS[wanted].extension
    assert sorted(archive.namelist()) == [f"one.{extension}", f"two.{extension}"]
    for row in rows:
        alone = alice_browser.get(reverse("export", args=[row.transcripts.get().pk, wanted])).content
        assert archive.read(f"{row.title.split('.')[0]}.{extension}") == alone


def test_names_are_safe_and_differ_on_every_disk(alice: User, alice_browser: Client) -> None:
    titles = [
        "talk.mp3",
        "TALK.wav",
        "talk",
        "../../etc/passwd",
        "/root",
        "..",
        "",
        "a\x00b",
        "é",
        "e\u0301",
        "x" * 400,
    ]
    rows = [_spoken(alice, title.replace("\x00", "\n")) for title in titles]
    names = _zip(alice_browser, rows).namelist()
    assert len({name.casefold() for name in names}) == len(titles)
    assert {"talk.txt", "talk (2).txt", "talk (3).txt"} <= {name.lower() for name in names}
    for name in names:
        assert "/" not in name
        assert "\\" not in name
        assert not name.startswith(".")
        assert len(name.encode()) <= 255


def test_what_has_no_text_is_named_in_a_file_of_its_own(alice: User, alice_browser: Client) -> None:
    rows = [
        _spoken(alice, "done.mp3"),
        in_state(Status.RUNNING, recording(owner=alice, title="x.mp3")).transcript.recording,
    ]
    archive = _zip(alice_browser, rows)
    assert set(archive.namelist()) == {"done.txt", "not included.txt"}
    assert archive.read("not included.txt").decode() == "x.mp3: Transcribing\n"


def test_nothing_with_a_text_is_no_file(alice: User, alice_browser: Client) -> None:
    row = in_state(Status.QUEUED, recording(owner=alice)).transcript.recording
    sent = {"recording": [str(row.pk)], "format": "txt"}
    page = alice_browser.post(reverse("bulk-export"), sent, follow=True).content.decode()
    assert "Nothing of what you chose has a text yet." in page


def test_the_same_transcripts_give_the_same_bytes_and_stand_in_the_audit_trail(
    alice: User, alice_browser: Client
) -> None:
    rows = [_spoken(alice, "one"), _spoken(alice, "two")]
    sent = {"recording": [str(row.pk) for row in rows], "format": "srt"}
    first, second = (alice_browser.post(reverse("bulk-export"), sent).getvalue() for _ in range(2))
    assert first == second
    exports = AuditEntry.objects.filter(verb="export", object_name="one")
    assert [entry.detail for entry in exports] == [{"format": "srt"}] * 2


def test_somebody_else_is_given_nothing_of_it(alice: User, mallory_browser: Client, robin: User) -> None:
    row = _spoken(alice, "hers")
    answer = mallory_browser.post(reverse("bulk-export"), {"recording": [str(row.pk)], "format": "txt"})
    assert answer.status_code == HTTPStatus.FOUND
    assert _zip(browser(robin), [row]).namelist() == ["hers.txt"]


def test_it_is_sent_while_it_is_made(alice: User, alice_browser: Client) -> None:
    rows = [_spoken(alice, str(number), "word " * 3000) for number in range(3)]
    answer = alice_browser.post(reverse("bulk-export"), {"recording": [str(row.pk) for row in rows], "format": "json"})
    parts = [len(part) for part in answer]
    assert len(parts) == 4
    assert max(parts) < sum(parts) / 2


def test_another_format_is_a_bad_request(alice: User, alice_browser: Client) -> None:
    row = _spoken(alice, "one")
    answer = alice_browser.post(reverse("bulk-export"), {"recording": [str(row.pk)], "format": "exe"})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
