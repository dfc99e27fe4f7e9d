"""The recording itself: whole, in parts, and as what it is served."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.rows import in_state, recording
from transcripts import removal
from transcripts.models import Recording, Status, Transcript
from transcripts.web.media import BLOCK_BYTES

from .conftest import SAMPLE_BYTES

SIZE = len(SAMPLE_BYTES)


def _get(client: Client, transcript: Transcript, **headers: str) -> HttpResponseBase:
    return client.get(
        reverse("media", args=[transcript.pk]), headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def _body(answer: HttpResponseBase) -> bytes:
    return b"".join(answer)


def test_without_a_range_the_whole_file_is_sent(uploaded: Transcript, alice_browser: Client) -> None:
    answer = _get(alice_browser, uploaded)
    assert answer.status_code == HTTPStatus.OK
    assert answer["Content-Length"] == str(SIZE)
    assert answer["Accept-Ranges"] == "bytes"
    assert _body(answer) == SAMPLE_BYTES


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-", 0, SIZE - 1),
        ("bytes=100-199", 100, 199),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1),
        (f"bytes=100-{SIZE * 10}", 100, SIZE - 1),
        ("bytes=-1", SIZE - 1, SIZE - 1),
        (f"bytes=-{SIZE * 10}", 0, SIZE - 1),
        ("Bytes= 5-6 ", 5, 6),
    ],
)
def test_a_range_is_sent_to_the_byte(
    asked: str, start: int, end: int, uploaded: Transcript, alice_browser: Client
) -> None:
    answer = _get(alice_browser, uploaded, Range=asked)
    assert answer.status_code == HTTPStatus.PARTIAL_CONTENT
    assert answer["Content-Range"] == f"bytes {start}-{end}/{SIZE}"
    assert answer["Content-Length"] == str(end - start + 1)
    assert _body(answer) == SAMPLE_BYTES[start : end + 1]


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE + 5}-{SIZE + 9}", "bytes=-0"])
def test_a_range_outside_of_the_file_is_refused_with_its_size(
    asked: str, uploaded: Transcript, alice_browser: Client
) -> None:
    answer = _get(alice_browser, uploaded, Range=asked)
    assert answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    assert answer["Content-Range"] == f"bytes */{SIZE}"
    assert _body(answer) == b""


@pytest.mark.parametrize(
    "asked",
    ["bytes=5-4", "bytes=-", "bytes=a-b", "items=0-5", "bytes=0-1,5-6", "bytes=" + "9" * 5000 + "-", "bytes=٣-"],
)
def test_a_range_that_is_not_understood_is_ignored(asked: str, uploaded: Transcript, alice_browser: Client) -> None:
    answer = _get(alice_browser, uploaded, Range=asked)
    assert answer.status_code == HTTPStatus.OK
    assert _body(answer) == SAMPLE_BYTES


def test_a_part_is_sent_only_of_the_version_that_is_held(uploaded: Transcript, alice_browser: Client) -> None:
    etag = f'"{uploaded.recording.sha256}"'
    for if_range, status in ((etag, 206), ('"other"', 200), (f"W/{etag}", 200), ("Mon, 05 Jan 2026 12:00:00 GMT", 200)):
        answer = _get(alice_browser, uploaded, Range="bytes=0-3", If_Range=if_range)
        _body(answer)
        assert (if_range, answer.status_code) == (if_range, status)


def test_a_known_version_is_not_sent_again(uploaded: Transcript, alice_browser: Client) -> None:
    etag = _get(alice_browser, uploaded, If_None_Match=f'"{uploaded.recording.sha256}"')
    assert (etag.status_code, _body(etag)) == (HTTPStatus.NOT_MODIFIED, b"")


def test_head_tells_the_size_without_the_bytes(uploaded: Transcript, alice_browser: Client) -> None:
    address = reverse("media", args=[uploaded.pk])
    whole, part = alice_browser.head(address), alice_browser.head(address, headers={"Range": "bytes=10-19"})
    assert (whole.status_code, whole["Content-Length"], whole.content) == (200, str(SIZE), b"")
    assert (part.status_code, part["Content-Length"], part["Content-Range"]) == (206, "10", f"bytes 10-19/{SIZE}")


def test_a_large_file_goes_out_in_blocks(alice: User, alice_browser: Client, uploaded: Transcript) -> None:
    content = bytes(range(256)) * (BLOCK_BYTES // 256) * 3 + b"tail"
    with uploaded.recording.file.storage.open(str(uploaded.recording.file.name), "wb") as file:
        file.write(content)
    Recording.objects.update(size_bytes=len(content))
    blocks = list(_get(alice_browser, uploaded, Range="bytes=1-"))
    assert [len(block) for block in blocks] == [BLOCK_BYTES, BLOCK_BYTES, BLOCK_BYTES, 3]
    assert b"".join(blocks) == content[1:]


@pytest.mark.parametrize(
    ("container", "has_video", "media_type"),
    [
        ("mp3", False, "audio/mpeg"),
        ("mov", False, "audio/mp4"),
        ("mov", True, "video/mp4"),
        ("matroska", True, "video/webm"),
        ("flac", True, "application/octet-stream"),
        ("avi", True, "application/octet-stream"),
        ("text/html", False, "application/octet-stream"),
    ],
)
def test_the_type_comes_from_the_content_and_is_never_a_page(
    container: str, has_video: bool, media_type: str, uploaded: Transcript, alice_browser: Client
) -> None:
    Recording.objects.update(container=container, has_video=has_video)
    answer = alice_browser.head(reverse("media", args=[uploaded.pk]))
    assert answer["Content-Type"] == media_type
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_name_is_safe_in_any_script(uploaded: Transcript, alice_browser: Client) -> None:
    Recording.objects.update(title='../نشرة "x"\r\nSet-Cookie: a=b.mp3')
    answer = alice_browser.head(reverse("media", args=[uploaded.pk]))
    name = ".._نشرة _x_Set-Cookie_ a=b.mp3".lstrip(".")
    assert answer["Content-Disposition"] == f"inline; filename*=utf-8''{quote(name)}"
    assert "Set-Cookie" not in answer.headers


def test_only_the_listeners_own_browser_keeps_it(uploaded: Transcript, alice_browser: Client) -> None:
    answer = alice_browser.head(reverse("media", args=[uploaded.pk]))
    assert set(answer["Cache-Control"].split(", ")) == {"private", "no-cache"}


def test_a_file_that_is_lost_is_not_found(alice: User, alice_browser: Client) -> None:
    transcript = in_state(Status.DONE, recording(owner=alice)).transcript
    assert _get(alice_browser, transcript).status_code == HTTPStatus.NOT_FOUND


def test_nginx_is_told_which_file_to_send_and_nothing_of_ranges(
    uploaded: Transcript, alice_browser: Client, settings: Settings
) -> None:
    settings.ACCEL_REDIRECT = "/_media/"
    answer = _get(alice_browser, uploaded, Range="bytes=0-3")
    assert answer.status_code == HTTPStatus.OK
    hexes = uploaded.recording.pk.hex
    assert answer["X-Accel-Redirect"] == f"/_media/recordings/{hexes[-2:]}/{hexes}"
    assert "Content-Range" not in answer.headers
    assert answer["ETag"] == f'"{uploaded.recording.sha256}"'
    assert _body(answer) == b""


def test_nginx_is_told_of_no_file_that_its_asker_may_not_hear(
    uploaded: Transcript, client: Client, mallory: User, settings: Settings
) -> None:
    settings.ACCEL_REDIRECT = "/_media/"
    nobody = _get(client, uploaded)
    client.force_login(mallory)
    somebody_else = _get(client, uploaded)
    assert (nobody.status_code, somebody_else.status_code) == (HTTPStatus.FOUND, HTTPStatus.NOT_FOUND)
    assert "X-Accel-Redirect" not in {*nobody.headers, *somebody_else.headers}


def test_nginx_is_told_of_no_file_that_is_not_there(alice: User, alice_browser: Client, settings: Settings) -> None:
    settings.ACCEL_REDIRECT = "/_media/"
    lost = in_state(Status.DONE, recording(owner=alice)).transcript
    assert _get(alice_browser, lost).status_code == HTTPStatus.NOT_FOUND


def test_audio_that_is_deleted_is_gone_in_words_and_the_page_says_so(
    finished: Transcript, alice_browser: Client
) -> None:
    removal.delete_audio(finished.recording, cause="a test")
    answer = alice_browser.get(reverse("media", args=[finished.pk]))
    assert answer.status_code == HTTPStatus.GONE
    assert "The text is still there." in answer.content.decode()
    page = alice_browser.get(reverse("transcript", args=[finished.pk])).content.decode()
    assert "The audio was deleted on" in page
    assert reverse("media", args=[finished.pk]) not in page
    assert "First words." in page
