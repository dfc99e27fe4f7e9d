"""Uploads that are broken and gone on with, by a client that others wrote, on dead connections and in chunks."""

from __future__ import annotations

import hashlib
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from tests.e2e.conftest import MAX_UPLOAD_BYTES
from tests.e2e.stack import Stack
from tests.e2e.wire import head
from tests.speech import SAMPLES, reference

pytestmark = pytest.mark.e2e
SPOKEN = reference("en-short-1.flac")
LONG = SAMPLES / "en-long.flac"


def _tus(stack: Stack) -> TusClient:
    return TusClient(f"{stack.base_url}/api/v1/uploads", headers=stack.headers)


def _made(stack: Stack, address: str, **options: Any) -> httpx.Response:
    with stack.client() as client:
        order = {"upload": address.rpartition("/")[2], **options}
        return client.post("/api/v1/transcripts", params={"wait": 60}, json=order)


@pytest.mark.parametrize("checksum", [False, True], ids=["plain", "with checksums"])
def test_tuspy_sends_a_file_in_pieces_and_its_words_come_back(stack: Stack, checksum: bool) -> None:
    about = {"filename": "a.flac", "title": "Tables"}
    with SPOKEN.path.open("rb") as file:
        uploader = _tus(stack).uploader(file_stream=file, chunk_size=10_000, metadata=about, upload_checksum=checksum)
        uploader.upload()
    address = str(uploader.url)
    answer = _made(stack, address, language="en")
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["title"], made["text"]) == ("Tables", SPOKEN.text)
    assert made["recording"]["id"] == address.rpartition("/")[2]


def test_tuspy_is_told_that_a_file_is_too_large_before_it_sends_any_of_it(stack: Stack, tmp_path: Path) -> None:
    with (tmp_path / "large.wav").open("w+b") as file:
        file.truncate(MAX_UPLOAD_BYTES + 1)
        with pytest.raises(TusCommunicationError) as caught:
            _tus(stack).uploader(file_stream=file).upload()
    assert caught.value.status_code == 413
    assert b"larger than 32 MB" in caught.value.response_content


def test_tuspy_goes_on_where_it_ended(stack: Stack) -> None:
    with LONG.open("rb") as file:
        first = _tus(stack).uploader(file_stream=file, chunk_size=200_000)
        first.upload(stop_at=400_000)
        second = _tus(stack).uploader(file_stream=file, url=first.url, chunk_size=200_000)
        assert second.offset == 400_000
        second.upload()
    with stack.client() as client:
        answer = client.post("/api/v1/transcripts", json={"upload": str(second.url).rpartition("/")[2]})
        assert answer.json()["recording"]["sha256"] == hashlib.sha256(LONG.read_bytes()).hexdigest()
        client.delete(answer.headers["Location"], params={"permanent": "true"}).raise_for_status()


def test_a_sender_who_comes_back_does_not_wait_for_its_dead_connection(stack: Stack) -> None:
    content = SPOKEN.path.read_bytes()
    with stack.client() as client:
        tus = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
        begun = client.post("/api/v1/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": str(len(content))})
        address = begun.headers["Location"]
        opening = head(
            stack.base_url,
            address,
            method="PATCH",
            authorization=f"Bearer {stack.key}",
            tus_resumable="1.0.0",
            content_type="application/offset+octet-stream",
            upload_offset="0",
            content_length=str(len(content)),
        )
        with socket.create_connection(("127.0.0.1", stack.port)) as dead:
            dead.sendall(opening + content[:1000])
            answer = client.patch(address, content=content, headers={**tus, "Upload-Offset": "0"})
            told = client.head(address, headers=tus)
    assert (answer.status_code, told.headers["Upload-Offset"]) == (204, str(len(content)))
    assert _made(stack, address).json()["text"] == SPOKEN.text


def test_a_piece_may_come_in_chunks(stack: Stack) -> None:
    content = LONG.read_bytes()
    with stack.client() as client:
        begun = client.post("/api/v1/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": str(len(content))})
        tus = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
        pieces = (content[start : start + 70_000] for start in range(0, len(content), 70_000))
        answer = client.patch(begun.headers["Location"], content=pieces, headers=tus)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(len(content)))
        assert client.delete(begun.headers["Location"], headers=tus).status_code == 204
