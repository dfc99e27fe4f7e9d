"""The page of one transcript: text and times, how it grows, and what it says when there is no text."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.rows import BROKEN, claimed, in_state, recording, said
from transcripts import lifecycle
from transcripts.lifecycle import Lease
from transcripts.models import Segment, Status, Transcript
from transcripts.web import transcript as page_of_transcript

if TYPE_CHECKING:
    from django.test.client import (
        _MonkeyPatchedWSGIResponse as Answer,
    )  # the test client's answers, as the stubs name them


@pytest.fixture
def running(alice: User) -> tuple[Transcript, Lease]:
    """Alice's, at work, with one segment."""
    transcript = in_state(Status.QUEUED, recording(owner=alice, title="talk.wav")).transcript
    lease = claimed(transcript)
    lifecycle.store_window(lease, said("Zero."), transcribed_ms=1000, language="en")
    return Transcript.objects.get(pk=transcript.pk), lease


def _page(client: Client, transcript: Transcript) -> str:
    return str(client.get(reverse("transcript", args=[transcript.pk])).content.decode())


def _live(client: Client, transcript: Transcript, after: int = 0, revision: int = 0) -> Answer:
    address = reverse("transcript-live", args=[transcript.pk])
    return client.get(address, {"after": str(after), "revision": str(revision)})


def _texts(page: str) -> list[str]:
    return re.findall(r'<p class="words"[^>]*>([^<]*)</p>', page)


def _poll(page: str) -> str:
    found = re.search(r'<div id="transcript-poll"([^>]*)>', page)
    assert found is not None
    return found[1]


def test_it_shows_title_state_model_and_text(finished: Transcript, alice_browser: Client) -> None:
    page = _page(alice_browser, finished)
    assert _texts(page) == ["First words.", "Second words."]
    for words in ("<title>en-short-1.flac · WhisperHub</title>", "large-v3-turbo", "English", "Done", "7.9× real time"):
        assert words in page


def test_every_segment_has_its_time_as_a_link_and_its_words_with_theirs(
    finished: Transcript, alice_browser: Client
) -> None:
    page = _page(alice_browser, finished)
    assert 'href="?t=1" lang="en">0:01</a>' in page
    assert 'data-start="1000" data-end="2000"' in page
    assert 'data-words="0 13 1000 2000"' in page


def test_the_text_says_its_language_and_finds_its_own_direction(alice: User, alice_browser: Client) -> None:
    transcript = in_state(Status.QUEUED, recording(owner=alice, title="نشرة")).transcript
    lifecycle.store_window(claimed(transcript), said("صباح الخير"), transcribed_ms=1000, language="ar")
    page = _page(alice_browser, transcript)
    assert '<ol class="segments" id="segments" lang="ar">' in page
    assert '<p class="words" dir="auto"' in page
    assert 'dir="auto">نشرة</h1>' in page


def test_a_translation_is_english_whatever_was_spoken(alice: User, alice_browser: Client) -> None:
    transcript = in_state(Status.QUEUED, recording(owner=alice), task="translate").transcript
    lifecycle.store_window(claimed(transcript), said("Good morning."), transcribed_ms=1000, language="es")
    page = _page(alice_browser, transcript)
    assert 'id="segments" lang="en"' in page
    assert "Translated to English" in page


def test_what_the_engine_doubts_is_marked_and_kept(running: tuple[Transcript, Lease], alice_browser: Client) -> None:
    transcript, _ = running
    Segment.objects.update(flags=["repetition", "odd_new_flag"])
    page = _page(alice_browser, transcript)
    assert "segment doubtful" in page
    assert "Repeats itself; the speaker may not have. Odd new flag" in page
    assert _texts(page) == ["Zero."]


def test_text_and_title_are_text_not_markup(alice: User, alice_browser: Client) -> None:
    transcript = in_state(Status.QUEUED, recording(owner=alice, title='"><img src=x>')).transcript
    lifecycle.store_window(claimed(transcript), said("<b>bold</b>"), transcribed_ms=1000)
    page = _page(alice_browser, transcript)
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert "<img" not in page


def test_while_it_runs_only_new_segments_are_sent(running: tuple[Transcript, Lease], alice_browser: Client) -> None:
    transcript, lease = running
    assert f"after=1&amp;revision={transcript.revision}" in _poll(_page(alice_browser, transcript))
    lifecycle.store_window(lease, said("One.", "Two.", from_ms=1000), transcribed_ms=4200)
    fragment = _live(alice_browser, transcript, after=1, revision=transcript.revision).content.decode()
    assert _texts(fragment) == ["One.", "Two."]
    assert 'hx-swap-oob="beforeend:#segments"' in fragment
    assert "Transcribing 42 %" in fragment
    assert "after=3" in _poll(fragment)
    assert "every 1s" in _poll(fragment)


