"""How long recordings are kept: rules and wishes, what is spared, and that what goes is really gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.conftest import KeyMaker
from tests.rows import claimed, in_state, recording, said
from transcripts import lifecycle, retention, submissions
from transcripts.access import Actor
from transcripts.incoming import IncomingFile
from transcripts.models import (
    AuditEntry,
    Edit,
    Peaks,
    Recording,
    RetentionRule,
    Review,
    Segment,
    Status,
    Tag,
    Transcript,
)
from transcripts.orders import order
from transcripts.retention import Due

pytestmark = pytest.mark.django_db(transaction=True)

SENT = timezone.now()


def _after(days: float) -> datetime:
    return SENT + timedelta(days=days)


def _sent(**fields: Any) -> Recording:
    """A recording sent at `SENT`, transcribed."""
    row = in_state(Status.DONE, recording(**fields)).transcript.recording
    Recording.objects.filter(pk=row.pk).update(created_at=SENT)
    return row


def _rule(**fields: Any) -> RetentionRule:
    return RetentionRule.objects.create(**{"enabled": True, **fields})


def _left() -> set[str]:
    return set(Recording.objects.values_list("title", flat=True))


def _approve(row: Recording) -> None:
    row.transcripts.update(review=Review.APPROVED)


def test_nothing_is_deleted_without_a_rule_or_a_wish() -> None:
    _sent()
    assert retention.apply(_after(10_000)) == Due(0, 0)


def test_everything_of_a_recording_goes_when_its_day_has_come(spoken_file: IncomingFile) -> None:
    transcript = submissions.submit(spoken_file, order({"retention_days": "3"}), Actor())
    path = Path(default_storage.path(str(transcript.recording.file.name)))
    lease = claimed(transcript)
    lifecycle.store_window(lease, said("words"), transcribed_ms=1000, peaks=b"\0\1")
    lifecycle.complete(lease, processing_ms=1)
    edit = Edit.objects.create(transcript=transcript, number=1, kind=Edit.Kind.TEXT)
    Segment.objects.update(replaced_by=edit)
    Segment.objects.create(transcript=transcript, index=0, version=2, edit=edit, start_ms=0, end_ms=9, text=" Words")
    assert retention.apply(timezone.now() + timedelta(days=2, hours=23)) == Due(0, 0)
    assert path.exists()
    assert retention.apply(timezone.now() + timedelta(days=3, hours=1)) == Due(1, 0)
    assert not path.exists()
    assert [model.objects.count() for model in (Recording, Transcript, Segment, Edit, Peaks)] == [0] * 5


def test_the_audio_goes_and_the_text_stays(spoken_file: IncomingFile) -> None:
    transcript = submissions.submit(spoken_file, order({"audio_retention_days": "1"}), Actor())
    path = Path(default_storage.path(str(transcript.recording.file.name)))
    lease = claimed(transcript)
    lifecycle.store_window(lease, said("words"), transcribed_ms=1000, peaks=b"\0\1")
    lifecycle.complete(lease, processing_ms=1)
    before = Transcript.objects.get().revision
    at = timezone.now() + timedelta(days=1, hours=1)
    assert retention.apply(at) == Due(0, 1)
    after = Transcript.objects.select_related("recording").get()
    assert not path.exists()
    assert not Peaks.objects.exists()
    assert (after.text, after.recording.audio_deleted_at is None, bool(after.recording.file)) == ("words", False, False)
    assert after.revision == before + 1, "pages that show it are told"
    assert retention.apply(at) == Due(0, 0)


def test_of_several_rules_the_strictest_wins(make_key: KeyMaker) -> None:
    key, tag = make_key()[0], Tag.objects.create(name="private")
    _rule(transcript_days=30)
    _rule(transcript_days=10, api_key=key)
    _rule(transcript_days=5, tag=tag)
    _sent(title="plain")
    _sent(title="by key", api_key=key)
    _sent(title="tagged").tags.add(tag)
    _sent(title="both", api_key=key).tags.add(tag)
    left = {}
    for day in (4, 6, 11, 31):
        retention.apply(_after(day))
        left[day] = _left()
    assert left == {4: {"plain", "by key", "tagged", "both"}, 6: {"plain", "by key"}, 11: {"plain"}, 31: set()}


def test_a_wish_counts_beside_the_rules_and_cannot_lengthen_them() -> None:
    _rule(transcript_days=10)
    _sent(title="sooner", expires_at=_after(2))
    _sent(title="later", expires_at=_after(100))
    retention.apply(_after(3))
    assert _left() == {"later"}
    retention.apply(_after(11))
    assert _left() == set()


def test_a_rule_that_is_not_in_force_deletes_nothing_and_can_be_looked_at() -> None:
    rule = _rule(transcript_days=10, audio_days=1, enabled=False)
    _sent()
    assert retention.apply(_after(20)) == Due(0, 0)
    assert retention.due(_after(20)) == Due(0, 0)
    assert retention.due(_after(20), [rule]) == Due(recordings=1, audio=0)
    assert retention.due(_after(2), [rule]) == Due(recordings=0, audio=1)


def test_a_rule_may_spare_what_is_approved_while_another_does_not() -> None:
    _rule(transcript_days=1, spares_approved=True)
    _approve(_sent(title="approved"))
    _sent(title="draft")
    retention.apply(_after(2))
    assert _left() == {"approved"}
    _rule(transcript_days=1)
    retention.apply(_after(2))
    assert _left() == set()


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING])
def test_what_waits_or_runs_is_left_until_it_has_ended(status: Status) -> None:
    held = in_state(status, recording(expires_at=_after(1), audio_expires_at=_after(1)))
    assert retention.due(_after(2)) == Due(0, 0)
    assert retention.apply(_after(2)) == Due(0, 0)
    lifecycle.cancel(held.transcript.pk)
    assert retention.due(_after(2)) == Due(1, 0)
    assert retention.apply(_after(2)) == Due(1, 0)


def test_each_deletion_is_in_the_audit_trail_as_the_services_own_with_its_cause() -> None:
    rule = _rule(transcript_days=1)
    _sent(title="by rule")
    _sent(title="by wish", expires_at=SENT)
    _sent(title="its audio", audio_expires_at=SENT)
    Recording.objects.exclude(title="by rule").update(created_at=_after(30))
    retention.apply(_after(2))
    found = {(entry.object_name, entry.verb, entry.detail["cause"]) for entry in AuditEntry.objects.all()}
    assert found == {
        ("by rule", "delete for good", f"rule {rule.pk}, all recordings: everything after 1 day"),
        ("by wish", "delete for good", "the sender's wish"),
        ("its audio", "delete audio", "the sender's wish"),
    }
    assert {entry.who for entry in AuditEntry.objects.all()} == {"WhisperHub"}


def test_a_file_that_cannot_be_deleted_keeps_its_row_and_stops_nobody_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stuck = _sent(title="stuck", expires_at=SENT)
    _sent(title="free", expires_at=SENT)
    Path(default_storage.path(str(stuck.file.name)), "in the way").mkdir(parents=True)
    assert retention.apply(_after(1)) == Due(1, 0)
    assert _left() == {"stuck"}
    assert f"Recording {stuck.pk} is due (the sender's wish), and could not be deleted" in caplog.text


def test_more_than_a_batch_goes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(5):
        recording(expires_at=SENT)
    assert retention.apply(_after(1)) == Due(5, 0)


def test_without_its_audio_a_transcript_is_not_tried_again() -> None:
    failed = in_state(Status.FAILED, recording(audio_expires_at=SENT)).transcript
    retention.apply(_after(1))
    assert not lifecycle.retry(failed.pk)
    assert Transcript.objects.get().status == Status.FAILED


@pytest.mark.parametrize("fields", [{}, {"audio_days": 1, "tag": True, "api_key": True}])
def test_a_rule_is_for_one_thing_and_says_what_it_deletes(fields: dict[str, Any], make_key: KeyMaker) -> None:
    made = {"tag": Tag.objects.create(name="x"), "api_key": make_key()[0]}
    with pytest.raises(IntegrityError), transaction.atomic():
        _rule(**{name: made.get(name, value) for name, value in fields.items()})
