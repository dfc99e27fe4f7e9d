"""Deleting a recording for good: rows first, then the file, and whoever works on it is told to stop."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from tests.rows import claimed, in_state, said
from transcripts import lifecycle, submissions
from transcripts.access import Actor
from transcripts.incoming import IncomingFile
from transcripts.lifecycle import LeaseLost
from transcripts.models import Attempt, Recording, Segment, Status, Transcript
from transcripts.orders import Order
from transcripts.removal import delete_recording

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_deleted_recording_leaves_no_row_and_no_file(spoken_file: IncomingFile) -> None:
    transcript = submissions.submit(spoken_file, Order(), Actor())
    path = Path(default_storage.path(str(transcript.recording.file.name)))
    lifecycle.store_window(claimed(transcript), said("words"), transcribed_ms=1000)
    assert path.exists()
    delete_recording(transcript.recording)
    assert not path.exists()
    assert [model.objects.count() for model in (Recording, Transcript, Segment, Attempt)] == [0, 0, 0, 0]


def test_a_worker_in_the_middle_of_it_writes_nothing_more() -> None:
    held = in_state(Status.RUNNING)
    delete_recording(held.transcript.recording)
    with pytest.raises(LeaseLost):
        lifecycle.store_window(held.lease, said("late"), transcribed_ms=1000)
    assert not Segment.objects.exists()


def test_a_deletion_that_is_rolled_back_leaves_the_file(spoken_file: IncomingFile) -> None:
    transcript = submissions.submit(spoken_file, Order(), Actor())
    with transaction.atomic():
        delete_recording(Recording.objects.get())
        transaction.set_rollback(True)
    assert Path(default_storage.path(str(transcript.recording.file.name))).exists()
    assert Transcript.objects.get().status == Status.QUEUED


def test_a_file_that_is_gone_already_is_no_error() -> None:
    held = in_state(Status.DONE)
    delete_recording(held.transcript.recording)
    assert not Recording.objects.exists()


def test_a_file_that_cannot_be_deleted_is_said_in_the_log_and_the_rows_are_gone(
    spoken_file: IncomingFile, caplog: pytest.LogCaptureFixture
) -> None:
    transcript = submissions.submit(spoken_file, Order(), Actor())
    path = Path(default_storage.path(str(transcript.recording.file.name)))
    path.unlink()
    (path / "in the way").mkdir(parents=True)
    delete_recording(transcript.recording)
    assert not Recording.objects.exists()
    assert f"Could not delete the media file {transcript.recording.file.name}" in caplog.text
