"""Edits at the same moment, by real threads with database connections of their own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.contrib.auth.models import User

from tests.conftest import person
from tests.together import together
from transcripts import editing, review
from transcripts.access import Actor
from transcripts.editing import Conflict, EditRefused, Locked, Wanted
from transcripts.groups import REVIEWER
from transcripts.models import Review, Transcript

from .test_verbs import row, texts

pytestmark = pytest.mark.django_db(transaction=True)


def tried(verb: Callable[[], object]) -> Callable[[], EditRefused | None]:
    """The verb, and how it was refused, if it was."""

    def trying() -> EditRefused | None:
        try:
            verb()
        except EditRefused as refused:
            return refused
        return None

    return trying


@pytest.fixture
def people(db: None) -> list[Actor]:
    """Six reviewers."""
    return [Actor(user=person(f"editor-{number}", REVIEWER)) for number in range(6)]


def test_of_many_who_change_one_segment_one_wins_and_the_others_are_told(text: Transcript, people: list[Actor]) -> None:
    refusals = together(
        *(tried(partial(editing.change_text, text.pk, 1, 1, actor.name, actor=actor)) for actor in people)
    )
    assert [type(refusal) for refusal in refusals].count(type(None)) == 1
    winner = people[refusals.index(None)]
    assert row(text, 1).text == f" {winner.name}"
    for refusal in refusals:
        assert refusal is None or (isinstance(refusal, Conflict) and refusal.segments[0].text == f" {winner.name}")


def test_edits_of_different_segments_all_count_and_are_numbered_without_gap(
    text: Transcript, people: list[Actor]
) -> None:
    before = text.revision
    refusals = together(
        *(
            tried(partial(editing.change_text, text.pk, n, 1, f"{n}", actor=actor))
            for n, actor in enumerate(people[:3])
        ),
        tried(lambda: editing.replace(text.pk, Wanted("never said", "x"), actor=people[3])),
        tried(lambda: editing.assign_speaker(text.pk, [(0, 1), (1, 1)], "Anna", actor=people[4])),
    )
    assert refusals == [None] * 5
    assert texts(text) == [" 0", " 1", " 2"]
    assert [r.speaker for r in text.segments.current()] == ["Anna", "Anna", ""]
    assert [edit.number for edit in text.edits.all()] == [1, 2, 3, 4]
    after = Transcript.objects.get(pk=text.pk)
    assert (after.edit_count, after.revision) == (4, before + 4)


def test_an_undo_beside_an_edit_ends_in_one_of_two_orders(text: Transcript, alices: Actor, people: list[Actor]) -> None:
    editing.change_text(text.pk, 1, 1, "4", actor=alices)
    undone, edited = together(
        tried(lambda: editing.undo(text.pk, actor=alices)),
        tried(lambda: editing.change_text(text.pk, 1, 2, "vier", actor=people[0])),
    )
    assert (undone is None) != (edited is None)
    assert row(text, 1).text == (" four five six" if undone is None else " vier")


def test_splits_and_merges_at_once_leave_each_word_once(text: Transcript, people: list[Actor]) -> None:
    together(
        tried(lambda: editing.split(text.pk, 1, 1, 4, actor=people[0])),
        tried(lambda: editing.split(text.pk, 1, 1, 9, actor=people[1])),
        tried(lambda: editing.merge(text.pk, 0, 1, 1, 1, actor=people[2])),
        tried(lambda: editing.merge(text.pk, 1, 1, 2, 1, actor=people[3])),
        tried(lambda: editing.split(text.pk, 0, 1, 3, actor=people[4])),
    )
    assert " ".join(t.strip() for t in texts(text)) == "one two three four five six seven eight nine"


def test_nothing_is_changed_after_it_was_approved(text: Transcript, alice: User, people: list[Actor]) -> None:
    review.set_state(text.pk, Review.IN_REVIEW, actor=people[0])
    read = Transcript.objects.get(pk=text.pk).edit_count
    approved, edited = together(
        tried(lambda: review.set_state(text.pk, Review.APPROVED, actor=people[0], edit_count=read)),
        tried(lambda: editing.change_text(text.pk, 1, 1, "4", actor=people[1])),
    )
    assert (approved is None) != (edited is None)
    assert isinstance(edited, Locked) or isinstance(approved, Conflict)
    assert row(text, 1).text == (" four five six" if approved is None else " 4")
