"""What is no sound at all."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from collections.abc import Iterator

_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0000000030001"
    "6dd3f1d30000000049454e44ae426082"
)
_GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00"
_FIXED: dict[str, bytes] = {
    "nothing": b"",
    "one byte": b"\0",
    "a text": b"Dear all, this is a text.\n" * 500,
    "a line": b"hello",
    "html": b"<!doctype html><html><head><title>Not found</title></head><body><h1>404</h1></body></html>",
    "json": b'{"error": {"message": "no", "type": "invalid_request_error"}}' * 50,
    "xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>',
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "subtitles": b"1\n00:00:00,000 --> 00:00:01,000\nHello.\n",
    "webvtt": b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello.\n",
    "pdf": _PDF,
    "png": PNG,
    "gif": _GIF + b"\x02\x02D\x01\x00;",
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9",
    "a program": b"\x7fELF\x02\x01\x01" + bytes(500),
    "windows program": b"MZ\x90\x00" + bytes(500),
    "script": b"#!/bin/sh\nrm -rf /\n",
    "midi": b"MThd\x00\x00\x00\x06\x00\x00\x00\x01\x00\x60MTrk\x00\x00\x00\x04\x00\xff\x2f\x00",
    "id3 alone": b"ID3\x04\x00\x00\x00\x00\x00\x00",
    "id3 of 256 MB": b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + bytes(1000),
    "riff alone": b"RIFF\x00\x00\x00\x00WAVE",
    "ogg alone": b"OggS" + bytes(23),
    "flac alone": b"fLaC\x80\x00\x00\x22" + bytes(34),
    "ftyp alone": b"\x00\x00\x00\x14ftypisom\x00\x00\x02\x00isom",
    "atom of 2 GB": b"\x00\x00\x00\x14ftypisom\x00\x00\x02\x00isom\x7f\xff\xff\xffmoov" + bytes(500),
    "ebml alone": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01",
    "ebml of 2^56": b"\x1a\x45\xdf\xa3\x01\xff\xff\xff\xff\xff\xff\xff" + bytes(500),
}


def others() -> Iterator[tuple[str, bytes]]:
    """Each with its name."""
    yield from _FIXED.items()
    yield "zip", _zip(b"hello")
    yield "zip bomb", _zip(bytes(50_000_000))
    yield "gzip bomb", gzip.compress(bytes(50_000_000), mtime=0)
    for size in (2, 100, 5000, 300_000):
        yield f"{size} zeros", bytes(size)
        yield f"{size} times ff", b"\xff" * size
    for seed in range(40):
        yield f"random bytes {seed}", random.Random(seed).randbytes(20 + seed * 700)


def _zip(content: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("talk.wav"), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()
