"""Any sequence of corrections by two people: every state that there ever was can be read again, and nothing is lost."""

from __future__ import annotations

import uuid
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.conftest import person
from tests.rows import in_state, recording, said
from transcripts import editing, lifecycle
from transcripts.access import Actor
from transcripts.editing import EditRefused, Wanted
from transcripts.groups import REVIEWER
from transcripts.models import Segment, Status, Transcript

LINES = ("one two three", "four five", "six", "seven eight nine ten")
INDEXES = st.integers(0, 6)
# How old the version is that somebody names: mostly the newest.
AGES = st.sampled_from([0, 0, 0, 1, 2])
WHO = st.integers(0, 1)
State = list[tuple[int, int, int, str, str]]


def state(rows: object) -> State:
    return [(r.index, r.start_ms, r.end_ms, r.text, r.speaker) for r in rows]  # type: ignore[attr-defined]


class Editing(RuleBasedStateMachine):
    """One transcript, and beside it what its text was after each edit."""

    def __init__(self) -> None:
        super().__init__()
        self.actors = [Actor(user=person(uuid.uuid4().hex, REVIEWER)) for _ in range(2)]
        held = in_state(Status.RUNNING, recording())
        lifecycle.store_window(held.lease, said(*LINES, word_by_word=True), transcribed_ms=4000)
        lifecycle.complete(held.lease, processing_ms=1)
        self.text = held.transcript
        self.states = [state(self.text.segments.current())]

    def _try(self, verb: str, *args: object, who: int) -> None:
        before = state(self.text.segments.current())
        try:
            edited = getattr(editing, verb)(self.text.pk, *args, actor=self.actors[who])
        except EditRefused:
            assert state(self.text.segments.current()) == before
            return
        if edited.edit is not None:
            self.states.append(state(self.text.segments.current()))
            assert edited.edit.number == edited.edit_count == len(self.states) - 1

    def _version(self, index: int, age: int) -> int:
        versions = list(self.text.segments.filter(index=index).order_by("-version").values_list("version", flat=True))
        return versions[min(age, len(versions) - 1)] if versions else 1

    @rule(index=INDEXES, age=AGES, who=WHO, text=st.sampled_from(["one 2 three", "", "six and more", "new words"]))
    def change_text(self, index: int, age: int, who: int, text: str) -> None:
        self._try("change_text", index, self._version(index, age), text, who=who)

    @rule(index=INDEXES, age=AGES, who=WHO, offset=st.integers(0, 12))
    def split(self, index: int, age: int, who: int, offset: int) -> None:
        self._try("split", index, self._version(index, age), offset, who=who)

    @rule(index=INDEXES, other=INDEXES, age=AGES, who=WHO)
    def merge(self, index: int, other: int, age: int, who: int) -> None:
        self._try("merge", index, self._version(index, age), other, self._version(other, 0), who=who)

    @rule(data=st.data(), who=WHO)
    def merge_neighbours(self, data: st.DataObject, who: int) -> None:
        """What two random indexes seldom are."""
        rows = list(self.text.segments.current())
        if len(rows) > 1:
            at = data.draw(st.integers(0, len(rows) - 2))
            one, other = rows[at], rows[at + 1]
            self._try("merge", one.index, one.version, other.index, other.version, who=who)

    @rule(index=INDEXES, other=INDEXES, age=AGES, who=WHO, speaker=st.sampled_from(["Anna", "Berta", ""]))
    def assign_speaker(self, index: int, other: int, age: int, who: int, speaker: str) -> None:
        named = [(i, self._version(i, age)) for i in {index, other}]
        self._try("assign_speaker", named, speaker, who=who)

    @rule(who=WHO, old=st.sampled_from(["Anna", "Berta"]), new=st.sampled_from(["Anna", "Berta", "Clara"]))
    def rename_speaker(self, who: int, old: str, new: str) -> None:
        self._try("rename_speaker", old, new, who=who)

    @rule(who=WHO, find=st.sampled_from(["e", "two", " "]), instead=st.sampled_from(["E", "2", "-", ""]))
    def replace(self, who: int, find: str, instead: str) -> None:
        self._try("replace", Wanted(find, instead), who=who)

    @rule(index=INDEXES, age=AGES, who=WHO, to=st.integers(1, 4))
    def restore(self, index: int, age: int, who: int, to: int) -> None:
        self._try("restore", index, self._version(index, age), to, who=who)

    @rule(data=st.data(), who=WHO)
    def restore_all(self, data: st.DataObject, who: int) -> None:
        number = data.draw(st.integers(0, len(self.states) - 1))
        self._try("restore_all", number, who=who)
        assert state(self.text.segments.current()) == self.states[number]

    @rule(who=WHO, times=st.integers(1, 3), verb=st.sampled_from(["undo", "redo"]))
    def back_and_forth(self, who: int, times: int, verb: str) -> None:
        for _ in range(times):
            self._try(verb, who=who)

    @invariant()
    def every_state_can_be_read_again(self) -> None:
        for number in {0, len(self.states) // 2, len(self.states) - 1}:
            assert state(self.text.segments.after(number)) == self.states[number]
        assert state(self.text.segments.current()) == self.states[-1]
        assert state(self.text.segments.machine()) == self.states[0]

    @invariant()
    def the_row_counts_the_edits(self) -> None:
        assert Transcript.objects.get(pk=self.text.pk).edit_count == len(self.states) - 1
        numbers = self.text.edits.values_list("number", flat=True)
        assert list(numbers) == list(range(1, len(self.states)))

    @invariant()
    def segments_are_in_order_and_words_spell_them(self) -> None:
        rows = list(self.text.segments.current())
        assert len({r.index for r in rows}) == len(rows)
        for one, other in pairwise(rows):
            assert one.end_ms <= other.start_ms
        for r in rows:
            assert "".join(w["word"] for w in r.words) == r.text
            borders = [r.start_ms, *(ms for w in r.words for ms in (w["start_ms"], w["end_ms"])), r.end_ms]
            assert borders == sorted(borders)

    def teardown(self) -> None:
        for number, then in enumerate(self.states):
            assert state(self.text.segments.after(number)) == then
        assert Segment.objects.filter(transcript=self.text, edit=None).count() == len(LINES)


@pytest.mark.django_db
def test_whatever_is_done_every_state_can_be_read_again() -> None:
    chosen = settings(max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Editing, settings=chosen)
