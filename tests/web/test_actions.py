"""Cancel, retry, delete."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.rows import in_state, recording
from transcripts.models import Recording, Status, Transcript

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


@pytest.mark.django_db(transaction=True)
def test_deleting_takes_rows_and_file(finished: Transcript, alice_browser: Client, settings: Settings) -> None:
    answer = alice_browser.post(reverse("delete", args=[finished.pk]), follow=True)
    assert "“en-short-1.flac” is deleted." in answer.content.decode()
    assert not Recording.objects.exists()
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []


def test_a_forged_form_of_another_site_is_refused(uploaded: Transcript, alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    for verb in ("cancel", "retry", "delete"):
        assert strict.post(reverse(verb, args=[uploaded.pk])).status_code == HTTPStatus.FORBIDDEN
    assert Transcript.objects.get().status == Status.QUEUED
