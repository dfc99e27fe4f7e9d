"""The library: what is listed, in which order, page by page, and how it stays up to date."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.rows import claimed, in_state, recording, said, worker
from transcripts import lifecycle
from transcripts.models import Status, Transcript
from transcripts.web import listing

# Session, user, two for the rights, one for the admin's link; rows, workers that could translate, model's notice.
QUERIES = 5 + 3
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 3)


def _at(moment: datetime, owner: User, title: str = "meeting.wav") -> Transcript:
    transcript = in_state(Status.DONE, recording(owner=owner, title=title)).transcript
    Transcript.objects.filter(pk=transcript.pk).update(created_at=moment)
    transcript.created_at = moment
    return transcript


def _titles(page: str) -> list[str]:
    return re.findall(r'class="recording-title"><a [^>]*>([^<]*)</a>', page)


def _live(client: Client, **query: str) -> str:
    answer = client.get(reverse("library-live"), query)
    assert answer.status_code == HTTPStatus.OK
    return str(answer.content.decode())


def _poll(page: str) -> str:
    """The attributes of the element that asks again."""
    found = re.search(r'<div id="library-poll"([^>]*)>', page)
    assert found is not None
    return found[1]


def test_an_empty_library_invites_to_upload(alice_browser: Client) -> None:
    page = alice_browser.get(reverse("library")).content.decode()
    assert "Nothing transcribed yet" in page
    assert 'for="upload-file"' in page
    assert "every 2s" not in page


def test_rows_come_newest_first(alice: User, alice_browser: Client) -> None:
    for hours, title in ((2, "old"), (0, "new"), (1, "middle")):
        _at(NOON - timedelta(hours=hours), alice, title)
    assert _titles(alice_browser.get(reverse("library")).content.decode()) == ["new", "middle", "old"]


def test_a_recording_is_listed_once_by_its_newest_transcript(alice: User, alice_browser: Client) -> None:
    twice = recording(owner=alice)
    in_state(Status.FAILED, twice)
    newest = in_state(Status.QUEUED, twice).transcript
    assert [row.pk for row in alice_browser.get(reverse("library")).context["page"].rows] == [newest.pk]


@pytest.mark.usefixtures("small_pages")
def test_pages_lose_and_repeat_nothing_even_within_one_microsecond(alice: User, alice_browser: Client) -> None:
    made = [_at(moment, alice).pk for moment in (NOON, NOON, NOON, NOON, NOON, NOON - timedelta(days=1), NOON)]
    seen, address = [], reverse("library")
    while address:
        answer = alice_browser.get(address)
        seen += [row.pk for row in answer.context["page"].rows]
        older = answer.context["page"].older
        address = f"{reverse('library')}?before={older}" if older else ""
    assert sorted(seen) == sorted(made)
    assert len(set(seen)) == len(seen)


@pytest.mark.usefixtures("small_pages")
def test_a_full_last_page_has_no_older_one(alice: User, alice_browser: Client) -> None:
    for _ in range(3):
        _at(NOON, alice)
    assert alice_browser.get(reverse("library")).context["page"].older is None


@pytest.mark.parametrize("cursor", ["x", "1-", "-", "9" * 30 + "-0", "1-zz", "1;drop table", "1" * 5000])
def test_a_place_in_the_list_that_is_none_is_a_bad_request(cursor: str, alice_browser: Client) -> None:
    assert alice_browser.get(reverse("library"), {"before": cursor}).status_code == HTTPStatus.BAD_REQUEST


def test_a_row_tells_title_length_language_sender_and_state(alice: User, alice_browser: Client) -> None:
    lease = claimed(in_state(Status.QUEUED, recording(owner=alice, title="talk.wav", duration_ms=3_723_000)).transcript)
    lifecycle.store_window(lease, said("Hola."), transcribed_ms=1_600_000, language="es")
    page = alice_browser.get(reverse("library")).content.decode()
    for words in ("talk.wav", "1:02:03", "Spanish", "alice", "Transcribing 42 %", 'value="42"'):
        assert words in page


def test_a_title_is_text_not_markup(alice: User, alice_browser: Client) -> None:
    in_state(Status.QUEUED, recording(owner=alice, title="<script>alert(1)</script>"))
    page = alice_browser.get(reverse("library")).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_queries_do_not_grow_with_the_rows(
    alice: User, alice_browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 20):
        for _ in range(count):
            in_state(Status.RUNNING, recording(owner=alice))
        with django_assert_num_queries(QUERIES):
            alice_browser.get(reverse("library"))


def test_a_translation_that_no_worker_can_make_is_not_offered(alice_browser: Client) -> None:
    offered = 'value="translate" disabled'
    assert offered not in alice_browser.get(reverse("library")).content.decode()
    worker(can_translate=False)
    assert offered in alice_browser.get(reverse("library")).content.decode()


def test_what_the_worker_says_of_its_model_stands_on_every_page(alice_browser: Client) -> None:
    worker(note="This is the demo model.")
    for address in (reverse("library"), "/nothing-here"):
        assert "This is the demo model." in alice_browser.get(address).content.decode()
    assert "This is the demo model." in Client().get(reverse("login")).content.decode()


def test_the_page_polls_for_open_rows_in_one_request(alice: User, alice_browser: Client) -> None:
    open_ids = {str(in_state(Status.QUEUED, recording(owner=alice)).transcript.pk) for _ in range(3)}
    in_state(Status.DONE, recording(owner=alice))
    page = alice_browser.get(reverse("library")).content.decode()
    asked = re.search(r"open=([^\"]*)", _poll(page))
    assert asked is not None
    assert set(asked[1].split(",")) == open_ids
    assert page.count("every 2s") == 1


def test_a_poll_brings_changed_rows_and_stops_with_the_last_open_one(alice: User, alice_browser: Client) -> None:
    transcript = in_state(Status.QUEUED, recording(owner=alice, title="talk.wav")).transcript
    before = _live(alice_browser, open=str(transcript.pk))
    assert "every 2s" in _poll(before)
    assert 'id="announcer"' not in before
    lifecycle.cancel(transcript.pk)
    after = _live(alice_browser, open=str(transcript.pk))
    assert f'id="row-{transcript.pk}" hx-swap-oob="true"' in after
    assert '<p id="announcer" hx-swap-oob="innerHTML">talk.wav: Cancelled. </p>' in after
    assert "every 2s" not in _poll(after)


def test_a_poll_brings_rows_that_came_since_and_then_follows_them(alice: User, alice_browser: Client) -> None:
    _at(NOON, alice, "known")
    newest = str(alice_browser.get(reverse("library")).context["newest"])
    new = in_state(Status.QUEUED, recording(owner=alice, title="new")).transcript
    page = _live(alice_browser, newest=newest, open="")
    assert _titles(page) == ["new"]
    assert 'hx-swap-oob="afterbegin:#recordings"' in page
    assert f"open={new.pk}" in _poll(page)
    again = _live(alice_browser, newest=str(listing.Cursor.of(new)), open=str(new.pk))
    assert "afterbegin" not in again


def test_an_older_page_takes_in_no_new_rows(alice: User, alice_browser: Client) -> None:
    in_state(Status.QUEUED, recording(owner=alice))
    page = _live(alice_browser, open="")
    assert _titles(page) == []
    assert "newest" not in _poll(page)


def test_a_row_that_was_deleted_elsewhere_disappears(alice: User, alice_browser: Client) -> None:
    transcript = in_state(Status.QUEUED, recording(owner=alice)).transcript
    gone = str(transcript.pk)
    transcript.recording.delete()
    assert f'<li id="row-{gone}" hx-swap-oob="delete"></li>' in _live(alice_browser, open=gone)


def test_a_poll_takes_as_many_queries_for_any_number_of_rows(
    alice: User, alice_browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ids = [str(in_state(Status.RUNNING, recording(owner=alice)).transcript.pk) for _ in range(10)]
    with django_assert_num_queries(4 + 2):  # the open rows and the new ones
        _live(alice_browser, open=",".join(ids), newest="")


def test_a_poll_for_something_that_is_no_id_is_a_bad_request(alice_browser: Client) -> None:
    assert alice_browser.get(reverse("library-live"), {"open": "1,2"}).status_code == HTTPStatus.BAD_REQUEST
