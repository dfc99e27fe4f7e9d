"""What is found, and how it is put before the reader. The same on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.search.conftest import Searcher, Speak
from transcripts.models.folding import fold

pytestmark = pytest.mark.django_db

TALK = (
    "The budget was approved.",
    "We need a budget meeting in the town hall.",
    "The hall of the old town is closed.",
    "Don't forget the budgets of last year.",
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("budget", [0, 1]),
        ("BUDGET", [0, 1]),
        ("budget meeting", [1]),
        ("town hall", [1, 2]),
        ('"town hall"', [1]),
        ('"hall town"', []),
        ("budg*", [0, 1, 3]),
        ('"the bud"*', [0, 3]),
        ("budget -meeting", [0]),
        ("hall -budget", [2]),
        ('town -"old town"', [1]),
        ("budg* -budgets -meet*", [0]),
        ("approved OR closed", [0, 2]),
        ("budget approved OR closed hall", [0, 2]),
        ("approved OR closed -hall", [0]),
        ("don't", [3]),
        ("dont", []),
        ("dnt", []),
        ("or", []),
    ],
)
def test_a_query_finds_these_passages_and_no_others(
    query: str, found: list[int], speak: Speak, alice_finds: Searcher
) -> None:
    speak(*TALK, title="talk.wav")
    # At most three passages of a recording are shown, the others counted.
    page = alice_finds.page(query)
    assert [hit.segment for group in page.recordings for hit in group.hits] == found
    assert page.total is not None
    assert page.total.passages == len(found)


@pytest.mark.parametrize("query", ["", " ", '"', "-budget", '-"town hall"', "*", "?"])
def test_a_query_without_a_word_finds_nothing_and_says_so(query: str, speak: Speak, alice_finds: Searcher) -> None:
    speak(*TALK)
    page = alice_finds.page(query)
    assert page.recordings == ()
    assert not page.is_understood


@pytest.mark.parametrize(
    ("said", "queries"),
    [
        ("Příliš žluťoučký kůň", ["prilis", "KUN", '"žluťoučký kun"', "zlutouc*"]),
        ("Die Straße nach Łódź", ["strasse", "STRASSE", "lodz", "łód*"]),
        ("مُحَمَّدٌ في المدرسة", ["محمد", "المدرسه", '"في المدرسة"', "المدر*"]),
        ("Съешь ещё этих мягких булок", ["съешь", "еще", '"этих мягких"', "МЯГК*"]),
        ("私は東京都に住んでいます", ["東京", "東京都", "京", "都", "す", "住んで", "私は"]),
        ("今天天气很好", ["天气", "今天", "好", '"天气很好"', "很好"]),
        ("ประเทศไทยสวยมาก", ["ประเทศ", "ไทย", "สวย"]),
        ("안녕하세요 여러분", ["여러분", "안녕*"]),
        ("हिन्दी में बात", ["हिन्दी", '"में बात"']),
        ("Σίσυφος κυλάει", ["σισυφοσ", "ΣΊΣΥΦΟΣ", "κυλαει"]),
        ("שָׁלוֹם לכולם", ["שלום", "לכו*"]),
    ],
)
def test_words_of_every_script_are_found(said: str, queries: list[str], speak: Speak, alice_finds: Searcher) -> None:
    speak("Something else.", said, "东方红 東方")
    for query in queries:
        assert alice_finds.texts(query) == [said], query
        (group,) = alice_finds.page(query).recordings
        assert any(fragment.marked for fragment in group.hits[0].fragments), query


@pytest.mark.parametrize("query", ["京東", "天很", "东京", "方東"])
def test_characters_that_do_not_stand_together_are_not_found(query: str, speak: Speak, alice_finds: Searcher) -> None:
    speak("私は東京都に住んでいます", "今天天气很好", "东方红 東方")
    assert alice_finds.texts(query) == []


def test_a_hit_says_who_when_and_where(speak: Speak, alice_finds: Searcher, alice: User) -> None:
    transcript = speak("Good morning.", "The budget.", speakers=("Anna", "Ben"), title="talk.wav", duration_ms=2000)
    (group,) = alice_finds.page("budget").recordings
    (hit,) = group.hits
    assert (hit.segment, hit.start_ms, hit.end_ms, hit.speaker, hit.text) == (1, 1000, 2000, "Ben", "The budget.")
    assert [(fragment.text, fragment.marked) for fragment in hit.fragments] == [
        ("The ", False),
        ("budget", True),
        (".", False),
    ]
    assert (group.transcript_id, group.recording_id) == (transcript.pk, transcript.recording_id)
    assert (group.name, group.language, group.duration_ms, group.uploader) == ("talk.wav", "en", 2000, "alice")
    assert group.created_at == transcript.recording.created_at


def test_titles_are_found_with_and_without_passages(speak: Speak, alice_finds: Searcher) -> None:
    speak("Nothing of it.", title="Budget_meeting-2026.mp3")
    speak("The budget.", title="other.wav")
    speak("The budget.", title="meeting on budget.wav")
    page = alice_finds.page("budget")
    assert [(group.name, group.count) for group in page.recordings] == [
        ("meeting on budget.wav", 1),
        ("Budget_meeting-2026.mp3", 0),
        ("other.wav", 1),
    ]
    assert page.recordings[1].title[0].marked
    assert alice_finds.names('"budget meeting"') == ["Budget_meeting-2026.mp3"]
    # What is excluded is so from each title and each passage, not from the whole recording.
    assert alice_finds.names("budget -meeting") == ["meeting on budget.wav", "other.wav"]


def test_who_says_it_most_often_comes_first_then_the_newest(speak: Speak, alice_finds: Searcher) -> None:
    speak("budget", "budget", "budget", "budget", title="four")
    speak("budget", title="older")
    speak("budget", "budget", title="two")
    speak("budget", title="newer")
    page = alice_finds.page("budget")
    assert [(group.name, group.count, len(group.hits)) for group in page.recordings] == [
        ("four", 4, 3),
        ("two", 2, 2),
        ("newer", 1, 1),
        ("older", 1, 1),
    ]
    assert page.total is not None
    assert (page.total.passages, page.total.recordings) == (8, 4)


def test_of_alternatives_the_passages_that_hold_most_are_shown(speak: Speak, alice_finds: Searcher) -> None:
    speak("red", "red", "red", "blue and red", "blue")
    assert alice_finds.texts("red OR blue") == ["red", "red", "blue and red"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(), max_size=80))
def test_any_text_is_a_query(speak: Speak, alice_finds: Searcher, query: str) -> None:
    alice_finds.page(query)
    alice_finds.page("budget", speaker=query)
    alice_finds.page(f"budget {query}*")
    alice_finds.page(f'"{query}" -{query}')


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=60).filter(lambda text: "\x00" not in text))
def test_a_passage_is_found_by_any_of_its_words_and_never_by_one_it_must_not_hold(
    speak: Speak, alice_finds: Searcher, text: str
) -> None:
    transcript = speak(f"zebra {text}")
    words = fold(text).split()
    for word in words:
        assert transcript.pk in _transcripts(alice_finds, f'zebra "{word}"'), word
        assert transcript.pk not in _transcripts(alice_finds, f'zebra -"{word}"'), word
    transcript.recording.delete()


def _transcripts(finds: Searcher, query: str) -> set[object]:
    return {group.transcript_id for group in finds.page(query).recordings}
