"""Words that are said everywhere, and pages of what was found."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rows import claimed, in_state, recording, said
from tests.search.conftest import Searcher, Speak
from transcripts import lifecycle
from transcripts.models import Status, Transcript
from transcripts.search import UnknownCursor, finding

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["ranked", "common"])
def regime(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of finding, on few rows."""
    if request.param == "common":
        monkeypatch.setattr(finding, "MOST_RANKED", 3)
    monkeypatch.setattr(finding, "PAGE_SIZE", 4)
    monkeypatch.setattr(finding, "_WALK_AT_ONCE", 3)
    return str(request.param)


def _pages(finds: Searcher, query: str, **filters: Any) -> list[list[str]]:
    pages: list[list[str]] = []
    cursor = None
    while not pages or cursor:
        page = finds.page(query, cursor, **filters)
        pages.append([group.name for group in page.recordings])
        cursor = page.following
    return pages


@pytest.mark.usefixtures("regime")
def test_page_by_page_every_recording_comes_once(speak: Speak, alice_finds: Searcher) -> None:
    for number in range(9):
        speak("the word", title=f"talk {number}")
        speak("another", title=f"other {number}")
    speak("nothing", title="the word itself")
    pages = _pages(alice_finds, "word")
    assert pages == [
        ["the word itself", "talk 8", "talk 7", "talk 6"],
        ["talk 5", "talk 4", "talk 3", "talk 2"],
        ["talk 1", "talk 0"],
    ]


def test_what_is_common_is_met_from_the_newest_on_and_not_counted(
    speak: Speak, alice_finds: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MOST_RANKED", 3)
    monkeypatch.setattr(finding, "MOST_COUNTED", 2)
    speak("word", "word", "word", title="three")
    speak("word", title="one")
    page = alice_finds.page("word")
    assert page.total is None
    assert [(group.name, group.count, group.is_least) for group in page.recordings] == [
        ("one", 1, False),
        ("three", 2, True),
    ]


def test_a_long_walk_stops_and_can_be_gone_on_with(
    speak: Speak, alice_finds: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MOST_RANKED", 0)
    monkeypatch.setattr(finding, "_PASSAGES_AT_ONCE", 2)
    monkeypatch.setattr(finding, "_MOST_WALKS", 2)
    speak("needle", title="oldest")
    for _ in range(6):
        speak("hay")
    first = alice_finds.page("needle")
    assert (first.recordings, first.total) == ((), None)
    assert first.following is not None
    second = alice_finds.page("needle", first.following)
    assert [group.name for group in second.recordings] == ["oldest"]
    assert second.following is None


@pytest.mark.usefixtures("regime")
def test_a_page_full_of_titles_is_not_the_last(speak: Speak, alice_finds: Searcher) -> None:
    speak("the word", "word", title="talk")
    for number in range(4):
        speak("nothing", "word", title=f"word {number}")
    found = [name for page in _pages(alice_finds, "word") for name in page]
    assert sorted(found) == ["talk", "word 0", "word 1", "word 2", "word 3"]


@pytest.mark.usefixtures("regime")
def test_of_a_recording_that_was_run_again_the_newest_words_are_looked_through(
    speak: Speak, alice_finds: Searcher
) -> None:
    for _ in range(4):
        speak("word")
    first = speak("old word", title="twice")
    again = lifecycle.submit(first.recording)
    assert "old word" in alice_finds.texts("word")  # nothing has been heard yet
    lease = claimed(again)
    lifecycle.store_window(lease, said("new word"), transcribed_ms=1000)
    assert "old word" not in alice_finds.texts("word")
    assert "new word" in alice_finds.texts("word")
    assert alice_finds.texts("word", transcript=first.pk) == ["old word"]


def test_all_of_one_recording_comes_page_by_page_in_the_order_of_its_time(
    speak: Speak, alice_finds: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "HITS_PAGE_SIZE", 3)
    transcript = speak(*(f"word {number}" for number in range(5)), "silence")
    speak("word elsewhere")
    choices: list[dict[str, Any]] = [{"transcript": transcript.pk}, {"recording": transcript.recording_id}]
    for filters in choices:
        first = alice_finds.page("word", **filters)
        (group,) = first.recordings
        assert [hit.text for hit in group.hits] == ["word 0", "word 1", "word 2"]
        assert (group.count, group.is_least, first.total) == (3, True, None)
        second = alice_finds.page("word", first.following, **filters)
        assert [hit.text for hit in second.recordings[0].hits] == ["word 3", "word 4"]
        assert second.following is None
    assert alice_finds.page("needle", transcript=transcript.pk).recordings == ()


@pytest.mark.parametrize(
    "cursor", ["x", "r", "r-1", "r99999999", "w1-2", "p1", "p-1-2", "1 OR 1=1", "r1\n", "r٣", f"w9-{'0' * 31}"]
)
def test_a_cursor_that_no_page_had_is_refused(cursor: str, alice_finds: Searcher) -> None:
    with pytest.raises(UnknownCursor):
        alice_finds.page("word", cursor)


@pytest.mark.parametrize("cursor", ["r0", "r999999", f"w0-{'0' * 32}", f"w{'9' * 17}-{'f' * 32}", "p1-2", ""])
def test_a_cursor_past_everything_finds_nothing_and_breaks_nothing(
    cursor: str, speak: Speak, alice_finds: Searcher
) -> None:
    transcript = speak("word")
    alice_finds.page("word", cursor)
    if not cursor or cursor.startswith("p"):
        alice_finds.page("word", cursor, transcript=transcript.pk)


def test_a_title_alone_is_found_before_anything_was_heard(alice_finds: Searcher, speak: Speak) -> None:
    speak("word", title="done.wav")
    in_state(Status.QUEUED, recording(owner=Transcript.objects.get().recording.owner, title="waiting.wav"))
    assert alice_finds.names("waiting") == ["waiting.wav"]
