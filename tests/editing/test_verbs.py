"""What each verb does to a text, and what it says when it cannot."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.rows import in_state, recording, said
from transcripts import editing, lifecycle, removal
from transcripts.access import Actor
from transcripts.editing import BadEdit, Locked, NotEditable, Wanted
from transcripts.models import AuditEntry, Edit, Review, Segment, Status, Transcript


def texts(transcript: Transcript) -> list[str]:
    return [row.text for row in transcript.segments.current()]


def speakers(transcript: Transcript) -> list[str]:
    return [row.speaker for row in transcript.segments.current()]


def row(transcript: Transcript, index: int) -> Segment:
    return transcript.segments.current().get(index=index)


def test_a_text_is_changed_and_the_machines_stays(text: Transcript, alices: Actor) -> None:
    edited = editing.change_text(text.pk, 1, 1, "  four\n5 six ", actor=alices)
    assert texts(text) == [" one two three", " four 5 six", " seven eight nine"]
    assert [r.text for r in text.segments.machine()] == [" one two three", " four five six", " seven eight nine"]
    assert edited.edit is not None
    assert (edited.edit.number, edited.edit.kind, edited.edit.author) == (1, "text", alices.user)
    after = Transcript.objects.get(pk=text.pk)
    assert (after.edit_count, after.revision) == (1, text.revision + 1) == (edited.edit_count, edited.revision)
    assert [w["start_ms"] for w in row(text, 1).words] == [1000, 1333, 1666]


def test_what_is_there_already_is_no_edit(text: Transcript, alices: Actor) -> None:
    edited = editing.change_text(text.pk, 1, 1, "four five six", actor=alices)
    assert edited.edit is None
    assert [r.version for r in edited.segments] == [1]
    assert Edit.objects.count() == 0


def test_a_request_that_comes_again_changes_nothing_more(text: Transcript, alices: Actor) -> None:
    for _ in range(2):
        editing.change_text(text.pk, 1, 1, "four", actor=alices)
    assert [e.number for e in text.edits.all()] == [1]


def test_a_text_can_be_emptied_and_filled_again(text: Transcript, alices: Actor) -> None:
    editing.change_text(text.pk, 1, 1, "  ", actor=alices)
    assert (row(text, 1).text, row(text, 1).words) == ("", [])
    text.refresh_from_db()
    assert text.text == "one two three seven eight nine"
    editing.change_text(text.pk, 1, 2, "four", actor=alices)
    text.refresh_from_db()
    assert text.text == "one two three four seven eight nine"


def test_who_read_a_doubtful_passage_has_settled_it(text: Transcript, alices: Actor) -> None:
    text.segments.update(flags=["repetition"])
    editing.change_text(text.pk, 0, 1, "one", actor=alices)
    editing.replace(text.pk, Wanted("five", "5"), actor=alices)
    assert [r.flags for r in text.segments.current()] == [[], ["repetition"], ["repetition"]]


@pytest.mark.parametrize("hostile", ["\ud800", "x" * 5001])
def test_what_cannot_be_stored_is_refused(hostile: str, text: Transcript, alices: Actor) -> None:
    with pytest.raises(BadEdit):
        editing.change_text(text.pk, 0, 1, hostile, actor=alices)
    assert Edit.objects.count() == 0


def test_control_characters_are_left_out(text: Transcript, alices: Actor) -> None:
    editing.change_text(text.pk, 0, 1, "a\x00b\x1b[0m", actor=alices)
    assert row(text, 0).text == " ab[0m"


def test_a_split_takes_its_times_from_the_words(text: Transcript, alices: Actor) -> None:
    edited = editing.split(text.pk, 1, 1, len("four"), actor=alices)
    assert [(r.index, r.version, r.start_ms, r.end_ms, r.text) for r in edited.segments] == [
        (1, 2, 1000, 1333, " four"),
        (3, 1, 1333, 2000, " five six"),
    ]
    assert texts(text) == [" one two three", " four", " five six", " seven eight nine"]


def test_a_word_that_is_parted_shares_its_time(text: Transcript, alices: Actor) -> None:
    editing.split(text.pk, 1, 1, len("four fi"), actor=alices)
    assert texts(text)[1:3] == [" four fi", "ve six"]
    assert [w["word"] for r in text.segments.current()[1:3] for w in r.words] == [" four", " fi", "ve", " six"]
    assert text.text.replace("fi ve", "five") == text.text == "one two three four five six seven eight nine"


@pytest.mark.parametrize("offset", [0, 13, 99])
def test_no_part_may_be_without_text(offset: int, text: Transcript, alices: Actor) -> None:
    with pytest.raises(BadEdit, match="Both parts"):
        editing.split(text.pk, 1, 1, offset, actor=alices)


def test_a_segment_without_time_cannot_be_split(text: Transcript, alices: Actor) -> None:
    text.segments.filter(index=1).update(end_ms=1001)
    with pytest.raises(BadEdit, match="too short"):
        editing.split(text.pk, 1, 1, 4, actor=alices)


def test_parts_stand_in_order_even_where_words_take_no_time(text: Transcript, alices: Actor) -> None:
    words = [{"word": f" {w}", "start_ms": 2000, "end_ms": 2000, "probability": 1} for w in ("four", "five", "six")]
    text.segments.filter(index=1).update(words=words)
    editing.split(text.pk, 1, 1, 4, actor=alices)
    assert texts(text) == [" one two three", " four", " five six", " seven eight nine"]
    assert [(r.start_ms, r.end_ms) for r in text.segments.current()[1:3]] == [(1000, 1999), (1999, 2000)]


@pytest.mark.parametrize(("one", "other"), [(0, 1), (1, 0)])
def test_neighbours_are_merged_into_the_first(one: int, other: int, text: Transcript, alices: Actor) -> None:
    text.segments.filter(index=1).update(speaker="Anna", flags=["music"])
    edited = editing.merge(text.pk, one, 1, other, 1, actor=alices)
    merged = edited.segments[0]
    assert (list(edited.removed), merged.index, merged.version) == ([1], 0, 2)
    assert (merged.start_ms, merged.end_ms, merged.text) == (0, 2000, " one two three four five six")
    assert (merged.speaker, merged.flags, len(merged.words)) == ("Anna", ["music"], 6)


@pytest.mark.parametrize(("other", "why"), [(2, "follow one another"), (0, "with itself")])
def test_only_neighbours_are_merged(other: int, why: str, text: Transcript, alices: Actor) -> None:
    with pytest.raises(BadEdit, match=why):
        editing.merge(text.pk, 0, 1, other, 1, actor=alices)


def test_a_split_that_is_merged_is_as_it_was(text: Transcript, alices: Actor) -> None:
    before = row(text, 1)
    editing.split(text.pk, 1, 1, 4, actor=alices)
    editing.merge(text.pk, 1, 2, 3, 1, actor=alices)
    after = row(text, 1)
    assert (after.text, after.words, after.start_ms, after.end_ms) == (" four five six", before.words, 1000, 2000)


def test_speakers_are_assigned_and_renamed_everywhere(text: Transcript, alices: Actor) -> None:
    editing.assign_speaker(text.pk, [(0, 1), (2, 1)], " Speaker  1 ", actor=alices)
    editing.rename_speaker(text.pk, "Speaker 1", "Anna", actor=alices)
    assert speakers(text) == ["Anna", "", "Anna"]
    assert [e.detail for e in text.edits.all()] == [{"speaker": "Speaker 1"}, {"from": "Speaker 1", "to": "Anna"}]
    with pytest.raises(BadEdit, match="Nobody"):
        editing.rename_speaker(text.pk, "Speaker 1", "Berta", actor=alices)


def test_an_assignment_names_each_segment_once(text: Transcript, alices: Actor) -> None:
    for named in ([], [(0, 1), (0, 1)]):
        with pytest.raises(BadEdit, match="once"):
            editing.assign_speaker(text.pk, named, "Anna", actor=alices)


@pytest.mark.parametrize(
    ("wanted", "after"),
    [
        (Wanted("E", "x"), "onx two thrxx"),
        (Wanted("E", "x", match_case=True), "one two three"),
        (Wanted("t", "", whole_words=True), "one two three"),
        (Wanted("two", r"\1", whole_words=True), r"one \1 three"),
        (Wanted("e t", "e-t"), "one-two three"),
        (Wanted(" two ", " "), "one three"),
        (Wanted("one two three", ""), ""),
        (Wanted(".", "x"), "one two three"),
    ],
)
def test_replacing_is_literal_and_as_previewed(wanted: Wanted, after: str, text: Transcript, alices: Actor) -> None:
    preview = {match.index: match.after for match in editing.preview_replace(text, wanted)}
    editing.replace(text.pk, wanted, actor=alices)
    assert row(text, 0).text.strip() == after == preview.get(0, "one two three")
    assert text.edits.count() == bool(preview)


def test_replacing_can_be_limited_to_some_segments(text: Transcript, alices: Actor) -> None:
    editing.replace(text.pk, Wanted("e", "E"), only={2}, actor=alices)
    assert texts(text) == [" one two three", " four five six", " sEvEn Eight ninE"]


def test_there_must_be_something_to_find(text: Transcript, alices: Actor) -> None:
    for find in ("", " \n"):
        with pytest.raises(BadEdit):
            editing.replace(text.pk, Wanted(find, "x"), actor=alices)
        with pytest.raises(BadEdit):
            editing.preview_replace(text, Wanted(find, "x"))


def test_an_earlier_wording_is_restored_under_the_present_speaker(text: Transcript, alices: Actor) -> None:
    machine = row(text, 1).words
    editing.change_text(text.pk, 1, 1, "4 5 6", actor=alices)
    editing.assign_speaker(text.pk, [(1, 2)], "Anna", actor=alices)
    editing.restore(text.pk, 1, 3, 1, actor=alices)
    restored = row(text, 1)
    assert (restored.text, restored.words, restored.speaker) == (" four five six", machine, "Anna")


def test_what_has_other_bounds_now_is_not_restored_alone(text: Transcript, alices: Actor) -> None:
    editing.split(text.pk, 1, 1, 4, actor=alices)
    with pytest.raises(BadEdit, match="split or merged"):
        editing.restore(text.pk, 1, 2, 1, actor=alices)
    with pytest.raises(BadEdit, match="no such version"):
        editing.restore(text.pk, 1, 2, 9, actor=alices)


def test_the_machines_text_is_restored_as_one_edit(text: Transcript, alices: Actor) -> None:
    editing.change_text(text.pk, 0, 1, "1", actor=alices)
    editing.split(text.pk, 1, 1, 4, actor=alices)
    editing.merge(text.pk, 3, 1, 2, 1, actor=alices)
    edited = editing.restore_machine(text.pk, actor=alices)
    assert texts(text) == [" one two three", " four five six", " seven eight nine"]
    assert (edited.edit_count, list(edited.removed)) == (4, [3])
    assert AuditEntry.objects.get(verb="restore text").detail == {"edit": 4, "to_edit": 0}
    editing.restore_all(text.pk, 2, actor=alices)
    assert texts(text) == [" 1", " four", " five six", " seven eight nine"]
    with pytest.raises(BadEdit, match="no such edit"):
        editing.restore_all(text.pk, 6, actor=alices)


def test_restoring_what_is_there_already_is_no_edit(text: Transcript, alices: Actor) -> None:
    assert editing.restore_machine(text.pk, actor=alices).edit is None
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.DONE])
def test_only_what_is_done_is_edited(status: Status, alice: User, alices: Actor) -> None:
    held = in_state(Status.RUNNING, recording(owner=alice))
    lifecycle.store_window(held.lease, said("one"), transcribed_ms=1000)
    Transcript.objects.filter(pk=held.transcript.pk).update(
        status=status, **({} if status == Status.RUNNING else {"lease_token": None, "lease_expires_at": None})
    )
    with pytest.raises(NotEditable):
        editing.change_text(held.transcript.pk, 0, 1, "two", actor=alices)


def test_what_is_in_the_bin_is_not_edited(text: Transcript, alices: Actor) -> None:
    removal.discard(text.recording, alices)
    with pytest.raises(NotEditable):
        editing.undo(text.pk, actor=alices)


def test_what_is_approved_is_locked(text: Transcript, alices: Actor) -> None:
    Transcript.objects.update(review=Review.APPROVED)
    with pytest.raises(Locked):
        editing.change_text(text.pk, 0, 1, "x", actor=alices)


def test_a_segment_that_never_was_is_no_conflict(text: Transcript, alices: Actor) -> None:
    for named in ((7, 1), (0, 2)):
        with pytest.raises(BadEdit, match="no such segment"):
            editing.change_text(text.pk, *named, "x", actor=alices)


def test_pages_learn_what_has_changed_since(text: Transcript, alices: Actor) -> None:
    editing.change_text(text.pk, 0, 1, "1", actor=alices)
    editing.split(text.pk, 1, 1, 4, actor=alices)
    editing.merge(text.pk, 3, 1, 2, 1, actor=alices)
    since = editing.changes_since(text, 1)
    assert [(r.index, r.version) for r in since.segments] == [(1, 2), (3, 2)]
    assert since.removed == [2]
    nothing = editing.changes_since(text, 3)
    assert (list(nothing.segments), list(nothing.removed)) == ([], [])
