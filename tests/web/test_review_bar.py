"""What the transcript page offers to whom: writing, review, the title; and that it tells of what others decide."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from transcripts import editing, review
from transcripts.access import Actor
from transcripts.models import Review, Tag, Transcript

from .conftest import browser


def _page(client: Client, transcript: Transcript) -> str:
    return str(client.get(reverse("transcript", args=[transcript.pk])).content.decode())


def _bar(page: str) -> str:
    found = re.search(r'<section class="review.*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def _live(client: Client, transcript: Transcript, **known: int | str) -> str:
    query: dict[str, int | str] = {"heard": transcript.segment_count, "status": transcript.status, **known}
    return str(client.get(reverse("transcript-live", args=[transcript.pk]), query).content.decode())


def _move(transcript: Transcript, *states: Review, actor: Actor) -> None:
    for state in states:
        review.set_state(transcript.pk, state, actor=actor)


def test_who_may_only_read_is_offered_nothing_that_would_be_refused(finished: Transcript, reader: User) -> None:
    page = _page(browser(reader), finished)
    for offer in (
        "data-edits",
        "Undo (Ctrl Z)",
        'data-tool="edit"',
        "data-assign>",
        'id="conflict"',
        'id="title-form"',
    ):
        assert offer not in page
    assert 'data-tool="versions"' in page
    assert "Draft" in _bar(page)


def test_the_owner_sends_to_review_and_only_a_reviewer_approves(
    finished: Transcript, alice: User, alice_browser: Client, robin: User
) -> None:
    assert 'data-review="in_review"' in _bar(_page(alice_browser, finished))
    _move(finished, Review.IN_REVIEW, actor=Actor(user=alice))
    assert 'data-review="approved"' not in _bar(_page(alice_browser, finished))
    assert 'data-review="approved"' in _bar(_page(browser(robin), finished))


def test_an_approved_text_says_by_whom_and_who_may_reopens_it(
    finished: Transcript, alice_browser: Client, robin: User
) -> None:
    _move(finished, Review.IN_REVIEW, Review.APPROVED, actor=Actor(user=robin))
    bar = _bar(_page(alice_browser, finished))
    assert 'data-state="approved"' in bar
    assert "Approved by robin. The text is locked." in bar
    assert "Reopen" not in bar
    assert "Reopen" in _bar(_page(browser(robin), finished))


def test_whose_turn_it_is_can_be_anybodys_who_sees_it(
    finished: Transcript, alice_browser: Client, robin: User, mallory: User
) -> None:
    review.assign(finished.pk, robin, actor=Actor(user=robin))
    bar = _bar(_page(alice_browser, finished))
    assert re.search(r'<option value="robin" selected>', bar)
    assert "mallory" not in bar


def test_there_is_no_review_of_what_is_still_heard(uploaded: Transcript, alice_browser: Client) -> None:
    assert "Draft" not in _bar(_page(alice_browser, uploaded))


def test_a_page_that_is_open_is_told_of_a_decision_once(
    finished: Transcript, alice: User, alice_browser: Client
) -> None:
    _move(finished, Review.IN_REVIEW, actor=Actor(user=alice))
    assert 'data-state="in_review"' in _bar(_live(alice_browser, finished, review="draft-0"))
    assert _bar(_live(alice_browser, finished, review="in_review-0")) == ""


@pytest.mark.parametrize("button", ["undo", "redo"])
def test_undo_and_redo_are_offered_where_there_is_something(
    button: str, finished: Transcript, alice: User, alice_browser: Client
) -> None:
    assert f"data-{button} disabled" in _page(alice_browser, finished)
    editing.change_text(finished.pk, 0, 1, "Other words.", actor=Actor(user=alice))
    if button == "redo":
        editing.undo(finished.pk, actor=Actor(user=alice))
    page = _page(alice_browser, finished)
    assert f"data-{button}" in page
    assert f"data-{button} disabled" not in page


def test_tags_stand_under_the_title(finished: Transcript, alice_browser: Client) -> None:
    finished.recording.tags.add(Tag.objects.create(name="Council <2026>"))
    assert '<li class="tag">Council &lt;2026&gt;</li>' in _page(alice_browser, finished)
