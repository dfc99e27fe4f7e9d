"""The library: what is listed, by which address, and what a row tells."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from tests.rows import claimed, in_state, recording, said, worker
from transcripts import lifecycle, tags
from transcripts.access import Actor
from transcripts.library import listing
from transcripts.models import Attempt, Recording, Status, Transcript
from transcripts.web.asked import Asked

from .conftest import browser

# Session, user, two for the rights; own or not, recordings, tags, transcripts, running attempts; languages and tags of
# the filters; workers that could translate, glossaries, whether the administration opens, the notice of the model.
QUERIES = 4 + 5 + 2 + 1 + 3
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
SCRIPT = {"HX-Request": "true"}


def made(owner: User, title: str = "meeting.wav", status: Status = Status.DONE, hours: int = 0) -> Transcript:
    """A recording of `owner`, so many hours after noon."""
    transcript = in_state(status, recording(owner=owner, title=title)).transcript
    Recording.objects.filter(pk=transcript.recording_id).update(created_at=NOON + timedelta(hours=hours))
    return transcript


def titles(page: str) -> list[str]:
    """Of the rows, in order."""
    return re.findall(r'class="recording-title"><a [^>]*>([^<]*)</a>', page)


def _page(client: Client, **query: str) -> str:
    answer = client.get(reverse("library"), query)
    assert answer.status_code == HTTPStatus.OK
    return str(answer.content.decode())


def test_an_empty_library_invites_to_upload(alice_browser: Client) -> None:
    page = _page(alice_browser)
    assert "Nothing transcribed yet" in page
    assert 'for="upload-file"' in page


def test_an_empty_library_of_somebody_who_may_not_send_invites_to_nothing(robin: User) -> None:
    page = _page(browser(robin))
    assert "as soon as somebody sends it" in page
    assert "Choose files" not in page


def test_nothing_found_says_that_the_filters_are_the_reason(alice: User, alice_browser: Client) -> None:
    made(alice)
    page = _page(alice_browser, status="failed")
    assert "Nothing matches these filters" in page
    assert "Nothing transcribed yet" not in page


@pytest.mark.parametrize(
    ("sort", "expected"), [("", ["c", "a", "b"]), ("oldest", ["b", "a", "c"]), ("title", ["a", "b", "c"])]
)
def test_rows_come_in_the_order_that_is_asked_for(
    sort: str, expected: list[str], alice: User, alice_browser: Client
) -> None:
    for hours, title in ((1, "a"), (0, "b"), (2, "c")):
        made(alice, title, hours=hours)
    assert titles(_page(alice_browser, sort=sort)) == expected


def test_a_recording_is_listed_once_by_its_newest_transcript(alice: User, alice_browser: Client) -> None:
    twice = recording(owner=alice)
    in_state(Status.FAILED, twice)
    newest = in_state(Status.QUEUED, twice).transcript
    page = _page(alice_browser)
    assert page.count('class="recording-title"') == 1
    assert reverse("transcript", args=[newest.pk]) in page
    assert titles(_page(alice_browser, status="failed")) == []


def test_the_pages_of_a_filtered_list_follow_each_other_by_their_links(
    alice: User, alice_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    for number in range(5):
        made(alice, f"talk {number}")
        made(alice, "other", status=Status.FAILED)
    seen, address = [], f"{reverse('library')}?status=done&sort=title"
    while address:
        page = alice_browser.get(address).content.decode()
        seen += titles(page)
        following = re.search(r'rel="next" href="([^"]*)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"talk {number}" for number in range(5)]


def test_a_chip_takes_its_filter_out_of_the_address_and_leaves_the_others(alice: User, alice_browser: Client) -> None:
    tags.add([made(alice).recording], ["board & press"], Actor(user=alice))
    page = _page(alice_browser, status="done", tag="board & press", sort="oldest")
    links = [parse_qs(urlsplit(link.replace("&amp;", "&")).query) for link in _chips(page)]
    assert links == [
        {"tag": ["board & press"], "sort": ["oldest"]},
        {"status": ["done"], "sort": ["oldest"]},
    ]


def _chips(page: str) -> list[str]:
    return re.findall(r'<a class="chip on" href="([^"]*)"', page)


def test_a_script_is_given_the_list_alone_and_the_address_without_empty_fields(
    alice: User, alice_browser: Client
) -> None:
    made(alice, "found")
    answer = alice_browser.get("/?status=done&language=&tag=&from=&sort=", headers=SCRIPT)
    assert titles(answer.content.decode()) == ["found"]
    assert "<html" not in answer.content.decode()
    assert answer["HX-Push-Url"] == "/?status=done"
    assert "HX-Request" in answer["Vary"]


BAD = [
    "sort=deleted", "sort=x", "status=x", "language=xx", "review=x", "sender=user-", "sender=user-x", "sender=x-1",
    "sender=user-99999999999", "from=yesterday", "from=0001-01-01", "to=9999-12-31", "after=x", "tag=%00",
    "tag=" + "x" * 51, "&".join(f"tag={number}" for number in range(11)), "after=" + "1" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("query", BAD)
@pytest.mark.parametrize("name", ["library", "library-live"])
def test_an_address_that_makes_no_sense_is_a_bad_request(name: str, query: str, alice_browser: Client) -> None:
    assert alice_browser.get(f"{reverse(name)}?{query}").status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("query", ["sender=user-999", "sender=network", "tag=nobody's", "language=cy", "to=1950-01-01"])
def test_what_is_nobodys_finds_nothing(query: str, alice: User, alice_browser: Client) -> None:
    made(alice)
    assert titles(alice_browser.get(f"/?{query}").content.decode()) == []


@given(st.text(max_size=80))
def test_no_query_is_an_error_of_ours(text: str) -> None:
    try:
        asked = Asked.of(QueryDict(text))
    except BadRequest:
        return
    assert Asked.of(QueryDict(asked.query)).filters == asked.filters


def test_a_row_tells_title_length_language_sender_state_and_tags(alice: User, alice_browser: Client) -> None:
    row = recording(owner=alice, title="talk.wav", duration_ms=3_723_000)
    tags.add([row], ["board"], Actor(user=alice))
    lifecycle.store_window(
        claimed(in_state(Status.QUEUED, row).transcript), said("Hola."), transcribed_ms=1_600_000, language="es"
    )
    page = _page(alice_browser)
    for words in ("talk.wav", "1:02:03", "Spanish", "alice", "Transcribing 42 %", 'value="42"', ">board</a>"):
        assert words in page


@pytest.mark.parametrize(
    ("minutes_ago", "words"), [(10, "About 13 min left"), (0, "About less than a minute left"), (200, "About 4 h 25")]
)
def test_the_time_left_is_told_by_the_pace_so_far(
    minutes_ago: int, words: str, alice: User, alice_browser: Client
) -> None:
    lease = claimed(in_state(Status.QUEUED, recording(owner=alice, duration_ms=3_723_000)).transcript)
    lifecycle.store_window(lease, said("Hola."), transcribed_ms=1_600_000, language="es")
    Attempt.objects.update(started_at=timezone.now() - timedelta(minutes=minutes_ago))
    assert words in _page(alice_browser)


def test_while_nobody_can_tell_the_time_left_that_is_said(alice: User, alice_browser: Client) -> None:
    in_state(Status.RUNNING, recording(owner=alice))
    in_state(Status.RUNNING, recording(owner=alice, duration_ms=None))
    page = _page(alice_browser)
    assert page.count("Time left not known yet") == 2


def test_a_title_is_text_not_markup(alice: User, alice_browser: Client) -> None:
    made(alice, "<script>alert(1)</script>")
    page = _page(alice_browser)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_queries_do_not_grow_with_the_rows(
    alice: User, alice_browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 20):
        for number in range(count):
            running = in_state(Status.RUNNING, recording(owner=alice)).transcript
            tags.add([running.recording], [f"tag {number}"], Actor(user=alice))
        with django_assert_num_queries(QUERIES):
            _page(alice_browser)


def test_the_filters_offer_what_the_reader_can_find_and_nobody_elses_names(
    alice: User, mallory: User, alice_browser: Client, admin_browser: Client
) -> None:
    for owner in (alice, mallory):
        transcript = made(owner)
        Transcript.objects.filter(pk=transcript.pk).update(language="de")
        tags.add([transcript.recording], [f"tag of {owner}"], Actor(user=owner))
    hers, everybodys = _page(alice_browser), _page(admin_browser)
    assert "tag of alice" in hers
    assert not {name for name in ("tag of mallory", "mallory") if name in hers}
    for words in ("tag of mallory", f'value="user-{mallory.pk}"', '<option value="de">German</option>'):
        assert words in everybodys


def test_a_translation_that_no_worker_can_make_is_not_offered(alice_browser: Client) -> None:
    offered = 'value="translate" disabled'
    assert offered not in _page(alice_browser)
    worker(can_translate=False)
    assert offered in _page(alice_browser)


def test_what_the_worker_says_of_its_model_stands_on_every_page(alice_browser: Client) -> None:
    worker(note="This is the demo model.")
    for address in (reverse("library"), "/nothing-here"):
        assert "This is the demo model." in alice_browser.get(address).content.decode()
    assert "This is the demo model." in Client().get(reverse("login")).content.decode()
