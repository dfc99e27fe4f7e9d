"""Whoever is shown a passage of what somebody else has sent has seen something of it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.conftest import KeyMaker
from tests.search.conftest import Searcher, Speak
from transcripts.access import Actor
from transcripts.models import AuditEntry, Scope

pytestmark = pytest.mark.django_db


def _seen() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.filter(verb="see").order_by("pk").values_list("who", "object_id"))


def test_a_reader_who_is_shown_a_passage_has_seen_that_recording_and_no_other(speak: Speak, robin: User) -> None:
    shown, other = speak("a word about money"), speak("nothing of the kind")
    for typed in ("mon*", "mone*", "money"):
        assert Searcher(Actor(user=robin)).texts(typed) == ["a word about money"]
    assert _seen() == [("robin", str(shown.pk))]
    Searcher(Actor(user=robin)).page("kind", transcript=other.pk)
    assert _seen() == [("robin", str(shown.pk)), ("robin", str(other.pk))]


def test_a_program_that_reads_everything_is_written_down_too(speak: Speak, make_key: KeyMaker) -> None:
    row, _ = make_key(Scope.READ)
    shown = speak("a word about money")
    Searcher(Actor(key=row)).page("money")
    assert _seen() == [(str(row), str(shown.pk))]


def test_ones_own_recordings_and_bare_titles_are_left_out(speak: Speak, alice: User, robin: User) -> None:
    speak("a word about money", title="council")
    assert Searcher(Actor(user=alice)).names("money") == ["council"]
    speak("a word about money", owner=robin)
    assert Searcher(Actor(user=robin)).names("council") == ["council"]
    assert _seen() == []
