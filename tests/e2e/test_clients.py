"""The clients that are out there keep working: what each sends, byte for byte, gets the documented answer.

The multipart bodies are those of the clients' own encoders: Req's `Req.Utils.encode_form_multipart/2` (0.5.0 began the
body with an empty line, later versions do not) and hackney's `hackney_multipart:mp_file_header/2`, which HTTPoison
calls. hackney puts a length into the part and leaves the quotes around names to its caller, who mostly forgets them;
its first releases wrote the headers' names with capitals.
"""

from __future__ import annotations

import http.client
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.stack import Stack
from tests.e2e.wire import Answer, chunked, exchange, head
from tests.speech import SAMPLES, convert, reference, requires, requires_ffmpeg, word_error_rate

pytestmark = [pytest.mark.e2e, requires_ffmpeg]

SPOKEN = reference("en-short-1.flac")
# Req: 16 random bytes in lower-case hexadecimal. hackney: 27 hyphens and 16 letters.
REQ_BOUNDARY = "5f0c3a9e7d1b48264e8a90c1d2b3f467"
HACKNEY_BOUNDARY = 27 * "-" + "mqxhkcwtvbzyrnpd"

REQ_PART = b'content-disposition: form-data; name="file"; filename="talk.wav"\r\ncontent-type: audio/wav\r\n\r\n'
HACKNEY_PARTS = {
    "HTTPoison, {:file, path}": b'content-disposition: form-data; name="file"; filename="talk.wav"\r\n\r\n',
    "HTTPoison, names without quotes": b"content-disposition: form-data; name=file; filename=talk.wav\r\n\r\n",
    "HTTPoison, a name with blanks and no quotes": (
        b"content-disposition: form-data; name=file; filename=my own talk.wav\r\n\r\n"
    ),
}
HACKNEY_FIRST_PART = (
    b'Content-Disposition: form-data; name="file"; filename="talk.wav"\r\nContent-Type: audio/x-wav\r\n\r\n'
)


@pytest.fixture(scope="module")
def wav(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence as the WAV file that Werify records."""
    return convert(SAMPLES / "en-short-1.flac", tmp_path_factory.mktemp("client") / "talk.wav")


def bodies(sound: bytes) -> dict[str, tuple[str, bytes]]:
    """Boundary and body by client."""
    req, hackney = REQ_BOUNDARY.encode(), HACKNEY_BOUNDARY.encode()
    part = b"--%s\r\n%s%s\r\n--%s--\r\n"
    measured = b"content-length: %d\r\ncontent-type: audio/x-wav\r\n" % len(sound)
    return {
        "Req 0.5.0": (REQ_BOUNDARY, b"\r\n" + part % (req, REQ_PART, sound, req)),
        "Req": (REQ_BOUNDARY, part % (req, REQ_PART, sound, req)),
        "hackney, first releases": (HACKNEY_BOUNDARY, part % (hackney, HACKNEY_FIRST_PART, sound, hackney)),
    } | {
        name: (HACKNEY_BOUNDARY, part % (hackney, measured + headers, sound, hackney))
        for name, headers in HACKNEY_PARTS.items()
    }


CLIENTS = list(bodies(b""))


def check(answer: Any) -> None:
    """Exactly the documented keys, with the right words."""
    assert list(answer) == ["text", "language", "duration", "processing_time", "segments"]
    assert word_error_rate(SPOKEN.text, answer["text"]) == 0.0
    assert (answer["language"], answer["segments"]) == ("en", None)
    assert answer["duration"] == pytest.approx(SPOKEN.duration, abs=0.01)
    assert 0.0 < answer["processing_time"] < 60.0


def post(stack: Stack, client: str, sound: bytes, *, in_chunks: bool) -> Answer:
    """What `client` gets for sending `sound`, with a Content-Length or in chunks."""
    boundary, body = bodies(sound)[client]
    sizing = {"transfer_encoding": "chunked"} if in_chunks else {"content_length": str(len(body))}
    kind = f"multipart/form-data; boundary={boundary}"
    opening = head(stack.base_url, "/transcribe", authorization=f"Bearer {stack.key}", content_type=kind, **sizing)
    return exchange(stack.base_url, _pieces(opening, body, in_chunks=in_chunks))


def _pieces(opening: bytes, body: bytes, *, in_chunks: bool) -> Iterator[bytes]:
    yield opening
    yield from chunked(body) if in_chunks else [body]


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("in_chunks", [False, True], ids=["with its length", "in chunks"])
def test_an_elixir_client_is_answered_as_documented(stack: Stack, wav: Path, client: str, in_chunks: bool) -> None:
    answer = post(stack, client, wav.read_bytes(), in_chunks=in_chunks)

    assert answer.status == 200, answer.body
    assert answer.headers["content-type"] == "application/json"
    check(answer.json())


def test_the_files_name_is_kept_as_the_elixir_client_wrote_it(stack: Stack, wav: Path) -> None:
    names = {"Req": "talk.wav", "HTTPoison, a name with blanks and no quotes": "my own talk.wav"}
    ids = [post(stack, client, wav.read_bytes(), in_chunks=False).headers["x-transcript-id"] for client in names]

    script = f"""
from transcripts.models import Transcript
for key in {ids}:
    print(Transcript.objects.get(pk=key).recording.title)
"""
    assert stack.manage("shell", "-v", "0", "-c", script).splitlines() == list(names.values())


@requires("curl")
@pytest.mark.parametrize("arguments", [(), ("-H", "Transfer-Encoding: chunked"), ("--http1.0",)])
def test_curl_is_answered_as_documented(stack: Stack, wav: Path, arguments: tuple[str, ...]) -> None:
    command = ["curl", "-sS", "-H", f"X-API-Key: {stack.key}", *arguments, "-F", f"file=@{wav}"]
    answer = subprocess.run([*command, f"{stack.base_url}/transcribe"], check=True, capture_output=True, timeout=60)

    check(json.loads(answer.stdout))


def test_httpx_is_answered_as_documented(client: httpx.Client, wav: Path) -> None:
    with wav.open("rb") as file:
        answer = client.post("/transcribe", files={"file": file})

    assert answer.status_code == 200
    check(answer.json())


def test_pythons_own_client_is_answered_as_documented(stack: Stack, wav: Path) -> None:
    boundary, body = bodies(wav.read_bytes())["Req"]
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=60)
    try:
        connection.request(
            "POST",
            "/transcribe",
            body,
            {"Authorization": f"Bearer {stack.key}", "Content-Type": f"multipart/form-data; boundary={boundary}"},
        )
        check(json.load(connection.getresponse()))
    finally:
        connection.close()


def test_a_url_may_be_sent_in_chunks_too(stack: Stack) -> None:
    body = b'{"url": "http://10.0.0.1/talk.wav"}'
    opening = head(
        stack.base_url,
        "/transcribe/url",
        authorization=f"Bearer {stack.key}",
        content_type="application/json",
        transfer_encoding="chunked",
    )

    answer = exchange(stack.base_url, [opening, *chunked(body)])

    assert answer.status == 400
    assert "10.0.0.1" in answer.json()["detail"]
