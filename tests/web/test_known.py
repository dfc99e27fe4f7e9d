"""Whether a file is here already, as the page asks while it sends it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.rows import in_state, recording
from transcripts import removal
from transcripts.access import Actor
from transcripts.models import Recording, Status

pytestmark = pytest.mark.django_db
DIGEST = "ab" * 32


def _ask(client: Client, digest: str = DIGEST) -> tuple[int, Any]:
    answer = client.get(reverse("known"), {"sha256": digest})
    return answer.status_code, answer.json()


@pytest.fixture
def alices_file(alice_browser: Client) -> Recording:
    """Of Alice's, with one transcript of it."""
    of = recording(owner_id=int(alice_browser.session["_auth_user_id"]), sha256=DIGEST, title="Council")
    return in_state(Status.DONE, of=of).transcript.recording


def test_a_file_that_is_here_is_told_with_its_page(alice_browser: Client, alices_file: Recording) -> None:
    url = reverse("transcript", args=[alices_file.transcripts.get().pk])
    assert _ask(alice_browser) == (200, {"recordings": [{"title": "Council", "url": url}]})


def test_of_several_runs_the_newest_is_told(alice_browser: Client, alices_file: Recording) -> None:
    newest = in_state(Status.DONE, of=alices_file).transcript
    _, told = _ask(alice_browser)
    assert [entry["url"] for entry in told["recordings"]] == [reverse("transcript", args=[newest.pk])]


def test_another_file_is_not_known(alice_browser: Client, alices_file: Recording) -> None:
    assert _ask(alice_browser, "cd" * 32) == (200, {"recordings": []})


def test_nobody_learns_what_others_have(mallory_browser: Client, alices_file: Recording) -> None:
    assert _ask(mallory_browser) == (200, {"recordings": []})


def test_what_lies_in_the_bin_is_not_here(alice_browser: Client, alices_file: Recording, alices: Actor) -> None:
    removal.discard(alices_file, alices)
    assert _ask(alice_browser) == (200, {"recordings": []})


@pytest.mark.parametrize("digest", ["", "ab", "AB" * 32, "zz" * 32, "ab" * 33, "'; --" + "a" * 59])
def test_what_is_no_digest_is_refused(alice_browser: Client, digest: str) -> None:
    status, told = _ask(alice_browser, digest)
    assert (status, told["detail"]) == (400, "sha256 must have 64 digits of a hexadecimal number.")
