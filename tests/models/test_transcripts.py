"""A transcript's own knowledge: progress, text, conditions by name, and what the database refuses."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.rows import in_state, recording, said
from transcripts import lifecycle
from transcripts.models import Segment, Status, Transcript

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("duration_ms", "transcribed_ms", "progress"),
    [(10_000, 0, 0.0), (10_000, 2_500, 0.25), (10_000, 12_000, 1.0), (None, 2_500, 0.0), (0, 0, 0.0)],
)
def test_progress_is_the_share_of_the_audio_that_is_done(
    duration_ms: int | None, transcribed_ms: int, progress: float
) -> None:
    held = in_state(Status.RUNNING, of=recording(duration_ms=duration_ms))
    lifecycle.store_window(held.lease, [], transcribed_ms=transcribed_ms)
    assert Transcript.objects.get().progress == progress


@pytest.mark.parametrize(
    ("options", "transcribed_ms", "progress"),
    [
        ({"clip_start": 2.0, "clip_end": 6.0}, 0, 0.0),
        ({"clip_start": 2.0, "clip_end": 6.0}, 3_000, 0.25),
        ({"clip_start": 2.0}, 6_000, 0.5),
        ({"clip_end": 100.0}, 5_000, 0.5),
        ({"clip_start": 20.0}, 5_000, 0.0),
    ],
)
def test_progress_of_a_clip_is_the_share_of_what_is_to_be_heard(
    options: dict[str, float], transcribed_ms: int, progress: float
) -> None:
    row = in_state(Status.RUNNING, of=recording(duration_ms=10_000), options=options).transcript
    Transcript.objects.filter(pk=row.pk).update(transcribed_ms=transcribed_ms)
    assert Transcript.objects.get().progress == progress


def test_progress_is_whole_once_it_is_done_whatever_the_header_claimed() -> None:
    assert in_state(Status.DONE, of=recording(duration_ms=None)).transcript.progress == 1.0


def test_the_text_is_all_segments_in_order_without_the_space_in_front() -> None:
    held = in_state(Status.RUNNING)
    lifecycle.store_window(held.lease, said("Hello", "world."), transcribed_ms=2000)
    assert Transcript.objects.get().text == "Hello world."


def test_silence_has_an_empty_text() -> None:
    assert in_state(Status.DONE).transcript.text == ""


def test_each_condition_finds_its_states() -> None:
    rows = {status: in_state(status).transcript.pk for status in Status}
    found = {
        "queued": Transcript.objects.queued(),
        "running": Transcript.objects.running(),
        "open": Transcript.objects.open(),
        "expired now": Transcript.objects.expired(),
        "expired later": Transcript.objects.expired(at=timezone.now() + timedelta(hours=1)),
    }
    by_pk = {pk: status for status, pk in rows.items()}
    assert {name: {by_pk[row.pk] for row in query} for name, query in found.items()} == {
        "queued": {Status.QUEUED},
        "running": {Status.RUNNING},
        "open": {Status.QUEUED, Status.RUNNING},
        "expired now": set(),
        "expired later": {Status.RUNNING},
    }


@pytest.mark.parametrize("status", Status)
def test_it_is_open_while_it_may_still_change_by_itself(status: Status) -> None:
    assert in_state(status).transcript.is_open is (status in {Status.QUEUED, Status.RUNNING})


LEASED = {"lease_token": uuid.UUID(int=7), "lease_expires_at": timezone.now()}


@pytest.mark.parametrize(
    ("status", "lease"),
    [
        *[(status, LEASED) for status in Status if status is not Status.RUNNING],
        (Status.RUNNING, {"lease_token": None}),
        (Status.RUNNING, {"lease_expires_at": None}),
    ],
)
def test_the_database_refuses_a_lease_without_a_worker_and_a_worker_without_a_lease(
    status: Status, lease: dict[str, object]
) -> None:
    in_state(status)
    with pytest.raises(IntegrityError, match="lease_while_running"), transaction.atomic():
        Transcript.objects.update(**lease)


def test_the_database_refuses_a_segment_that_ends_before_it_begins() -> None:
    transcript = in_state(Status.RUNNING).transcript
    with pytest.raises(IntegrityError, match="segment_forward"), transaction.atomic():
        Segment.objects.create(transcript=transcript, index=0, start_ms=10, end_ms=9, text="")


def test_a_transcript_names_its_recording_and_its_state() -> None:
    assert (
        str(in_state(Status.FAILED, of=recording(title="Réunion 東京.wav")).transcript) == "Réunion 東京.wav (Failed)"
    )
