"""Forms that no browser would send are answered in words and leave nothing; of a sound one every byte arrives."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client, RequestFactory
from hypothesis import example, given
from hypothesis import strategies as st
from pytest_django import Settings

from tests.conftest import KeyMaker
from tests.thorough import thorough
from transcripts.incoming import IncomingFile, accept_files
from transcripts.models import Recording

FILE = b'Content-Disposition: form-data; name="file"; filename="a.wav"'
NAMES = ("file", "language", "task", "title", "tags", "model", "metadata", "callback_url", "clip_end", "\0", "")
HEADERS = (
    st.sampled_from(
        [
            FILE,
            b"content-disposition:form-data;name=file;filename=a.wav",
            b"Content-Disposition: form-data; name=\"file\"; filename*=UTF-8''%ff%00%2e%2e%2f",
            b'Content-Disposition: form-data; name="file"; filename=""',
            b'Content-Disposition: form-data; name="' + b"a" * 3000 + b'"',
            b'Content-Disposition: attachment; name="file"; filename="../../\\..\\a.wav"',
            b"Content-Disposition: form-data",
            b"Content-Disposition",
            b"Content-Type: audio/wav",
            b"Content-Type: multipart/mixed; boundary=edge",
            b"Content-Type: text/plain; charset=utf-99",
            b"Content-Type: application/x; charset=utf-16",
            b"Content-Transfer-Encoding: base64",
            b"Content-Transfer-Encoding: quoted-printable",
            b"Content-Length: 99999999999999999999",
            b"Content-Length: -1",
            b"X: " + b"x" * 2000,
            b": ",
        ]
    )
    | st.sampled_from(NAMES).map(lambda name: f'Content-Disposition: form-data; name="{name}"'.encode())
    | st.binary(max_size=30)
)
ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b""])
FRAMES = [b"en", b"\0", b"\xff\xfe", b"--edge", b"--edge--", b"=\r\n", b"AAA=", b"A" * 70_000]
BODIES = st.sampled_from(FRAMES) | st.binary(max_size=60)
MALFORMED = st.tuples(
    st.sampled_from([b"--edge\r\n", b"--edge\r\n", b"--edge", b"--edge \r\n", b"--other\r\n", b""]),
    st.lists(st.tuples(HEADERS, ENDS).map(b"".join), max_size=4).map(b"".join),
    ENDS,
    BODIES,
    ENDS,
).map(b"".join)
WELL_FRAMED = st.tuples(
    st.just(b"--edge\r\n"),
    st.just(FILE) | HEADERS,
    st.just(b"\r\n\r\n"),
    BODIES,
    st.just(b"\r\n"),
).map(b"".join)
MODEL = b'--edge\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n'
PARTS = WELL_FRAMED | WELL_FRAMED | st.just(MODEL) | MALFORMED
FORMS = st.tuples(
    st.lists(PARTS, max_size=5).map(b"".join), st.sampled_from([b"--edge--\r\n", b"--edge--", b"--edge", b""])
).map(b"".join)
KINDS = st.sampled_from(
    [
        *["multipart/form-data; boundary=edge"] * 8,
        "multipart/form-data",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary="edge',
        "multipart/form-data; boundary=" + "e" * 300,
        "multipart/form-data; boundary=\xe9dge",
        "multipart/form-data; boundary=edge; charset=utf-7",
        "multipart/form-data; boundary=edge; charset=nonsense",
        "multipart/mixed; boundary=edge",
        "application/x-www-form-urlencoded",
        "application/json",
        "application/octet-stream",
        "",
    ]
)
ROUTES = st.sampled_from(
    ["/transcribe", "/v1/audio/transcriptions", "/api/v1/transcripts", "/detect-language", "/upload"]
)


def _left_behind() -> list[Path]:
    return [path for path in Path(django_settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.fixture
def sender(alice: User, make_key: KeyMaker, settings: Settings) -> Client:
    """Alice's browser, with a key for where one is needed."""
    settings.ASR_DIALECT = True
    client = Client(headers={"X-API-Key": make_key()[1], "Prefer": "respond-async", "Accept": "application/json"})
    client.force_login(alice)
    return client


@pytest.mark.django_db
@given(route=ROUTES, kind=KINDS, form=FORMS, cut=st.none() | st.none() | st.integers(0, 200))
@example(route="/transcribe", kind="multipart/form-data; boundary=edge", form=b"--edge\r\n" + FILE, cut=None)
@thorough(150)
def test_no_form_without_sound_is_taken_in_or_fails_in_an_unknown_way(
    sender: Client, route: str, kind: str, form: bytes, cut: int | None
) -> None:
    answer = sender.generic("POST", route, form[:cut], kind)
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.content)
    assert not Recording.objects.exists()
    assert _left_behind() == []


CONTENTS = st.binary(max_size=300) | st.sampled_from([b"\r\n--edge", b"\r\n--edge\r\n", b"\n--edge--", b"-" * 70_000])


@given(contents=st.lists(CONTENTS, min_size=1, max_size=3), field=st.text(st.characters(codec="utf-8"), max_size=20))
@thorough(100)
def test_every_byte_of_a_sound_form_arrives(contents: list[bytes], field: str) -> None:
    boundary = b"edge" + b"7" * 40
    files = [FILE + b"\r\n\r\n" + content for content in contents]
    parts = [b'Content-Disposition: form-data; name="title"\r\n\r\n' + field.encode(), *files]
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + boundary + b"--\r\n"
    request = _request(body, boundary.decode())
    with closing(request):
        assert request.POST["title"] == field
        arrived = request.FILES.getlist("file")
        assert [file.read() for file in arrived] == contents
        assert all(isinstance(file, IncomingFile) for file in arrived)
    assert _left_behind() == []


def _request(body: bytes, boundary: str) -> WSGIRequest:
    kind = f"multipart/form-data; boundary={boundary}"
    request = RequestFactory().generic("POST", "/", body, content_type=kind)
    accept_files(request)
    return request
