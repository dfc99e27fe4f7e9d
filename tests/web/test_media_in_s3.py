"""Recordings that lie in an S3-compatible storage: what is asked for is fetched, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from storages.backends.s3 import S3File

from tests.s3 import BUCKET, KEY, REGION, S3, SECRET
from transcripts import removal
from transcripts.models import Recording, Transcript
from transcripts.stored_media import open_part

from .conftest import SAMPLE_BYTES


@pytest.fixture(scope="module")
def server() -> Iterator[S3]:
    with S3() as running:
        yield running


@pytest.fixture
def storage(server: S3, settings: Settings) -> S3:
    """The hub keeps its media there. Every test begins with none."""
    settings.STORAGES = settings.STORAGES | {"default": server.storage}
    server.empty()
    return server


@pytest.fixture
def uploaded(storage: S3, uploaded: Transcript) -> Transcript:
    """The sample, in that storage."""
    assert list(storage.sizes().values()) == [len(SAMPLE_BYTES)]
    return uploaded


@pytest.fixture
def sparing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody fetches a whole recording to read a part of it, as a file of django-storages does."""

    def refuse(*_: object) -> None:
        raise AssertionError("the whole recording was fetched into a temporary file")

    monkeypatch.setattr(S3File, "_get_file", refuse)
    monkeypatch.setattr(S3File, "file", property(refuse))


@pytest.mark.usefixtures("sparing")
@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [
        (None, HTTPStatus.OK, 0, len(SAMPLE_BYTES)),
        ("bytes=100-199", HTTPStatus.PARTIAL_CONTENT, 100, 200),
        ("bytes=-7", HTTPStatus.PARTIAL_CONTENT, len(SAMPLE_BYTES) - 7, len(SAMPLE_BYTES)),
        ("bytes=9-", HTTPStatus.PARTIAL_CONTENT, 9, len(SAMPLE_BYTES)),
    ],
)
def test_a_player_gets_the_bytes_that_it_asks_for(
    asked: str | None, status: HTTPStatus, start: int, end: int, uploaded: Transcript, alice_browser: Client
) -> None:
    headers = {"Range": asked} if asked else {}
    answer = alice_browser.get(reverse("media", args=[uploaded.pk]), headers=headers)
    assert answer.status_code == status
    assert answer["Content-Length"] == str(end - start)
    assert b"".join(answer) == SAMPLE_BYTES[start:end]


def test_only_the_part_that_was_asked_for_leaves_the_storage(uploaded: Transcript) -> None:
    part = open_part(str(uploaded.recording.file.name), 10, 19)
    assert part.read() == SAMPLE_BYTES[10:20]
    part.close()


def test_a_recording_that_the_storage_has_lost_is_not_found(
    storage: S3, uploaded: Transcript, alice_browser: Client
) -> None:
    storage.client.delete_object(Bucket=BUCKET, Key=uploaded.recording.file.name)
    assert alice_browser.get(reverse("media", args=[uploaded.pk])).status_code == HTTPStatus.NOT_FOUND
    with pytest.raises(FileNotFoundError):
        open_part(f"{uuid4()}")


@pytest.mark.django_db(transaction=True)
def test_a_recording_is_deleted_although_the_storage_cannot_be_reached(
    uploaded: Transcript, settings: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")  # boto3 would try for half a minute
    nowhere = {"bucket_name": BUCKET, "endpoint_url": "http://127.0.0.1:9", "region_name": REGION}
    credentials = {"access_key": KEY, "secret_key": SECRET}
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": nowhere | credentials}
    }
    removal.delete_recording(uploaded.recording)
    assert not Recording.objects.exists()
    assert f"Could not delete the media file {uploaded.recording.file.name}" in caplog.text
