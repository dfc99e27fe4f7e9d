"""Requests of the protocol in any order and shape: what is kept is what was acknowledged, and nothing fails unnamed."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.thorough import thorough
from transcripts.errors import BadOptions
from transcripts.models import Upload
from transcripts.resumable import files, metadata, uploads

from .conftest import Tus

SENT = "application/offset+octet-stream"
CONTENT = bytes(range(64))
# As a server receives them: latin-1, without what ends a line.
WIRE = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=40)
NUMBERS = st.sampled_from(["0", "1", "64", "65", "-1", "1e3", "٣", "²", "0x10", " 5", "9" * 15, "9" * 16, ""]) | WIRE
ENCODED = st.binary(max_size=20).map(lambda value: base64.b64encode(value).decode())
PAIRS = st.tuples(
    st.sampled_from(["filename", "language", "task", "title", "tags", "clip_end", "metadata", "nonsense", ""]) | WIRE,
    st.sampled_from([" ", "", "  "]),
    ENCODED | st.sampled_from(["en", "=", "ZW4=", "ZW4", "AA==", "/////w=="]) | WIRE,
).map("".join)
METADATA = st.lists(PAIRS, max_size=3).map(",".join)
CHECKSUMS = st.tuples(st.sampled_from(["sha1", "sha256", "md5", ""]), st.sampled_from([" ", ""]), ENCODED | WIRE).map(
    "".join
)


@given(METADATA)
@thorough(300)
def test_metadata_is_understood_or_refused_in_words(header: str) -> None:
    try:
        read = metadata.read(header)
    except BadOptions:
        return
    assert read.header == header
    assert "\0" not in read.filename


@pytest.mark.django_db
@given(
    method=st.sampled_from(["POST", "PATCH", "HEAD", "DELETE", "PUT"]),
    override=st.sampled_from(["", "", "", "PATCH", "DELETE", "patch", "OPTIONS"]) | WIRE,
    length=NUMBERS,
    offset=NUMBERS,
    said=METADATA,
    checksum=st.just("") | CHECKSUMS,
    kind=st.sampled_from([SENT, SENT, SENT, SENT + "; charset=x", "text/plain", ""]),
    body=st.binary(max_size=80),
    to_collection=st.booleans(),
)
@thorough(150)
def test_no_headers_end_in_an_unknown_way(
    program: Tus,
    method: str,
    override: str,
    length: str,
    offset: str,
    said: str,
    checksum: str,
    kind: str,
    body: bytes,
    to_collection: bool,
) -> None:
    given_headers = {"Upload-Length": length, "Upload-Offset": offset, "Upload-Metadata": said}
    given_headers |= {"Upload-Checksum": checksum, "X-HTTP-Method-Override": override}
    path = program.root if to_collection else program.begun(len(CONTENT))
    answer = program.ask(method, path, body, kind, **given_headers)
    assert answer.status_code < 500, answer.content
    for upload in Upload.objects.all():
        assert (files.size(upload.pk) or 0) <= upload.length
        uploads.discard(upload)


STEPS = st.tuples(
    st.sampled_from(["right", "behind", "ahead"]),
    st.integers(0, 40),
    st.sampled_from(["none", "right", "wrong"]),
    st.booleans(),
)


@pytest.mark.django_db
@given(steps=st.lists(STEPS, min_size=1, max_size=8))
@thorough(60)
def test_what_is_kept_is_what_was_acknowledged(program: Tus, steps: list[tuple[str, int, str, bool]]) -> None:
    address = program.begun(len(CONTENT))
    kept = 0
    for place, size, checksum, is_chunked in steps:
        offset = max(0, {"right": kept, "behind": kept - 1, "ahead": kept + 1}[place])
        body = CONTENT[offset : offset + size] + bytes(max(0, offset + size - len(CONTENT)))
        headers = _checksum(body, checksum) | ({"Transfer-Encoding": "chunked"} if is_chunked else {})
        answer = program.send(address, body, offset, **headers)
        if answer.status_code == 204:
            assert offset == kept
            kept += len(body)
            assert answer["Upload-Offset"] == str(kept)
        told = program.offset(address)
        assert told >= kept
        kept = told
    upload = Upload.objects.get()
    assert files.path_of(upload.pk).read_bytes() == CONTENT[:kept]
    uploads.discard(upload)  # nobody may begin hundreds


def _checksum(body: bytes, kind: str) -> dict[str, str]:
    if kind == "none":
        return {}
    digest = hashlib.sha256(body if kind == "right" else body + b"!").digest()
    return {"Upload-Checksum": f"sha256 {base64.b64encode(digest).decode()}"}
