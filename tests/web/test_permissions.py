"""Every page against everybody: nobody, somebody else, a reader, the owner, the administrator."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.rows import in_state, recording
from transcripts.models import Recording, Status, Transcript
from transcripts.web.urls import urlpatterns

from .conftest import browser

if TYPE_CHECKING:
    from django.test.client import (
        _MonkeyPatchedWSGIResponse as Answer,
    )  # the test client's answers, as the stubs name them

PUBLIC = {"login", "logout"}
FOR_EVERYBODY_SIGNED_IN = {"library": "GET", "library-live": "GET", "upload": "POST", "upload-url": "POST"}
READING = {"transcript": "GET", "transcript-live": "GET", "media": "GET", "export": "GET"}
CHANGING = {"cancel": "POST", "retry": "POST", "delete": "POST"}
OF_A_TRANSCRIPT = READING | CHANGING


def _ask(client: Client, name: str, transcript: Transcript) -> Answer:
    arguments = [] if name in FOR_EVERYBODY_SIGNED_IN else [transcript.pk, *(["txt"] if name == "export" else [])]
    method = (FOR_EVERYBODY_SIGNED_IN | OF_A_TRANSCRIPT)[name]
    answer = client.generic(method, reverse(name, args=arguments))
    if answer.streaming:
        list(answer)  # read to the end, which closes the file
    return answer


def test_this_file_knows_every_route() -> None:
    assert {pattern.name for pattern in urlpatterns} == PUBLIC | FOR_EVERYBODY_SIGNED_IN.keys() | OF_A_TRANSCRIPT.keys()


@pytest.mark.parametrize("name", sorted(FOR_EVERYBODY_SIGNED_IN | OF_A_TRANSCRIPT))
def test_nobody_is_sent_to_the_login_page(name: str, finished: Transcript) -> None:
    answer = _ask(Client(), name, finished)
    assert answer.status_code == HTTPStatus.FOUND
    assert answer["Location"].startswith(f"{reverse('login')}?next=/")


@pytest.mark.parametrize("name", sorted(OF_A_TRANSCRIPT))
def test_somebody_else_finds_nothing(name: str, finished: Transcript, mallory_browser: Client) -> None:
    assert _ask(mallory_browser, name, finished).status_code == HTTPStatus.NOT_FOUND
    assert Recording.objects.count() == 1


@pytest.mark.parametrize("name", sorted(OF_A_TRANSCRIPT))
def test_a_reader_reads_and_changes_nothing(name: str, finished: Transcript, reader: User) -> None:
    expected = HTTPStatus.OK if name in READING else HTTPStatus.FORBIDDEN
    assert _ask(browser(reader), name, finished).status_code == expected
    assert Recording.objects.count() == 1


@pytest.mark.parametrize("name", sorted(OF_A_TRANSCRIPT))
@pytest.mark.parametrize("who", ["alice", "admin"])
def test_the_owner_and_the_administrator_may_everything(
    name: str, who: str, finished: Transcript, request: pytest.FixtureRequest
) -> None:
    answer = _ask(browser(request.getfixturevalue(who)), name, finished)
    assert answer.status_code == (HTTPStatus.OK if name in READING else HTTPStatus.FOUND)


def test_the_library_shows_what_its_reader_may_see(alice: User, mallory: User, reader: User, admin: User) -> None:
    for owner, title in ((alice, "hers.wav"), (mallory, "his.wav"), (None, "a machine's.wav")):
        in_state(Status.DONE, recording(owner=owner, title=title))
    seen = {user.username: _titles(browser(user)) for user in (alice, mallory, reader, admin)}
    everything = {"hers.wav", "his.wav", "a machine's.wav"}
    assert seen == {"alice": {"hers.wav"}, "mallory": {"his.wav"}, "reader": everything, "root": everything}


def test_the_live_list_tells_nobody_of_others_recordings(uploaded: Transcript, mallory_browser: Client) -> None:
    page = mallory_browser.get(reverse("library-live"), {"newest": "", "open": str(uploaded.pk)}).content.decode()
    assert "en-short-1" not in page
    assert f'id="row-{uploaded.pk}" hx-swap-oob="delete"' in page


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
