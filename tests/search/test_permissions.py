"""Nobody finds, counts or guesses what they may not see."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests.conftest import KeyMaker
from tests.search.conftest import Searcher, Speak
from transcripts import lifecycle
from transcripts.access import Actor
from transcripts.models import Recording, Review, Scope, Tag, Transcript
from transcripts.search import Total, finding

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["ranked", "common"], autouse=True)
def _regime(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of finding."""
    if request.param == "common":
        monkeypatch.setattr(finding, "MOST_RANKED", 0)


def test_each_finds_their_own_and_readers_find_all(
    speak: Speak, alice: User, mallory: User, robin: User, admin: User, make_key: KeyMaker
) -> None:
    own_key, reading_key = make_key()[0], make_key(Scope.READ)[0]
    owners: dict[str, dict[str, Any]] = {
        "hers": {"owner": alice},
        "his": {"owner": mallory},
        "a key's": {"owner": None, "api_key": own_key},
        "a network's": {"owner": None, "from_trusted_network": True},
        "nobody's": {"owner": None},
    }
    for name, whose in owners.items():
        speak("the secret word", title=f"{name} word", **whose)
    actors = {
        "alice": Actor(user=alice),
        "mallory": Actor(user=mallory),
        "robin": Actor(user=robin),
        "root": Actor(user=admin),
        "a key": Actor(key=own_key),
        "a reading key": Actor(key=reading_key),
        "a trusted network": Actor(),
    }
    found = {name: set(Searcher(actor).names("word")) for name, actor in actors.items()}
    everything = {"hers word", "his word", "a key's word", "a network's word", "nobody's word"}
    assert found == {
        "alice": {"hers word"},
        "mallory": {"his word"},
        "robin": everything,
        "root": everything,
        "a key": {"a key's word"},
        "a reading key": everything,
        "a trusted network": {"a network's word"},
    }


def test_counts_tell_nothing_of_others(speak: Speak, mallory: User, alice_finds: Searcher) -> None:
    speak("word", "word", owner=mallory, title="word")
    speak("word")
    page = alice_finds.page("word")
    assert [group.count for group in page.recordings] == [1]
    assert page.total in (None, Total(1, 1))
    assert page.following is None


def test_anothers_transcript_is_as_if_it_were_not_there(speak: Speak, mallory: User, alice_finds: Searcher) -> None:
    transcript = speak("word", owner=mallory)
    page = alice_finds.page("word", transcript=transcript.pk)
    assert (page.recordings, page.total, page.following) == ((), Total(0, 0), None)
    assert alice_finds.page("word", "p0-0", recording=transcript.recording_id).recordings == ()


def test_what_is_in_the_bin_is_not_found_until_it_is_back(speak: Speak, alice_finds: Searcher) -> None:
    transcript = speak("word", title="word")
    Recording.objects.update(deleted_at=timezone.now())
    assert alice_finds.page("word").recordings == ()
    assert alice_finds.page("word", transcript=transcript.pk).recordings == ()
    Recording.objects.update(deleted_at=None)
    assert alice_finds.names("word") == ["word"]


def test_filters_narrow_and_can_be_put_together(speak: Speak, admin: User, alice: User, mallory: User) -> None:
    def say(title: str, day: int, language: str = "en", review: str = "draft", **of: Any) -> Transcript:
        said = speak("word", title=title, language=language, **of)
        Recording.objects.filter(pk=said.recording_id).update(
            created_at=timezone.make_aware(datetime(2026, 3, day, 23, 59, 59))  # noqa: DTZ001  # made aware
        )
        Transcript.objects.filter(pk=said.pk).update(review=review)
        return said

    english = say("english", 1)
    spanish = say("spanish", 2, language="es", review="approved")
    say("his", 3, review="in_review", owner=mallory)
    for tag, of in (("Council", english), ("council of elders", spanish)):
        of.recording.tags.add(Tag.objects.create(name=tag))
    finds = Searcher(Actor(user=admin))
    found = {
        "language": set(finds.names("word", language="es")),
        "since": set(finds.names("word", since=date(2026, 3, 2))),
        "until": set(finds.names("word", until=date(2026, 3, 2))),
        "one day": set(finds.names("word", since=date(2026, 3, 2), until=date(2026, 3, 2))),
        "no day": set(finds.names("word", since=date(2026, 3, 4), until=date(2026, 3, 2))),
        "all time": set(finds.names("word", since=date.min, until=date.max)),
        "tag": set(finds.names("word", tag="COUNCIL")),
        "review": set(finds.names("word", review=Review.IN_REVIEW)),
        "uploader": set(finds.names("word", uploader="mallory")),
        "recording": set(finds.names("word", recording=english.recording_id)),
        "together": set(finds.names("word", language="en", uploader="alice")),
        "nothing": set(finds.names("word", language="en", review="approved")),
    }
    assert found == {
        "language": {"spanish"},
        "since": {"spanish", "his"},
        "until": {"english", "spanish"},
        "one day": {"spanish"},
        "no day": set(),
        "all time": {"english", "spanish", "his"},
        "tag": {"english"},
        "review": {"his"},
        "uploader": {"his"},
        "recording": {"english"},
        "together": {"english"},
        "nothing": set(),
    }


def test_a_speaker_is_found_by_part_of_the_name_and_only_by_what_they_say(speak: Speak, alice_finds: Searcher) -> None:
    speak("word one", "word two", "word three", speakers=("Zoë Müller", "Ben", ""), title="word")
    speak("word", title="word alone")
    assert alice_finds.texts("word", speaker="zoe") == ["word one"]
    assert alice_finds.texts("word", speaker="MULLER zoë") == ["word one"]
    assert alice_finds.texts("word", speaker="word") == []
    assert alice_finds.texts("zoe") == []
    assert alice_finds.names("word", speaker="ben") == ["word"]
    assert alice_finds.page("word", speaker="?").recordings == ()


def test_a_running_transcript_is_looked_through_with_filters_too(speak: Speak, alice_finds: Searcher) -> None:
    said = speak("word")
    lifecycle.submit(said.recording)
    assert alice_finds.texts("word", language="en") == ["word"]
