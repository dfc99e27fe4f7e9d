"""A file over HTTP: stored byte for byte, its name shown and never trusted."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.files.storage import default_storage
from pytest_django import Settings

from tests.api.conftest import FORM, SAMPLE, Caller
from transcripts.models import Recording

pytestmark = pytest.mark.django_db


def _files(settings: Settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def _post(caller: Caller, body: bytes) -> Recording:
    headers = {"Prefer": "respond-async"}
    answer = caller.client.generic("POST", "/transcribe", body + b"--edge--\r\n", content_type=FORM, headers=headers)
    assert answer.status_code == 202, answer.content
    return Recording.objects.get()


def _part(disposition: str, content: bytes = SAMPLE.read_bytes()) -> bytes:
    return f"--edge\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode() + content + b"\r\n"


def test_what_is_stored_is_what_was_sent_and_nothing_else_stays(caller: Caller, settings: Settings) -> None:
    caller.uploaded()
    (stored,) = _files(settings)
    assert stored.read_bytes() == SAMPLE.read_bytes()
    assert stored == Path(default_storage.path(str(Recording.objects.get().file.name)))
    assert stored.stat().st_mode & 0o777 == 0o600


def test_a_part_without_a_content_type_is_taken(caller: Caller) -> None:
    assert _post(caller, _part('name="file"; filename="a.flac"')).title == "a.flac"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/var/lib/secret.flac", "secret.flac"),
        ("C:\\audio\\meeting.flac", "meeting.flac"),
        ("a\x00b.flac", "ab.flac"),
        ("right\u202eto\u202dleft.flac", "righttoleft.flac"),
        ("<script>alert(1)</script>.flac", "script>.flac"),
        ("&lt;b&gt;.flac", "<b>.flac"),
        ("会議の録音.flac", "会議の録音.flac"),
        ("Überraschung für Zoë.flac", "Überraschung für Zoë.flac"),
        ("اجتماع.flac", "اجتماع.flac"),
        ("🎙 1.flac", "🎙 1.flac"),
        ("CON", "CON"),
        (".htaccess", ".htaccess"),
        ("%2e%2e%2fetc%2fpasswd", "%2e%2e%2fetc%2fpasswd"),
        ("x" * 600 + ".flac", "x" * 500),
    ],
    ids=lambda text: text[:30].encode("ascii", "backslashreplace").decode(),
)
def test_a_name_is_shown_without_its_folders_and_used_for_no_path(
    caller: Caller, settings: Settings, sent: str, shown: str
) -> None:
    escaped = sent.replace("\\", "\\\\")
    recording = _post(caller, _part(f'name="file"; filename="{escaped}"'))
    assert recording.title == shown
    (stored,) = _files(settings)
    assert stored == Path(settings.MEDIA_ROOT) / "recordings" / recording.pk.hex[-2:] / recording.pk.hex


def test_a_name_in_the_extended_form_is_decoded(caller: Caller) -> None:
    assert _post(caller, _part(f"name=\"file\"; filename*=UTF-8''{quote('Grüße.flac')}")).title == "Grüße.flac"


def test_of_several_files_under_the_same_name_the_last_is_taken_and_no_other_stays(
    caller: Caller, settings: Settings
) -> None:
    body = _part('name="file"; filename="one.txt"', b"no audio") + _part('name="file"; filename="two.flac"')
    assert _post(caller, body).title == "two.flac"
    assert len(_files(settings)) == 1


def test_the_same_file_sent_twice_is_two_recordings(caller: Caller, settings: Settings) -> None:
    first, second = caller.uploaded(), caller.uploaded()
    assert first.recording.pk != second.recording.pk
    assert first.recording.sha256 == second.recording.sha256
    assert len(_files(settings)) == 2
