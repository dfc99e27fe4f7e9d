"""Rows of the library are kept as HTML: they are made once, and are always those that would be made now."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.rows import in_state, recording
from transcripts import lifecycle, review, tags
from transcripts.access import Actor
from transcripts.models import Recording, Review, Status, Transcript
from transcripts.templatetags import rows

from .conftest import browser

ROW = "web/parts/row.html"
Change = Callable[[Transcript, Actor], object]


def _of(client: Client, **asked: str) -> tuple[str, int]:
    """The list, and how many of its rows were made for it."""
    answer = client.get(reverse("library"), asked, headers={"HX-Request": "true"})
    listed = answer.content.decode().partition('id="recordings"')[2].partition('id="library-poll"')[0]
    return listed, sum(template.name == ROW for template in answer.templates)


def _fresh(client: Client, **asked: str) -> str:
    cache.clear()
    return _of(client, **asked)[0]


def test_a_row_is_made_once_for_every_answer(alice: User, alice_browser: Client) -> None:
    for _ in range(3):
        in_state(Status.DONE, recording(owner=alice))
    first, made = _of(alice_browser)
    assert made == 3
    assert _of(alice_browser) == (first, 0)


@pytest.mark.parametrize(("status", "made"), [(Status.QUEUED, [1, 0]), (Status.RUNNING, [1, 1])])
def test_a_row_that_is_running_is_made_anew_when_its_time_left_is_old(
    status: Status, made: list[int], alice: User, alice_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "RUNNING_SECONDS", 0)
    in_state(status, recording(owner=alice))
    assert [_of(alice_browser)[1] for _ in range(2)] == made


def test_a_row_for_its_place_in_an_open_page_is_not_one_of_a_new_list(alice: User, alice_browser: Client) -> None:
    row = in_state(Status.DONE, recording(owner=alice)).transcript
    assert "hx-swap-oob" not in _of(alice_browser)[0]
    old = f"{row.recording_id.hex}c00000000"  # a version that it never had
    live = alice_browser.get(reverse("library-live"), {"shown": old}).content.decode()
    assert f'id="row-{row.recording_id.hex}" hx-swap-oob="true"' in live
    assert "hx-swap-oob" not in _of(alice_browser)[0]


def _rename_the_owner(_row: Transcript, _actor: Actor) -> None:
    User.objects.filter(username="alice").update(first_name="Alice", last_name="Munro")


@pytest.mark.parametrize(
    "change",
    [
        lambda row, _: Recording.objects.filter(pk=row.recording_id).update(title="Second reading.wav"),
        lambda row, actor: tags.add([row.recording], ["council"], actor),
        lambda row, actor: tags.remove([row.recording], ["archive"], actor),
        lambda row, actor: review.set_state(row.pk, Review.IN_REVIEW, actor=actor),
        lambda row, _: lifecycle.submit(row.recording),
        _rename_the_owner,
    ],
    ids=["title", "tag on", "tag off", "in review", "transcribed again", "owner's name"],
)
def test_what_is_kept_is_what_would_be_made_now(change: Change, alice: User, alice_browser: Client) -> None:
    row = in_state(Status.DONE, recording(owner=alice, title="First reading.wav")).transcript
    tags.add([row.recording], ["archive"], Actor(user=alice))
    before = _of(alice_browser)[0]
    change(row, Actor(user=alice))
    after = _of(alice_browser)[0]
    assert after != before
    assert after == _fresh(alice_browser)


def test_what_is_kept_for_one_reader_is_not_shown_to_another(alice: User, robin: User, alice_browser: Client) -> None:
    in_state(Status.DONE, recording(owner=alice))
    theirs = browser(robin)
    seen = [_of(client)[0] for client in (alice_browser, theirs)]
    assert seen == [_fresh(client) for client in (alice_browser, theirs)]
    assert "data-manage" in seen[0]
    assert "data-manage" not in seen[1]


def test_what_is_kept_in_one_language_is_not_shown_in_another(alice: User, alice_browser: Client) -> None:
    in_state(Status.DONE, recording(owner=alice))
    assert "Done" in _of(alice_browser)[0]
    alice_browser.cookies["django_language"] = "de"
    german = _of(alice_browser)[0]
    assert "Done" not in german
    assert german == _fresh(alice_browser)


def test_the_tags_of_a_kept_row_lead_to_the_list_that_is_shown(alice: User, alice_browser: Client) -> None:
    row = in_state(Status.DONE, recording(owner=alice)).transcript
    tags.add([row.recording], ["archive"], Actor(user=alice))
    assert "?tag=archive" in _of(alice_browser)[0]
    assert "?status=done&amp;tag=archive" in _of(alice_browser, status="done")[0]
