"""What each person is shown, and what is kept from them. Which address opens to whom is in `tests/rules.py`."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.rows import in_state, recording
from transcripts.models import Status, Transcript

from .conftest import browser


@pytest.mark.parametrize("who", ["robin", "reader"])
def test_who_may_not_send_is_offered_no_way_to(who: str, request: pytest.FixtureRequest) -> None:
    page = browser(request.getfixturevalue(who)).get(reverse("library")).content.decode()
    assert f'action="{reverse("upload")}"' not in page
    assert "js/upload.js" not in page


def test_a_script_that_may_not_send_is_told_why(robin: User) -> None:
    answer = browser(robin).post(reverse("upload"), headers={"Accept": "application/json"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "ask your administrator" in answer.json()["detail"].lower()


def test_the_library_shows_what_its_reader_may_see(alice: User, mallory: User, reader: User, admin: User) -> None:
    for owner, title in ((alice, "hers.wav"), (mallory, "his.wav"), (None, "a machine's.wav")):
        in_state(Status.DONE, recording(owner=owner, title=title))
    seen = {user.username: _titles(browser(user)) for user in (alice, mallory, reader, admin)}
    everything = {"hers.wav", "his.wav", "a machine's.wav"}
    assert seen == {"alice": {"hers.wav"}, "mallory": {"his.wav"}, "reader": everything, "root": everything}


def test_the_live_list_tells_nobody_of_others_recordings(uploaded: Transcript, mallory_browser: Client) -> None:
    shown = f"{uploaded.recording_id.hex}o00000000"
    page = mallory_browser.get(reverse("library-live"), {"shown": shown}).content.decode()
    assert "en-short-1" not in page
    assert f'id="row-{uploaded.recording_id.hex}" hx-swap-oob="delete"' in page


def test_a_reader_is_offered_no_button_that_would_be_refused(finished: Transcript, reader: User) -> None:
    page = browser(reader).get(reverse("transcript", args=[finished.pk])).content.decode()
    assert reverse("delete", args=[finished.pk]) not in page
    assert reverse("export", args=[finished.pk, "srt"]) in page


def test_a_fragment_asked_for_after_signing_out_reloads_the_page(uploaded: Transcript) -> None:
    answer = Client().get(reverse("transcript-live", args=[uploaded.pk]), headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"
    assert b"en-short-1" not in answer.content


def test_an_uploading_script_is_told_that_it_is_signed_out() -> None:
    answer = Client().post(reverse("upload"), headers={"Accept": "application/json"})
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert answer.json() == {"detail": "You are signed out. Sign in and try again."}


def _titles(client: Client) -> set[str]:
    return {row.recording.title for row in client.get(reverse("library")).context["page"].rows}
