"""Two people at one text: nothing is lost in silence, and nobody is told of a conflict that is none."""

from __future__ import annotations

import pytest

from transcripts import editing
from transcripts.access import Actor
from transcripts.editing import BadEdit, Conflict, Wanted
from transcripts.models import Transcript

from .test_verbs import row, speakers, texts


def test_the_second_of_two_who_change_a_text_is_shown_the_firsts(
    text: Transcript, alices: Actor, robins: Actor
) -> None:
    editing.change_text(text.pk, 1, 1, "four 5 six", actor=robins)
    with pytest.raises(Conflict) as caught:
        editing.change_text(text.pk, 1, 1, "four five 6", actor=alices)
    assert [(r.version, r.text) for r in caught.value.segments] == [(2, " four 5 six")]
    assert texts(text)[1] == " four 5 six"
    editing.change_text(text.pk, 1, 2, "four 5 6", actor=alices)
    assert texts(text)[1] == " four 5 6"


def test_a_speaker_who_is_renamed_meanwhile_does_not_disturb_who_types(
    text: Transcript, alices: Actor, robins: Actor
) -> None:
    editing.assign_speaker(text.pk, [(0, 1), (1, 1)], "Speaker 1", actor=robins)
    editing.rename_speaker(text.pk, "Speaker 1", "Anna", actor=robins)
    editing.change_text(text.pk, 1, 2, "4 5 6", actor=alices)
    editing.change_text(text.pk, 0, 1, "1 2 3", actor=alices)
    assert (texts(text)[:2], speakers(text)[:2]) == ([" 1 2 3", " 4 5 6"], ["Anna", "Anna"])


def test_a_text_that_is_changed_meanwhile_does_not_disturb_who_names_the_speaker(
    text: Transcript, alices: Actor, robins: Actor
) -> None:
    editing.change_text(text.pk, 1, 1, "4 5 6", actor=robins)
    editing.assign_speaker(text.pk, [(0, 1), (1, 1)], "Anna", actor=alices)
    assert (texts(text)[1], speakers(text)) == (" 4 5 6", ["Anna", "Anna", ""])


def test_two_names_for_one_speaker_are_a_conflict_and_none_of_the_others_is_named(
    text: Transcript, alices: Actor, robins: Actor
) -> None:
    editing.assign_speaker(text.pk, [(1, 1)], "Anna", actor=robins)
    with pytest.raises(Conflict) as caught:
        editing.assign_speaker(text.pk, [(0, 1), (1, 1)], "Berta", actor=alices)
    assert [r.speaker for r in caught.value.segments] == ["Anna"]
    assert speakers(text) == ["", "Anna", ""]


def test_a_passage_with_other_bounds_is_not_the_one_that_was_meant(
    text: Transcript, alices: Actor, robins: Actor
) -> None:
    editing.split(text.pk, 1, 1, 4, actor=robins)
    with pytest.raises(Conflict):
        editing.assign_speaker(text.pk, [(1, 1)], "Anna", actor=alices)
    with pytest.raises(Conflict):
        editing.split(text.pk, 1, 1, 4, actor=alices)
    with pytest.raises(Conflict):
        editing.merge(text.pk, 0, 1, 1, 1, actor=alices)
    with pytest.raises(Conflict):
        editing.restore(text.pk, 1, 1, 1, actor=alices)


def test_who_types_in_a_segment_that_is_merged_away_is_shown_where_it_went(
    text: Transcript, alices: Actor, robins: Actor
) -> None:
    editing.merge(text.pk, 0, 1, 1, 1, actor=robins)
    with pytest.raises(Conflict) as caught:
        editing.change_text(text.pk, 1, 1, "4 5 6", actor=alices)
    assert [r.text for r in caught.value.segments] == [" one two three four five six"]


def test_the_same_change_by_both_is_no_conflict(text: Transcript, alices: Actor, robins: Actor) -> None:
    editing.change_text(text.pk, 1, 1, "4 5 6", actor=robins)
    assert editing.change_text(text.pk, 1, 1, "4 5 6", actor=alices).edit is None


