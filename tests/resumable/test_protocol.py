"""tus 1.0, sentence by sentence of its text, the same at both faces."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from email.utils import parsedate_to_datetime
from io import RawIOBase
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from tests.api.conftest import BrokenBody
from transcripts.models import Recording, Transcript, Upload
from transcripts.resumable import files

from .conftest import CONTENT, SAMPLE, Tus, said

pytestmark = pytest.mark.django_db
SENT = "application/offset+octet-stream"


def _checksum(content: bytes, algorithm: str = "sha1") -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


def _left(settings: Settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_options_tells_what_the_server_can_do_without_being_asked_in_a_version(tus: Tus, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 12_345
    answer = tus.client.options(tus.root)
    assert answer.status_code == 204
    assert answer["Tus-Version"] == answer["Tus-Resumable"] == "1.0.0"
    extensions = {"creation", "creation-with-upload", "expiration", "checksum", "termination"}
    assert set(answer["Tus-Extension"].split(",")) == extensions
    assert answer["Tus-Max-Size"] == "12345"
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256"


def test_a_file_comes_in_pieces_and_the_offset_follows_it(tus: Tus) -> None:
    begun = tus.begin(10, "a.wav")
    assert (begun.status_code, begun["Tus-Resumable"]) == (201, "1.0.0")
    address = begun["Location"]
    assert address.startswith(f"{tus.root}/")
    assert tus.offset(address) == 0
    first = tus.send(address, b"0123", 0)
    assert (first.status_code, first["Upload-Offset"], first.content) == (204, "4", b"")
    assert tus.offset(address) == 4
    assert tus.send(address, b"456789", 4)["Upload-Offset"] == "10"
    upload = Upload.objects.get()
    assert files.path_of(upload.pk).read_bytes() == b"0123456789"
    assert files.path_of(upload.pk).stat().st_mode & 0o777 == 0o600


def test_head_tells_length_and_metadata_and_is_kept_by_nobody(tus: Tus) -> None:
    sent = said(filename="Réunion.flac", language="fr")
    begun = tus.ask("POST", tus.root, upload_length="5", upload_metadata=sent)
    told = tus.ask("HEAD", begun["Location"])
    assert (told["Upload-Length"], told["Upload-Metadata"], told["Cache-Control"]) == ("5", sent, "no-store")
    assert "X-Transcript-Id" not in told


def test_the_first_bytes_may_come_with_the_beginning(tus: Tus) -> None:
    begun = tus.ask("POST", tus.root, b"0123", SENT, upload_length="10")
    assert (begun.status_code, begun["Upload-Offset"]) == (201, "4")
    assert tus.offset(begun["Location"]) == 4


@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_another_version_is_refused_before_anything_is_done(tus: Tus, method: str) -> None:
    address = tus.begun(4)
    path = tus.root if method == "POST" else address
    answer = tus.ask(method, path, b"abcd", SENT, Tus_Resumable="0.2.2", upload_length="4", upload_offset="0")
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")
    assert tus.offset(address) == 0
    assert Upload.objects.count() == 1


@pytest.mark.parametrize("offset", [0, 3, 5])
def test_bytes_for_another_place_are_refused_and_nothing_is_written(tus: Tus, offset: int) -> None:
    address = tus.begun(10)
    tus.send(address, b"0123", 0)
    answer = tus.send(address, b"zz", offset)
    assert answer.status_code == 409
    assert f"byte 4, not at byte {offset}" in answer.json()["detail"]
    assert tus.offset(address) == 4


def test_bytes_of_another_type_are_refused(tus: Tus) -> None:
    address = tus.begun(4)
    answer = tus.ask("PATCH", address, b"abcd", "application/octet-stream", upload_offset="0")
    assert (answer.status_code, answer["Tus-Resumable"]) == (415, "1.0.0")
    assert tus.offset(address) == 0


@pytest.mark.parametrize("offset", ["", "-1", "1.5", "٣", "9" * 30])
def test_an_offset_that_is_no_number_is_refused(tus: Tus, offset: str) -> None:
    answer = tus.ask("PATCH", tus.begun(4), b"abcd", SENT, upload_offset=offset)
    assert (answer.status_code, answer.json()["detail"]) == (400, "Upload-Offset must be a number of bytes.")


def test_more_bytes_than_were_declared_are_refused(tus: Tus) -> None:
    address = tus.begun(4)
    assert tus.send(address, b"abcde").status_code == 413
    assert tus.offset(address) == 0
    # In chunks, without a length that could be looked at before
    told = tus.send(address, b"abcde", Transfer_Encoding="chunked")
    assert told.status_code == 413
    assert tus.offset(address) == 0


def test_what_came_before_the_connection_broke_is_kept(tus: Tus) -> None:
    address = tus.begun(1_000_100)
    broken = BrokenBody(b"x" * 100)
    extra: dict[str, Any] = {"wsgi.input": broken, "CONTENT_LENGTH": "1000100", "CONTENT_TYPE": SENT}
    tus.client.generic("PATCH", address, headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}, **extra)
    assert tus.offset(address) == 100


class _Watched(RawIOBase):
    """A body that looks, as it is read, whether its reader holds a database connection meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[bool] = []

    def readable(self) -> bool:
        """A body may be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Three pieces of a byte."""
        self.seen.append(connection.connection is not None)
        count = int(len(self.seen) <= 3)
        buffer[:count] = b"x" * count
        return count


