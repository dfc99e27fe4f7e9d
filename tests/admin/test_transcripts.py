"""Transcripts in the admin: read with their attempts, cancelled and retried by the lifecycle only."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from tests.rows import BROKEN, claimed, in_state
from transcripts import lifecycle
from transcripts.models import AuditEntry, Failure, Priority, Status, Transcript

LIST = reverse("admin:transcripts_transcript_changelist")
pytestmark = pytest.mark.django_db


def _change(transcript: Transcript) -> str:
    return reverse("admin:transcripts_transcript_change", args=[transcript.pk])


def _act(desk: Client, action: str, *transcripts: Transcript) -> str:
    chosen = {"action": action, "_selected_action": [transcript.pk for transcript in transcripts]}
    return str(desk.post(LIST, chosen, follow=True).content.decode())


def _status(transcript: Transcript) -> str:
    return Transcript.objects.get(pk=transcript.pk).status


def test_the_page_tells_why_it_failed_and_what_was_tried(desk: Client) -> None:
    transcript = in_state(Status.QUEUED).transcript
    lifecycle.requeue(claimed(transcript, "gpu-1"), "Out of memory.", processing_ms=10)
    lifecycle.fail(claimed(transcript, "gpu-2"), Failure.MEDIA, BROKEN, processing_ms=10)
    page = desk.get(_change(transcript)).content.decode()
    for words in (BROKEN, "Out of memory.", "gpu-1", "gpu-2", "The recording cannot be read"):
        assert words in page
    assert reverse("transcript", args=[transcript.pk]) in page


def test_the_attempt_at_work_is_called_running(desk: Client) -> None:
    page = desk.get(_change(in_state(Status.RUNNING).transcript)).content.decode()
    assert "<td>running</td>" in page


def test_cancel_stops_what_is_open_and_says_what_was_not(desk: Client) -> None:
    waiting, running, done = (in_state(status).transcript for status in (Status.QUEUED, Status.RUNNING, Status.DONE))
    page = _act(desk, "cancel", waiting, running, done)
    assert [_status(each) for each in (waiting, running, done)] == ["cancelled", "cancelled", "done"]
    assert "2 cancelled." in page
    assert "1 left as they are: had ended already." in page


def test_retry_queues_what_failed_or_was_cancelled(desk: Client) -> None:
    failed, cancelled, done = (in_state(s).transcript for s in (Status.FAILED, Status.CANCELLED, Status.DONE))
    page = _act(desk, "retry", failed, cancelled, done)
    assert [_status(each) for each in (failed, cancelled, done)] == ["queued", "queued", "done"]
    assert "2 queued again." in page


def test_nothing_can_be_typed_over_added_or_dropped(desk: Client) -> None:
    transcript = in_state(Status.RUNNING).transcript
    assert desk.post(_change(transcript), {"status": "done"}).status_code == 403
    assert desk.get(reverse("admin:transcripts_transcript_add")).status_code == 403
    assert desk.post(reverse("admin:transcripts_transcript_delete", args=[transcript.pk])).status_code == 403
    assert _status(transcript) == "running"
    assert "delete_selected" not in desk.get(LIST).content.decode()


def test_who_may_only_look_is_offered_no_action(client: Client) -> None:
    transcript = in_state(Status.QUEUED).transcript
    looker = User.objects.create_user("looker", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_transcript"))
    client.force_login(looker)
    assert 'value="cancel"' not in client.get(LIST).content.decode()
    _act(client, "cancel", transcript)
    assert _status(transcript) == "queued"


def test_priorities_go_one_step_and_say_what_could_not(desk: Client) -> None:
    bulk, first, done = (
        in_state(Status.QUEUED, priority=Priority.BULK).transcript,
        in_state(Status.QUEUED, priority=Priority.INTERACTIVE).transcript,
        in_state(Status.DONE).transcript,
    )
    page = _act(desk, "raise_priority", bulk, first, done)
    assert [Transcript.objects.get(pk=row.pk).priority for row in (bulk, first, done)] == [
        "normal",
        "interactive",
        "normal",
    ]
    assert "1 go sooner." in page
    assert "2 left as they are: waiting no longer, or first already." in page
    page = _act(desk, "lower_priority", bulk, first)
    assert [Transcript.objects.get(pk=row.pk).priority for row in (bulk, first)] == ["bulk", "normal"]
    assert [entry.verb for entry in AuditEntry.objects.all()] == ["set priority"] * 3