def test_undo_takes_back_ones_own_last_edit_and_redo_does_it_again(
    text: Transcript, alices: Actor, robins: Actor
) -> None:
    editing.change_text(text.pk, 0, 1, "1", actor=alices)
    editing.change_text(text.pk, 2, 1, "9", actor=robins)
    editing.split(text.pk, 1, 1, 4, actor=alices)
    assert texts(text) == [" 1", " four", " five six", " 9"]
    assert editing.undo(text.pk, actor=alices).can_undo
    assert texts(text) == [" 1", " four five six", " 9"]
    last = editing.undo(text.pk, actor=alices)
    assert (texts(text), last.can_undo, last.can_redo) == ([" one two three", " four five six", " 9"], False, True)
    with pytest.raises(BadEdit, match="nothing to undo"):
        editing.undo(text.pk, actor=alices)
    editing.redo(text.pk, actor=alices)
    assert not editing.redo(text.pk, actor=alices).can_redo
    assert texts(text) == [" 1", " four", " five six", " 9"]
    assert [e.kind for e in text.edits.all()] == ["text", "text", "split", "undo", "undo", "redo", "redo"]
    editing.undo(text.pk, actor=alices)
    editing.undo(text.pk, actor=alices)
    assert texts(text) == [" one two three", " four five six", " 9"]


def test_a_new_edit_forgets_what_could_be_redone(text: Transcript, alices: Actor, robins: Actor) -> None:
    editing.change_text(text.pk, 0, 1, "1", actor=alices)
    editing.undo(text.pk, actor=alices)
    editing.change_text(text.pk, 2, 1, "9", actor=robins)
    assert not editing.change_text(text.pk, 1, 1, "4", actor=alices).can_redo
    with pytest.raises(BadEdit, match="nothing to redo"):
        editing.redo(text.pk, actor=alices)


def test_an_undo_of_what_somebody_changed_since_is_a_conflict(text: Transcript, alices: Actor, robins: Actor) -> None:
    editing.replace(text.pk, Wanted("e", "E"), actor=alices)
    editing.change_text(text.pk, 1, 2, "4", actor=robins)
    before = texts(text)
    with pytest.raises(Conflict) as caught:
        editing.undo(text.pk, actor=alices)
    assert [r.text for r in caught.value.segments] == [" 4"]
    assert texts(text) == before


def test_an_undo_of_a_text_keeps_the_name_that_somebody_gave_since(
    text: Transcript, alices: Actor, robins: Actor
) -> None:
    editing.change_text(text.pk, 1, 1, "4", actor=alices)
    editing.assign_speaker(text.pk, [(1, 2)], "Anna", actor=robins)
    editing.undo(text.pk, actor=alices)
    assert (texts(text)[1], speakers(text)[1]) == (" four five six", "Anna")


def test_an_undo_of_what_was_merged_away_shows_where_it_went(text: Transcript, alices: Actor, robins: Actor) -> None:
    editing.change_text(text.pk, 1, 1, "4", actor=alices)
    editing.merge(text.pk, 0, 1, 1, 2, actor=robins)
    with pytest.raises(Conflict) as caught:
        editing.undo(text.pk, actor=alices)
    assert [r.text for r in caught.value.segments] == [" one two three 4"]


def test_an_undo_of_a_merge_or_split_that_somebody_built_on_is_a_conflict(
    text: Transcript, alices: Actor, robins: Actor
) -> None:
    editing.split(text.pk, 1, 1, 4, actor=alices)
    editing.change_text(text.pk, 3, 1, "5 6", actor=robins)
    with pytest.raises(Conflict):
        editing.undo(text.pk, actor=alices)
    editing.merge(text.pk, 3, 2, 2, 1, actor=robins)
    editing.merge(text.pk, 1, 2, 3, 3, actor=robins)
    with pytest.raises(Conflict):
        editing.undo(text.pk, actor=alices)
    assert row(text, 1).text == " four 5 6 seven eight nine"
