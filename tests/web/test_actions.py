"""Cancel, retry, rename, delete."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.rows import in_state, recording
from transcripts.models import AuditEntry, Recording, Status, Transcript

from .conftest import browser

AFTER = {"cancel": {Status.QUEUED: Status.CANCELLED, Status.RUNNING: Status.CANCELLED}}
AFTER["retry"] = {Status.FAILED: Status.QUEUED, Status.CANCELLED: Status.QUEUED}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("verb", ["cancel", "retry"])
def test_a_verb_changes_what_it_may_and_says_when_it_cannot(
    verb: str, status: Status, alice: User, alice_browser: Client
) -> None:
    transcript = in_state(status, recording(owner=alice)).transcript
    answer = alice_browser.post(reverse(verb, args=[transcript.pk]), follow=True)
    assert answer.redirect_chain == [(reverse("transcript", args=[transcript.pk]), HTTPStatus.FOUND)]
    assert Transcript.objects.get().status == AFTER[verb].get(status, status)
    assert ('class="message info"' in answer.content.decode()) == (status not in AFTER[verb])


@pytest.mark.parametrize("verb", ["cancel", "retry"])
def test_following_a_link_changes_nothing(verb: str, uploaded: Transcript, alice_browser: Client) -> None:
    assert alice_browser.get(reverse(verb, args=[uploaded.pk])).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_deleting_asks_first(uploaded: Transcript, alice_browser: Client) -> None:
    page = alice_browser.get(reverse("delete", args=[uploaded.pk])).content.decode()
    assert "Delete this recording?" in page
    assert "en-short-1.flac" in page
    assert Recording.objects.count() == 1


def test_deleting_puts_it_into_the_bin(finished: Transcript, alice_browser: Client) -> None:
    answer = alice_browser.post(reverse("delete", args=[finished.pk]), follow=True)
    assert "“en-short-1.flac” is in the bin." in answer.content.decode()
    assert answer.context["page"].rows == []
    assert Recording.objects.deleted().count() == 1
    assert alice_browser.get(reverse("transcript", args=[finished.pk])).status_code == HTTPStatus.NOT_FOUND


def _rename(client: Client, transcript: Transcript, title: object) -> tuple[int, dict[str, str]]:
    address = reverse("rename", args=[transcript.pk])
    script = {"Accept": "application/json"}
    answer = client.post(address, {"title": title}, content_type="application/json", headers=script)
    return answer.status_code, answer.json()


def test_a_script_renames_and_is_told_the_title_as_it_is_kept(uploaded: Transcript, alice_browser: Client) -> None:
    assert _rename(alice_browser, uploaded, "  Board,\nMay\x00 2026 ") == (200, {"title": "Board, May 2026"})
    assert Recording.objects.get().title == "Board, May 2026"
    entry = AuditEntry.objects.get(verb="rename")
    assert (entry.who, entry.object_name, entry.detail) == ("alice", "Board, May 2026", {"before": "en-short-1.flac"})


@pytest.mark.parametrize("title", ["", " \n", "x" * 501, None, 7, ["x"]])
def test_a_title_that_cannot_be_kept_changes_nothing(
    title: object, uploaded: Transcript, alice_browser: Client
) -> None:
    status, answer = _rename(alice_browser, uploaded, title)
    assert status == HTTPStatus.BAD_REQUEST
    assert "title" in answer["detail"]
    assert Recording.objects.get().title == "en-short-1.flac"


def test_a_plain_form_renames_and_comes_back(uploaded: Transcript, alice_browser: Client) -> None:
    answer = alice_browser.post(reverse("rename", args=[uploaded.pk]), {"title": "مقابلة"}, follow=True)
    assert answer.redirect_chain == [(reverse("transcript", args=[uploaded.pk]), HTTPStatus.FOUND)]
    assert Recording.objects.get().title == "مقابلة"


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000])
def test_a_title_in_no_json_is_a_bad_request(body: bytes, uploaded: Transcript, alice_browser: Client) -> None:
    answer = alice_browser.post(reverse("rename", args=[uploaded.pk]), body, content_type="application/json")
    assert answer.status_code == HTTPStatus.BAD_REQUEST


def test_a_reviewer_renames_what_is_not_theirs(uploaded: Transcript, robin: User) -> None:
    assert _rename(browser(robin), uploaded, "Better") == (200, {"title": "Better"})


def test_a_forged_form_of_another_site_is_refused(uploaded: Transcript, alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    for verb in ("cancel", "retry", "delete"):
        assert strict.post(reverse(verb, args=[uploaded.pk])).status_code == HTTPStatus.FORBIDDEN
    assert Transcript.objects.get().status == Status.QUEUED
