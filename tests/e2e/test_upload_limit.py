"""A refused upload is refused readably while it streams in, and leaves nothing behind."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import MAX_UPLOAD_BYTES
from tests.e2e.stack import Stack
from tests.e2e.wire import exchange, head
from tests.speech import SAMPLES, requires

pytestmark = pytest.mark.e2e

REFUSAL = {"detail": "The file is larger than 32 MB, which is the limit here."}
MEGABYTE = bytes(1024**2)


@pytest.fixture
def too_large(tmp_path: Path) -> Path:
    """A file of three times the limit; a hole on the disk."""
    path = tmp_path / "too-large.wav"
    with path.open("wb") as file:
        file.truncate(3 * MAX_UPLOAD_BYTES)
    return path


@requires("curl")
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param((), id="with its length"),
        pytest.param(("-H", "Expect:"), id="without asking first"),
        pytest.param(("-H", "Transfer-Encoding: chunked"), id="in chunks"),
        pytest.param(("-H", "Transfer-Encoding: chunked", "-H", "Expect:"), id="in chunks, without asking first"),
    ],
)
def test_curl_can_read_that_a_file_is_too_large(stack: Stack, too_large: Path, arguments: tuple[str, ...]) -> None:
    command = ["curl", "-sS", "-w", "\n%{http_code}", "-H", f"X-API-Key: {stack.key}", *arguments]
    sent = subprocess.run(
        [*command, "-F", f"file=@{too_large}", f"{stack.base_url}/transcribe"],
        capture_output=True,
        timeout=60,
        text=True,
    )

    body, _, status = sent.stdout.rpartition("\n")
    assert (status, json.loads(body)) == ("413", REFUSAL), sent.stderr
    assert_well_and_clean(stack)


def test_an_endless_upload_is_refused_while_it_streams(stack: Stack) -> None:
    part = b'--x\r\ncontent-disposition: form-data; name="file"; filename="endless.wav"\r\n\r\n'
    opening = head(
        stack.base_url,
        "/transcribe",
        authorization=f"Bearer {stack.key}",
        content_type="multipart/form-data; boundary=x",
        transfer_encoding="chunked",
    )
    begin = opening + b"%x\r\n%s\r\n" % (len(part), part)

    answer = exchange(stack.base_url, chain([begin], repeat(b"%x\r\n%s\r\n" % (len(MEGABYTE), MEGABYTE))))

    assert (answer.status, answer.json()) == (413, REFUSAL)
    assert_well_and_clean(stack)


def test_a_sender_who_goes_away_in_mid_file_leaves_nothing_behind(stack: Stack) -> None:
    opening = head(
        stack.base_url,
        "/transcribe",
        authorization=f"Bearer {stack.key}",
        content_type="multipart/form-data; boundary=x",
        content_length=str(len(MEGABYTE) * 20),
        expect="100-continue",
    )
    part = b'--x\r\ncontent-disposition: form-data; name="file"; filename="cut.wav"\r\n\r\n'

    with pytest.raises(ConnectionAbortedError):
        exchange(stack.base_url, _gone_after(opening + part + MEGABYTE))

    assert_well_and_clean(stack)


def test_a_wrong_key_is_told_to_a_client_that_is_still_sending(stack: Stack, too_large: Path) -> None:
    for _ in range(5):
        with too_large.open("rb") as file:
            answer = httpx.post(
                f"{stack.base_url}/transcribe", headers={"X-API-Key": "wrong"}, files={"file": file}, timeout=60
            )
        assert answer.status_code == 401


@pytest.mark.parametrize("chunks", [b"zz\r\nhello\r\n", b"5\r\nhelloXXXX\r\n0\r\n\r\n", b"-5\r\nhello\r\n"])
def test_chunks_that_break_the_rules_of_http_are_refused(stack: Stack, chunks: bytes) -> None:
    opening = head(
        stack.base_url,
        "/transcribe",
        authorization=f"Bearer {stack.key}",
        content_type="multipart/form-data; boundary=x",
        transfer_encoding="chunked",
    )

    answer = exchange(stack.base_url, [opening, chunks])

    assert answer.status == 400
    assert answer.json()["detail"].startswith("The request's chunks are malformed: ")


def _gone_after(beginning: bytes) -> Iterator[bytes]:
    yield beginning
    raise ConnectionAbortedError


def assert_well_and_clean(stack: Stack) -> None:
    """It still serves (the next request ends after the last one's remains are gone), and no part of a file is kept."""
    with stack.client() as client:
        sample = SAMPLES / "en-short-1.flac"
        assert client.post("/transcribe", files={"file": sample.read_bytes()}).status_code == 200
    assert stack.health()["status"] == "healthy"
    assert list((stack.data_dir / "media" / "incoming").glob("upload-*")) == []
