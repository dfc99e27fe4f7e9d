"""The page of one transcript: text and times, how it grows, and what it says when there is no text."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.rows import BROKEN, claimed, in_state, recording, said
from transcripts import lifecycle
from transcripts.lifecycle import Lease
from transcripts.models import Attempt, Edit, Segment, Status, Transcript
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


def _live(client: Client, transcript: Transcript, **known: int | str) -> Answer:
    """The poll of a page that was drawn from `transcript`."""
    query: dict[str, int | str] = {
        "heard": transcript.segment_count,
        "revision": transcript.revision,
        "status": transcript.status,
        **known,
    }
    return client.get(reverse("transcript-live", args=[transcript.pk]), query)


def _texts(page: str) -> list[str]:
    return re.findall(r'<p class="words"[^>]*>([^<]*)</p>', page.partition("<template")[0])


def _news(fragment: str) -> list[str]:
    found = re.search(r'<div id="news" hx-swap-oob="true"><script type="application/json">(.*?)</script>', fragment)
    return [row["text"] for row in json.loads(found[1])["segments"]] if found else []


def _poll(page: str) -> str:
    found = re.search(r'<div id="transcript-poll"([^>]*)>', page)
    assert found is not None
    return found[1]


def _progress(page: str) -> str:
    return page.partition('id="progress"')[2].partition('id="actions"')[0]


def test_it_shows_title_state_model_and_text(finished: Transcript, alice_browser: Client) -> None:
    page = _page(alice_browser, finished)
    assert _texts(page) == ["First words.", "Second words."]
    for words in ("<title>en-short-1.flac · WhisperHub</title>", "large-v3-turbo", "English", "Done", "7.9× real time"):
        assert words in page


def test_every_segment_has_its_time_as_a_link_and_its_words_with_theirs(
    finished: Transcript, alice_browser: Client
) -> None:
    answer = alice_browser.get(reverse("transcript", args=[finished.pk]))
    assert 'href="?t=1" lang="en" tabindex="-1">0:01</a>' in answer.content.decode()
    assert answer.context["rows"][1] == {
        "index": 1,
        "version": 1,
        "start_ms": 1000,
        "end_ms": 2000,
        "text": "Second words.",
        "speaker": "",
        "flags": [],
        "edited": False,
        "words": [[1000, 2000, "Second words.", 0.9]],
    }


def test_the_text_says_its_language_and_finds_its_own_direction(alice: User, alice_browser: Client) -> None:
    transcript = in_state(Status.QUEUED, recording(owner=alice, title="نشرة")).transcript
    lifecycle.store_window(claimed(transcript), said("صباح الخير"), transcribed_ms=1000, language="ar")
    page = _page(alice_browser, transcript)
    assert re.search(r'<div class="segments" id="segments"[^>]* lang="ar">', page)
    assert '<p class="words" dir="auto"' in page
    assert 'dir="auto">نشرة</h1>' in page


def test_a_translation_is_english_whatever_was_spoken(alice: User, alice_browser: Client) -> None:
    transcript = in_state(Status.QUEUED, recording(owner=alice), task="translate").transcript
    lifecycle.store_window(claimed(transcript), said("Good morning."), transcribed_ms=1000, language="es")
    page = _page(alice_browser, transcript)
    assert re.search(r'id="segments"[^>]* lang="en"', page)
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
    poll = _poll(_page(alice_browser, transcript))
    assert f"heard=1&amp;edit=0&amp;status=running&amp;review=draft-0&amp;revision={transcript.revision}" in poll
    lifecycle.store_window(lease, said("One.", "Two.", from_ms=1000), transcribed_ms=4200)
    fragment = _live(alice_browser, transcript).content.decode()
    assert _news(fragment) == ["One.", "Two."]
    assert "Transcribing 42 %" in fragment
    assert "heard=3" in _poll(fragment)
    assert "every 1s" in _poll(fragment)


def test_while_nothing_changes_nothing_is_sent(running: tuple[Transcript, Lease], alice_browser: Client) -> None:
    transcript, _ = running
    answer = _live(alice_browser, transcript)
    assert (answer.status_code, answer.content) == (HTTPStatus.NO_CONTENT, b"")


def test_a_change_without_new_text_is_sent_too(alice: User, alice_browser: Client) -> None:
    waiting = in_state(Status.QUEUED, recording(owner=alice)).transcript
    claimed(waiting)
    fragment = _live(alice_browser, waiting).content.decode()
    assert "Listening…" in fragment
    assert _news(fragment) == []


def test_much_that_was_heard_meanwhile_comes_in_parts(
    running: tuple[Transcript, Lease], alice_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_of_transcript, "MOST_HEARD", 1)
    transcript, lease = running
    lifecycle.store_window(lease, said("One.", "Two.", from_ms=1000), transcribed_ms=3000)
    first = _live(alice_browser, transcript).content.decode()
    assert _news(first) == ["One."]
    assert "heard=2" in _poll(first)
    transcript.refresh_from_db()
    assert _news(_live(alice_browser, transcript, heard=2).content.decode()) == ["Two."]


def test_the_last_fragment_brings_the_exports_and_slows_the_polling(
    running: tuple[Transcript, Lease], alice_browser: Client
) -> None:
    transcript, lease = running
    assert reverse("export", args=[transcript.pk, "srt"]) not in _page(alice_browser, transcript)
    lifecycle.complete(lease, processing_ms=100)
    fragment = _live(alice_browser, transcript).content.decode()
    assert reverse("export", args=[transcript.pk, "srt"]) in fragment
    assert '<p id="announcer" hx-swap-oob="innerHTML">Done.</p>' in fragment
    assert "every 3s" in _poll(fragment)


def test_what_others_edit_is_told_without_the_rest_of_the_page(finished: Transcript, alice_browser: Client) -> None:
    first, second = finished.segments.current()
    edit = Edit.objects.create(transcript=finished, number=1, kind=Edit.Kind.MERGE)
    Segment.objects.filter(pk__in=(first.pk, second.pk)).update(replaced_by=edit)
    Segment.objects.create(
        transcript=finished, index=0, version=2, edit=edit, start_ms=0, end_ms=2000, text=" First words, second words."
    )
    Transcript.objects.update(edit_count=1, revision=F("revision") + 1)
    fragment = _live(alice_browser, finished).content.decode()
    assert _news(fragment) == ["First words, second words."]
    assert '"removed": [1]' in fragment
    assert 'id="actions"' not in fragment
    assert "edit=1" in _poll(fragment)


def test_the_time_left_is_judged_by_the_pace_so_far(alice: User, alice_browser: Client) -> None:
    transcript = in_state(Status.QUEUED, recording(owner=alice, duration_ms=3_600_000)).transcript
    lease = claimed(transcript)
    assert "left" not in _progress(_page(alice_browser, transcript))
    lifecycle.store_window(lease, said("Zero."), transcribed_ms=600_000)
    Attempt.objects.update(started_at=timezone.now() - timedelta(minutes=2))
    assert "About 10 min left" in _progress(_page(alice_browser, transcript))


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
    for count in (1, 50):
        transcript = in_state(Status.QUEUED, recording(owner=alice)).transcript
        texts = [f"Sentence {number}." for number in range(count)]
        lifecycle.store_window(claimed(transcript), said(*texts), transcribed_ms=1000)
        _page(alice_browser, transcript)  # the first look of an hour is written down
        # Session, user, two for the rights, one for the admin's link; transcript, has this been noted, positions,
        # segments, what there is to undo and to redo, may it be managed and edited, tags, the attempt for the time
        # left, the model's notice.
        with django_assert_num_queries(5 + 11):
            assert len(_texts(_page(alice_browser, transcript))) == count


@pytest.mark.parametrize("query", [{"heard": "-1"}, {"edit": "x"}, {"revision": "1" * 30}, {"heard": "٣"}])
def test_a_poll_with_a_number_that_is_none_is_a_bad_request(
    query: dict[str, str], finished: Transcript, alice_browser: Client
) -> None:
    answer = alice_browser.get(reverse("transcript-live", args=[finished.pk]), query)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
