"""Machine text and edited text in one table: every state that there ever was can be read again."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tests.conftest import KeyMaker, person
from tests.rows import in_state, said
from transcripts import audit, lifecycle, removal
from transcripts.access import Actor
from transcripts.models import AuditEntry, Edit, Segment, Status, Transcript

pytestmark = pytest.mark.django_db


@pytest.fixture
def edited() -> Transcript:
    """Heard as "one two"; edit 1 made "two" to "too", edit 2 made that to "2"."""
    held = in_state(Status.RUNNING)
    lifecycle.store_window(held.lease, said("one", "two"), transcribed_ms=2000)
    lifecycle.complete(held.lease, processing_ms=1)
    for number, text in ((1, " too"), (2, " 2")):
        edit = Edit.objects.create(transcript=held.transcript, number=number, kind=Edit.Kind.TEXT)
        before = held.transcript.segments.current().get(index=1)
        before.replaced_by = edit
        before.save()
        Segment.objects.create(
            transcript=held.transcript,
            index=1,
            version=before.version + 1,
            edit=edit,
            start_ms=before.start_ms,
            end_ms=before.end_ms,
            text=text,
        )
        held.transcript.edit_count = number
        held.transcript.save()
    return held.transcript


def _texts(rows: object) -> list[str]:
    return [row.text for row in rows]  # type: ignore[attr-defined]


def test_every_state_can_be_read(edited: Transcript) -> None:
    assert _texts(edited.segments.current()) == [" one", " 2"]
    assert _texts(edited.segments.machine()) == [" one", " two"]
    assert [_texts(edited.segments.after(number)) for number in (0, 1, 2)] == [
        [" one", " two"],
        [" one", " too"],
        [" one", " 2"],
    ]
    assert edited.text == "one 2"
    assert _texts(edited.segments.versions(1)) == [" two", " too", " 2"]


def test_a_row_that_was_read_before_an_edit_keeps_its_text(edited: Transcript) -> None:
    edited.edit_count = 1
    assert (_texts(edited.lines()), edited.text) == ([" one", " too"], "one too")


def test_the_order_of_the_text_is_by_time_then_by_index() -> None:
    held = in_state(Status.RUNNING)
    texts = ("a", "b", "c", "d")
    rows = [Segment(start_ms=start, end_ms=900, text=text) for start, text in zip((0, 5, 5, 9), texts, strict=True)]
    lifecycle.store_window(held.lease, rows, transcribed_ms=900)
    text = held.transcript.segments.current()
    for number, row in enumerate(rows):
        assert _texts(text.since(row.position)) == list(texts[number:])
        assert _texts(text.behind(row)) == list(texts[number + 1 :])
        assert _texts(text.before(row.position)) == list(texts[:number])


def test_no_two_rows_can_be_current_for_one_segment(edited: Transcript) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        edited.segments.filter(index=1, version=1).update(replaced_by=None)


def test_no_edit_goes_while_its_words_stay(edited: Transcript) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        edited.edits.all().delete()


@pytest.mark.django_db(transaction=True)
def test_a_recording_goes_with_all_its_history(edited: Transcript) -> None:
    removal.delete_recording(edited.recording)
    assert (Transcript.objects.count(), Edit.objects.count(), Segment.objects.count()) == (0, 0, 0)


def test_an_audit_entry_is_neither_changed_nor_deleted() -> None:
    entry = AuditEntry.objects.create(who="alice", verb="export")
    entry.verb = "view"
    with pytest.raises(TypeError, match="never changed"):
        entry.save()
    with pytest.raises(TypeError, match="never deleted"):
        entry.delete()
    with pytest.raises(TypeError, match="never changed"):
        AuditEntry.objects.update(who="mallory")
    with pytest.raises(TypeError, match="never changed"):
        AuditEntry.objects.filter(pk=entry.pk).bulk_update([entry], ["verb"])
    with pytest.raises(TypeError, match="never deleted"):
        AuditEntry.objects.all().delete()
    assert list(AuditEntry.objects.values_list("who", "verb")) == [("alice", "export")]


def test_an_audit_entry_outlives_who_and_what_it_names(make_key: KeyMaker) -> None:
    alice, key = person("alice"), make_key()[0]
    audit.record(Actor(user=alice), "view")
    audit.record(Actor(key=key), "view", key)
    alice.delete()
    key.delete()
    assert not AuditEntry.objects.exclude(user=None, api_key=None).exists()
    kept = AuditEntry.objects.order_by("pk").values_list("who", "object_name")
    assert list(kept) == [("alice", ""), (str(key), str(key))]
