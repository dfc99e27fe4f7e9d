"""Tags: one word in any case, at most so many on a recording, and known to those who can see them."""

from __future__ import annotations

from functools import partial

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from tests.rows import in_state, recording
from tests.together import together
from transcripts import tags
from transcripts.access import Actor
from transcripts.models import AuditEntry, Recording, Status, Tag
from transcripts.tags import MOST, NAME_LENGTH, BadTag


def _on(row: Recording) -> set[str]:
    return {tag.name for tag in row.tags.all()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" , ,\n", []),
        ("board, Board ,BOARD", ["board"]),
        ("Übung,übung", ["Übung"]),
        ("two  words\tor\nmore", ["two words or more"]),
        ("会議, مقابلة", ["会議", "مقابلة"]),
        ("x" * NAME_LENGTH, ["x" * NAME_LENGTH]),
    ],
)
def test_names_stand_between_commas_each_once(text: str, expected: list[str]) -> None:
    assert tags.names(text) == expected


@pytest.mark.parametrize("text", ["x" * (NAME_LENGTH + 1), ",".join(str(number) for number in range(MOST + 1))])
def test_a_name_too_long_and_one_too_many_are_refused(text: str) -> None:
    with pytest.raises(BadTag):
        tags.names(text)


@given(st.text(max_size=200))
def test_whatever_is_typed_gives_names_that_can_be_kept_or_a_reason(text: str) -> None:
    try:
        found = tags.names(text)
    except BadTag:
        return
    assert all(name and name == name.strip() and len(name) <= NAME_LENGTH and "\x00" not in name for name in found)
    assert len({name.casefold() for name in found}) == len(found)


@pytest.mark.django_db
def test_the_first_spelling_stays_and_others_find_it(alices: Actor) -> None:
    one, two = recording(), recording()
    tags.add([one], ["Übung", "board"], alices)
    tags.add([one, two], ["ÜBUNG"], alices)
    assert (_on(one), _on(two)) == ({"Übung", "board"}, {"Übung"})
    tags.remove([one, two], ["übung", "no such tag"], alices)
    assert (_on(Recording.objects.get(pk=one.pk)), _on(Recording.objects.get(pk=two.pk))) == ({"board"}, set())


@pytest.mark.django_db
def test_what_changed_is_in_the_audit_trail_and_nothing_else(alices: Actor) -> None:
    row = recording()
    tags.add([row], ["a"], alices)
    tags.add([Recording.objects.get()], ["A", "b"], alices)
    tags.remove([Recording.objects.get()], ["c"], alices)
    tags.remove([Recording.objects.get()], ["a"], alices)
    found = [(entry.verb, entry.detail["tags"]) for entry in AuditEntry.objects.order_by("pk")]
    assert found == [("tag", ["a"]), ("tag", ["b"]), ("untag", ["a"])]


@pytest.mark.django_db
def test_a_recording_that_would_have_too_many_keeps_all_of_them_as_they_were(alices: Actor) -> None:
    full, empty = recording(title="full"), recording()
    tags.add([full], [str(number) for number in range(MOST)], alices)
    with pytest.raises(BadTag, match="“full” would have more than 20 tags"):
        tags.add([empty, Recording.objects.get(title="full")], ["one more"], alices)
    assert _on(Recording.objects.get(pk=empty.pk)) == set()
    assert not Tag.objects.filter(name="one more").exists()


@pytest.mark.django_db
def test_a_tag_is_known_to_those_who_can_see_a_recording_with_it(alice: User, mallory: User) -> None:
    hers, his = Actor(user=alice), Actor(user=mallory)
    row = in_state(Status.DONE, recording(**hers.ownership)).transcript.recording
    tags.add([row], ["secret project"], hers)
    assert [tag.name for tag in tags.known(hers)] == ["secret project"]
    assert not tags.known(his).exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_tag_at_once_make_one_tag(alices: Actor) -> None:
    row = recording()
    together(*[partial(tags.add, [Recording.objects.get(pk=row.pk)], ["new"], alices) for _ in range(4)])
    assert Tag.objects.count() == 1
    assert _on(row) == {"new"}


@pytest.mark.django_db
def test_replacing_takes_off_what_is_not_wanted_and_keeps_the_rest(alices: Actor) -> None:
    row = recording()
    tags.start(row, ["Board", "May"])
    assert not AuditEntry.objects.exists()
    tags.replace(row, ["board", "June"], alices)
    assert _on(row) == {"Board", "June"}
    assert [(entry.verb, entry.detail["tags"]) for entry in AuditEntry.objects.order_by("pk")] == [
        ("untag", ["May"]),
        ("tag", ["June"]),
    ]
