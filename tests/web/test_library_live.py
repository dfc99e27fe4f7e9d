"""The list keeps itself up to date: one question, and only what changed in the answer."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.rows import in_state, recording
from transcripts import lifecycle, removal, tags
from transcripts.access import Actor
from transcripts.library import listing
from transcripts.models import Recording, Status, Transcript
from transcripts.recordings import rename

from .test_library import made, titles


def _question(page: str) -> str:
    """The address that the page asks next."""
    found = re.search(r'<div id="library-poll" hx-get="([^"]*)"', page)
    assert found is not None
    return unescape(found[1])


def _row(transcript: Transcript) -> str:
    return f"row-{transcript.recording_id.hex}"


def test_nothing_new_is_answered_with_nothing(alice: User, alice_browser: Client) -> None:
    made(alice)
    question = _question(alice_browser.get("/").content.decode())
    answer = alice_browser.get(question).content.decode()
    assert titles(answer) == []
    assert _question(answer) == question


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING, Status.DONE])
def test_the_page_asks_often_while_something_is_open(status: Status, alice: User, alice_browser: Client) -> None:
    made(alice, status=status)
    asked = "every 2s" if status is not Status.DONE else "every 15s"
    assert f'hx-trigger="{asked}, recordings-changed from:body"' in alice_browser.get("/").content.decode()


def test_a_row_that_changed_is_replaced_and_its_end_is_announced(alice: User, alice_browser: Client) -> None:
    made(alice, "still.wav")
    transcript = made(alice, "talk.wav", status=Status.RUNNING, hours=1)
    question = _question(alice_browser.get("/").content.decode())
    lifecycle.cancel(transcript.pk)
    answer = alice_browser.get(question).content.decode()
    assert titles(answer) == ["talk.wav"]
    assert f'id="{_row(transcript)}" hx-swap-oob="true"' in answer
    assert '<p id="announcer" hx-swap-oob="innerHTML">talk.wav: Cancelled. </p>' in answer
    assert titles(alice_browser.get(_question(answer)).content.decode()) == []


@pytest.mark.parametrize("change", ["title", "tag", "review"])
def test_what_people_change_is_news_too(change: str, alice: User, alice_browser: Client, alices: Actor) -> None:
    transcript = made(alice)
    question = _question(alice_browser.get("/").content.decode())
    if change == "title":
        rename(transcript.recording, "better", alices)
    elif change == "tag":
        tags.add([transcript.recording], ["board"], alices)
    else:
        Transcript.objects.update(review="approved")
    assert f'id="{_row(transcript)}" hx-swap-oob="true"' in alice_browser.get(question).content.decode()


def test_new_rows_come_where_they_belong(alice: User, alice_browser: Client) -> None:
    old = made(alice, "old")
    question = _question(alice_browser.get("/").content.decode())
    made(alice, "new", hours=2)
    middle = made(alice, "middle", hours=1)
    answer = alice_browser.get(question).content.decode()
    assert titles(answer) == ["new", "middle"]
    places = re.findall(r'hx-swap-oob="(after[^"]*)"', answer)
    new = Transcript.objects.get(recording__title="new")
    assert places == ["afterbegin:#recordings", f"afterend:#{_row(new)}"]
    assert old.recording_id.hex in _question(answer)
    assert middle.recording_id.hex in _question(answer)


def test_what_fits_the_filters_no_more_goes_and_what_fits_them_now_comes(alice: User, alice_browser: Client) -> None:
    running = made(alice, "running", status=Status.RUNNING)
    failed = made(alice, "failed", status=Status.FAILED, hours=1)
    question = _question(alice_browser.get("/?status=queued").content.decode())
    lifecycle.retry(failed.pk)
    arrived = alice_browser.get(question).content.decode()
    assert titles(arrived) == ["failed"]
    lifecycle.cancel(failed.pk)
    gone = alice_browser.get(_question(arrived)).content.decode()
    assert titles(gone) == []
    assert f'<li id="{_row(failed)}" hx-swap-oob="delete"></li>' in gone
    assert _row(running) not in gone


def test_a_row_that_was_deleted_elsewhere_disappears(alice: User, alice_browser: Client, alices: Actor) -> None:
    binned, erased = made(alice), made(alice)
    question = _question(alice_browser.get("/").content.decode())
    removal.discard(binned.recording, alices)
    removal.delete_recording(erased.recording)
    answer = alice_browser.get(question).content.decode()
    for transcript in (binned, erased):
        assert f'<li id="{_row(transcript)}" hx-swap-oob="delete"></li>' in answer


def test_a_page_stays_as_long_as_a_page(alice: User, alice_browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    first = made(alice, hours=-1)
    made(alice)
    question = _question(alice_browser.get("/").content.decode())
    made(alice, hours=1)
    answer = alice_browser.get(question).content.decode()
    assert f'<li id="{_row(first)}" hx-swap-oob="delete"></li>' in answer
    assert 'rel="next"' in answer


def test_a_later_page_takes_in_no_new_rows(alice: User, alice_browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 1)
    made(alice, "old")
    made(alice, "newer", hours=1)
    following = re.search(r'rel="next" href="([^"]*)"', alice_browser.get("/").content.decode())
    assert following is not None
    page = alice_browser.get(following[1]).content.decode()
    assert titles(page) == ["old"]
    made(alice, "newest", hours=2)
    assert titles(alice_browser.get(_question(page)).content.decode()) == []


def test_a_list_in_another_order_is_written_anew(alice: User, alice_browser: Client, alices: Actor) -> None:
    one, _ = made(alice, "a"), made(alice, "b")
    question = _question(alice_browser.get("/?sort=title").content.decode())
    rename(one.recording, "c", alices)
    answer = alice_browser.get(question).content.decode()
    assert '<ul id="recordings" class="recordings" hx-swap-oob="true">' in answer
    assert titles(answer) == ["b", "c"]


def test_the_question_takes_as_many_queries_for_any_number_of_rows(
    alice: User, alice_browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 10):
        for _ in range(count):
            in_state(Status.RUNNING, recording(owner=alice))
        question = _question(alice_browser.get("/").content.decode())
        Recording.objects.update(title="changed")
        with django_assert_num_queries(4 + 5):
            alice_browser.get(question)


@pytest.mark.parametrize("shown", ["1,2", "x" * 41, ".".join(["0" * 32 + "o00000000"] * 51)])
def test_a_question_about_what_is_no_row_is_a_bad_request(shown: str, alice_browser: Client) -> None:
    assert alice_browser.get(reverse("library-live"), {"shown": shown}).status_code == 400