def test_while_nothing_changes_nothing_is_sent(running: tuple[Transcript, Lease], alice_browser: Client) -> None:
    transcript, _ = running
    answer = _live(alice_browser, transcript, after=1, revision=transcript.revision)
    assert (answer.status_code, answer.content) == (HTTPStatus.NO_CONTENT, b"")


def test_a_change_without_new_text_is_sent_too(alice: User, alice_browser: Client) -> None:
    waiting = in_state(Status.QUEUED, recording(owner=alice)).transcript
    claimed(waiting)
    fragment = _live(alice_browser, waiting, after=0, revision=waiting.revision).content.decode()
    assert "Listening…" in fragment
    assert "segments" not in fragment


def test_a_long_text_comes_in_parts_also_while_it_grows(
    running: tuple[Transcript, Lease], alice_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_of_transcript, "BATCH", 1)
    _, lease = running
    lifecycle.store_window(lease, said("One.", from_ms=1000), transcribed_ms=2000)
    transcript = Transcript.objects.get()
    rest = _live(alice_browser, transcript, after=1, revision=transcript.revision).content.decode()
    assert _texts(rest) == ["One."]
    assert "every 1s" in _poll(rest)


def test_the_last_fragment_brings_the_exports_and_ends_the_polling(
    running: tuple[Transcript, Lease], alice_browser: Client
) -> None:
    transcript, lease = running
    assert reverse("export", args=[transcript.pk, "srt"]) not in _page(alice_browser, transcript)
    lifecycle.complete(lease, processing_ms=100)
    fragment = _live(alice_browser, transcript, after=1, revision=transcript.revision).content.decode()
    assert reverse("export", args=[transcript.pk, "srt"]) in fragment
    assert '<p id="announcer" hx-swap-oob="innerHTML">Done.</p>' in fragment
    assert "hx-get" not in _poll(fragment)


def test_a_long_text_comes_in_parts_that_follow_at_once(
    finished: Transcript, alice_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_of_transcript, "BATCH", 1)
    page = _page(alice_browser, finished)
    assert _texts(page) == ["First words."]
    assert 'hx-trigger="load"' in _poll(page)
    rest = _live(alice_browser, finished, after=1, revision=finished.revision).content.decode()
    assert _texts(rest) == ["Second words."]
    assert "hx-get" not in _poll(rest)
    assert 'id="actions"' not in rest


def test_a_failure_is_said_in_words_with_a_way_to_try_again(alice: User, alice_browser: Client) -> None:
    transcript = in_state(Status.FAILED, recording(owner=alice)).transcript
    page = _page(alice_browser, transcript)
    assert f"<strong>Failed: the recording cannot be read.</strong> {BROKEN}" in page
    assert reverse("retry", args=[transcript.pk]) in page
    assert reverse("cancel", args=[transcript.pk]) not in page


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.DONE, "No speech was found"),
        (Status.FAILED, "It failed before a word was heard."),
        (Status.CANCELLED, "It was cancelled before a word was heard."),
        (Status.RUNNING, "Listening…"),
        (Status.QUEUED, "Waiting for its turn."),
    ],
)
def test_without_text_it_says_why(status: Status, words: str, alice: User, alice_browser: Client) -> None:
    transcript = in_state(status, recording(owner=alice)).transcript
    assert words in _page(alice_browser, transcript)


def test_text_of_a_cancelled_run_is_shown_as_incomplete(
    running: tuple[Transcript, Lease], alice_browser: Client
) -> None:
    transcript, _ = running
    lifecycle.cancel(transcript.pk)
    page = _page(alice_browser, transcript)
    assert _texts(page) == ["Zero."]
    assert "the rest was not transcribed" in page


@pytest.mark.parametrize(("has_video", "element"), [(True, "video"), (False, "audio")])
def test_the_player_fits_the_recording(has_video: bool, element: str, alice: User, alice_browser: Client) -> None:
    transcript = in_state(Status.DONE, recording(owner=alice, has_video=has_video)).transcript
    page = _page(alice_browser, transcript)
    assert re.findall(r'<(audio|video) class="player-media"', page) == [element]
    assert f'src="{reverse("media", args=[transcript.pk])}"' in page


def test_queries_do_not_grow_with_the_text(
    alice: User, alice_browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 60):
        transcript = in_state(Status.QUEUED, recording(owner=alice)).transcript
        texts = [f"Sentence {number}." for number in range(count)]
        lifecycle.store_window(claimed(transcript), said(*texts), transcribed_ms=1000)
        # Session, user, two for the rights, one for the admin's link; transcript, segments, its rights, model's notice.
        with django_assert_num_queries(5 + 4):
            assert len(_texts(_page(alice_browser, transcript))) == count


@pytest.mark.parametrize("query", [{"after": "-1"}, {"after": "x"}, {"revision": "1" * 30}, {"after": "٣"}])
def test_a_poll_with_a_number_that_is_none_is_a_bad_request(
    query: dict[str, str], finished: Transcript, alice_browser: Client
) -> None:
    answer = alice_browser.get(reverse("transcript-live", args=[finished.pk]), query)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