@pytest.mark.django_db(transaction=True)
def test_a_slow_sender_holds_no_connection_to_the_database(tus: Tus) -> None:
    address, body = tus.begun(3), _Watched()
    extra: dict[str, Any] = {"wsgi.input": body, "CONTENT_LENGTH": "3", "CONTENT_TYPE": SENT}
    answer = tus.client.generic("PATCH", address, headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}, **extra)
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "3")
    assert body.seen[:3] == [False] * 3


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_bytes_with_the_right_checksum_are_taken(tus: Tus, algorithm: str) -> None:
    address = tus.begun(10)
    answer = tus.send(address, b"0123", upload_checksum=_checksum(b"0123", algorithm))
    assert (answer.status_code, tus.offset(address)) == (204, 4)


def test_bytes_with_a_wrong_checksum_are_not_kept(tus: Tus, settings: Settings) -> None:
    address = tus.begun(3 * 1024**2)
    tus.send(address, b"0123")
    answer = tus.send(address, bytes(2 * 1024**2), 4, upload_checksum=_checksum(b"else"))
    assert (answer.status_code, answer["Tus-Resumable"]) == (460, "1.0.0")
    assert tus.offset(address) == 4
    assert [path.stat().st_size for path in _left(settings)] == [4]


@pytest.mark.parametrize("checksum", ["md5 abcd", "sha1", "sha1 %%%", "crc32 AAAA"])
def test_a_checksum_that_cannot_be_is_refused(tus: Tus, checksum: str) -> None:
    address = tus.begun(4)
    answer = tus.send(address, b"abcd", upload_checksum=checksum)
    assert answer.status_code in (400, 460)
    assert tus.offset(address) == 0


def test_a_checksum_of_the_first_bytes_that_is_wrong_begins_nothing(tus: Tus, settings: Settings) -> None:
    answer = tus.ask("POST", tus.root, b"0123", SENT, upload_length="10", upload_checksum=_checksum(b"else"))
    assert answer.status_code == 460
    assert not Upload.objects.exists()
    assert _left(settings) == []


def test_an_upload_may_be_given_up(tus: Tus, settings: Settings) -> None:
    address = tus.begun(10)
    tus.send(address, b"0123")
    assert tus.ask("DELETE", address).status_code == 204
    assert tus.ask("HEAD", address).status_code == 404
    assert tus.send(address, b"4567", 4).status_code == 404
    assert _left(settings) == []


def test_each_piece_says_until_when_the_rest_may_come(tus: Tus, settings: Settings) -> None:
    settings.UPLOAD_HOURS = 2.0
    begun = tus.begin(10)
    hours = (parsedate_to_datetime(begun["Upload-Expires"]) - timezone.now()) / timedelta(hours=1)
    assert hours == pytest.approx(2, abs=0.01)
    settings.UPLOAD_HOURS = 5.0
    later = tus.send(begun["Location"], b"0123")["Upload-Expires"]
    assert (parsedate_to_datetime(later) - timezone.now()) / timedelta(hours=1) == pytest.approx(5, abs=0.01)


def test_an_expired_upload_is_gone(tus: Tus) -> None:
    address = tus.begun(10)
    Upload.objects.update(expires_at=timezone.now())
    for answer in (tus.ask("HEAD", address), tus.send(address, b"0123"), tus.finish(address)):
        assert answer.status_code == 410


@pytest.mark.parametrize("method", ["PATCH", "HEAD", "DELETE"])
def test_a_client_behind_a_narrow_proxy_names_its_method_in_a_header(tus: Tus, method: str) -> None:
    address = tus.begun(10)
    answer = tus.ask("POST", address, b"0123", SENT, upload_offset="0", X_HTTP_Method_Override=method)
    assert answer.status_code == {"PATCH": 204, "HEAD": 200, "DELETE": 204}[method]
    assert Upload.objects.count() == (method != "DELETE")


def test_another_method_is_none(tus: Tus) -> None:
    assert tus.ask("POST", tus.begun(10), X_HTTP_Method_Override="PUT").status_code == 405


def test_nobody_else_goes_on_with_an_upload(program: Tus, page: Tus) -> None:
    mine = page.begun(4)
    theirs = mine.replace(page.root, program.root)
    assert program.ask("HEAD", theirs).status_code == 404
    assert program.send(theirs, b"abcd").status_code == 404
    assert program.ask("DELETE", theirs).status_code == 404
    assert program.finish(theirs).status_code == 404
    assert page.offset(mine) == 0


def test_a_page_of_another_site_cannot_send(page: Tus) -> None:
    page.client.handler.enforce_csrf_checks = True
    assert page.begin(4).status_code == 403
    assert not Upload.objects.exists()


def test_nothing_is_a_recording_before_its_transcript_is_asked_for(tus: Tus) -> None:
    tus.sent()
    assert not Recording.objects.exists()
    assert not Transcript.objects.exists()
    assert Upload.objects.get().filename == SAMPLE
    assert files.size(Upload.objects.get().pk) == len(CONTENT)
