"""The pages about how a text came to be, and the way back."""

from __future__ import annotations

import re
from html import unescape
from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from transcripts import editing
from transcripts.access import Actor
from transcripts.editing import Wanted
from transcripts.models import Review, Transcript
from transcripts.web import history as page_of_history

from .conftest import browser


def _page(client: Client, name: str, transcript: Transcript, *args: object, **query: str) -> str:
    return str(client.get(reverse(name, args=[transcript.pk, *args]), query).content.decode())


def _plain(page: str) -> str:
    """What a screen reader says, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def _restore(client: Client, transcript: Transcript, **fields: object) -> tuple[int, str]:
    answer = client.post(reverse("restore", args=[transcript.pk]), fields, follow=True)
    return answer.status_code, answer.content.decode()


def test_every_edit_is_told_with_who_did_what(
    finished: Transcript, alices: Actor, robin: User, alice_browser: Client
) -> None:
    editing.change_text(finished.pk, 1, 1, "Other words.", actor=alices)
    editing.split(finished.pk, 0, 1, 5, actor=Actor(user=robin))
    editing.assign_speaker(finished.pk, [(1, 2)], "Anna", actor=alices)
    editing.rename_speaker(finished.pk, "Anna", "Berta", actor=alices)
    editing.replace(finished.pk, Wanted("<words>", "x"), actor=alices)
    editing.replace(finished.pk, Wanted("words", "<b>"), actor=alices)
    editing.undo(finished.pk, actor=alices)
    editing.restore_machine(finished.pk, actor=alices)
    told = _plain(_page(alice_browser, "history", finished))
    for sentence in (
        "alice changed the text",
        "[gone: Second ] [new: Other ] words.",
        "robin split a passage",
        "alice named the speaker Anna",
        "alice renamed Anna to Berta everywhere",
        "alice replaced “words” by “<b>”",
        "alice took back edit 5",
        "alice restored the machine’s text",
    ):
        assert sentence in told, sentence


def test_the_newest_edits_come_first_and_page_by_page(
    finished: Transcript, alices: Actor, alice_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_of_history, "EDITS_PER_PAGE", 2)
    for version in range(1, 4):
        editing.change_text(finished.pk, 1, version, f"Version {version}.", actor=alices)
    first = _page(alice_browser, "history", finished)
    assert re.findall(r'id="edit-(\d+)"', first) == ["3", "2"]
    assert 'href="?before=2"' in first
    second = _page(alice_browser, "history", finished, before="2")
    assert re.findall(r'id="edit-(\d+)"', second) == ["1"]
    assert "?before" not in second


def test_of_an_edit_of_everything_a_part_is_shown(
    finished: Transcript, alices: Actor, alice_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_of_history, "SHOWN_PER_EDIT", 1)
    editing.replace(finished.pk, Wanted("words", "things"), actor=alices)
    page = _page(alice_browser, "history", finished)
    assert page.count('class="change"') == 1
    assert "and one more passage" in page


def test_queries_do_not_grow_with_the_history(
    finished: Transcript, alices: Actor, alice_browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for version in range(1, 9):
        editing.replace(finished.pk, Wanted("words", "Words" if version % 2 else "words", True), actor=alices)
        if version in (1, 8):
            _page(alice_browser, "history", finished)  # the first look of an hour is written down
            # Session, user, two for the rights; transcript, has this been noted, may it be edited, edits, two for the
            # deeds, what stands now, does the menu lead to the administration, the model's notice.
            with django_assert_num_queries(4 + 9):
                _page(alice_browser, "history", finished)


def test_an_untouched_text_says_so(finished: Transcript, alice_browser: Client) -> None:
    assert "Nobody has changed a word yet" in _page(alice_browser, "history", finished)


def test_the_machines_text_is_there_whatever_was_made_of_it(
    finished: Transcript, alices: Actor, alice_browser: Client
) -> None:
    editing.change_text(finished.pk, 0, 1, "", actor=alices)
    editing.change_text(finished.pk, 1, 1, "Other words.", actor=alices)
    machine = _page(alice_browser, "machine", finished)
    assert re.findall(r'class="change-text"[^>]*>([^<]*)<', machine) == ["First words.", "Second words."]
    assert "As large-v3-turbo heard it" in machine
    later = _page(alice_browser, "text-after", finished, 2)
    assert re.findall(r'class="change-text"[^>]*>([^<]*)<', later) == ["Other words."]
    assert "This is the text as it stands." in later


def test_a_long_old_text_comes_in_pages(
    finished: Transcript, alice_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_of_history, "SEGMENTS_PER_PAGE", 1)
    assert 'rel="next" href="?from=1"' in _page(alice_browser, "machine", finished)
    second = _page(alice_browser, "machine", finished, **{"from": "1"})
    assert "Second words." in second
    assert 'rel="prev" href="?from=0"' in second
    assert alice_browser.get(reverse("machine", args=[finished.pk]), {"from": "x"}).status_code == 400


def test_an_edit_that_never_was_has_no_page(finished: Transcript, alice_browser: Client) -> None:
    assert alice_browser.get(reverse("text-after", args=[finished.pk, 3])).status_code == HTTPStatus.NOT_FOUND


def test_one_passage_is_brought_back_from_the_history(
    finished: Transcript, alices: Actor, alice_browser: Client
) -> None:
    editing.change_text(finished.pk, 1, 1, "Other words.", actor=alices)
    form = re.findall(r'name="(index|version|to_version)" value="(\d+)"', _page(alice_browser, "history", finished))
    status, page = _restore(alice_browser, finished, **dict(form))
    assert (status, "It is restored." in page) == (HTTPStatus.OK, True)
    assert Transcript.objects.get().text == "First words. Second words."
    assert "says this already" in _restore(alice_browser, finished, index=1, version=3, to_version=1)[1]


def test_the_whole_text_is_brought_back(finished: Transcript, alices: Actor, alice_browser: Client) -> None:
    editing.change_text(finished.pk, 0, 1, "One.", actor=alices)
    editing.change_text(finished.pk, 1, 1, "Two.", actor=alices)
    _restore(alice_browser, finished, number=1)
    assert Transcript.objects.get().text == "One. Second words."


def test_who_was_overtaken_is_told(finished: Transcript, alices: Actor, alice_browser: Client) -> None:
    editing.change_text(finished.pk, 1, 1, "Two.", actor=alices)
    editing.change_text(finished.pk, 1, 2, "Three.", actor=alices)
    _, page = _restore(alice_browser, finished, index=1, version=2, to_version=1)
    assert "Somebody else has changed this passage meanwhile." in page
    assert Transcript.objects.get().text == "First words. Three."


def test_nothing_is_offered_that_would_be_refused(
    finished: Transcript, alices: Actor, reader: User, alice_browser: Client
) -> None:
    editing.change_text(finished.pk, 1, 1, "Two.", actor=alices)
    address = reverse("restore", args=[finished.pk])
    for client in (browser(reader), alice_browser):
        assert (address in _page(client, "history", finished)) is (client is alice_browser)
        assert (address in _page(client, "machine", finished)) is (client is alice_browser)
    Transcript.objects.update(review=Review.APPROVED)
    assert address not in _page(alice_browser, "history", finished)
    assert "Reopen it" in _page(alice_browser, "machine", finished)


@pytest.mark.parametrize("fields", [{}, {"number": "x"}, {"index": "1"}, {"index": "1", "version": "1"}])
def test_a_form_that_says_nothing_is_a_bad_request(
    fields: dict[str, str], finished: Transcript, alice_browser: Client
) -> None:
    assert _restore(alice_browser, finished, **fields)[0] == HTTPStatus.BAD_REQUEST
