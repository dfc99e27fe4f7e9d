"""One thing done to several recordings: to those that the person may change, and to no other."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.rows import in_state, recording
from transcripts import removal, tags
from transcripts.access import Actor
from transcripts.models import AuditEntry, Recording, Status, Transcript
from transcripts.web.bulk import MOST

from .conftest import browser

SCRIPT = {"Accept": "application/json"}


def _made(owner: User, status: Status = Status.DONE, title: str = "talk.wav") -> Recording:
    return in_state(status, recording(owner=owner, title=title)).transcript.recording


def _do(client: Client, verb: str, *rows: Recording, **fields: str) -> tuple[int, dict[str, Any]]:
    """As the page's script does it."""
    sent = {"recording": [str(row.pk) for row in rows], **fields}
    answer = client.post(reverse(f"bulk-{verb}"), sent, headers=SCRIPT)
    return answer.status_code, answer.json()


def _tags_of(row: Recording) -> list[str]:
    return [tag.name for tag in Recording.objects.get(pk=row.pk).tags.all()]


def test_several_are_tagged_and_untagged(alice: User, alice_browser: Client) -> None:
    one, two = _made(alice), _made(alice)
    assert _do(alice_browser, "tag", one, two, tags="Board, press")[1]["detail"] == "The tags of 2 recordings are set."
    assert (_tags_of(one), _tags_of(two)) == (["Board", "press"], ["Board", "press"])
    _do(alice_browser, "untag", two, tags="board")
    assert (_tags_of(one), _tags_of(two)) == (["Board", "press"], ["press"])


@pytest.mark.parametrize("text", ["", " , ", "x" * 51, ",".join(str(number) for number in range(21))])
def test_tags_that_cannot_be_kept_are_refused_in_words(text: str, alice: User, alice_browser: Client) -> None:
    row = _made(alice)
    status, answer = _do(alice_browser, "tag", row, tags=text)
    assert status == HTTPStatus.BAD_REQUEST
    assert "tag" in answer["detail"]
    assert _tags_of(row) == []


def test_each_verb_changes_what_it_can_and_says_what_it_left(alice: User, alice_browser: Client) -> None:
    rows = {status: _made(alice, status) for status in Status}
    _, retried = _do(alice_browser, "retry", *rows.values())
    assert retried["detail"] == "2 recordings are queued again. 3 were left as they are."
    _, cancelled = _do(alice_browser, "cancel", *rows.values())
    assert cancelled["detail"] == "4 recordings are cancelled. 1 was left as it is."
    assert set(Transcript.objects.exclude(recording=rows[Status.DONE]).values_list("status", flat=True)) == {
        "cancelled"
    }


def test_deleting_offers_the_way_back(alice: User, alice_browser: Client) -> None:
    one, two, kept = _made(alice), _made(alice), _made(alice)
    _, answer = _do(alice_browser, "delete", one, two)
    assert answer["detail"] == "2 recordings are in the bin."
    assert set(Recording.objects.kept()) == {kept}
    sent = {"recording": answer["undo"]}
    assert alice_browser.post(reverse("bulk-restore"), sent, headers=SCRIPT).json()["undo"] == []
    assert Recording.objects.kept().count() == 3


def test_without_scripts_the_next_page_says_what_happened_and_offers_the_way_back_once(
    alice: User, alice_browser: Client
) -> None:
    row = _made(alice)
    sent = {"recording": [str(row.pk)], "next": "/?sort=title"}
    answer = alice_browser.post(reverse("bulk-delete"), sent, follow=True)
    assert answer.redirect_chain == [("/?sort=title", HTTPStatus.FOUND)]
    page = answer.content.decode().split('<template id="snack-template"')[0]
    assert "1 recording is in the bin." in page
    assert f'<input type="hidden" name="recording" value="{row.pk}">' in page
    assert "is in the bin" not in alice_browser.get("/").content.decode()
    page = alice_browser.post(reverse("bulk-restore"), sent, follow=True).content.decode()
    assert "1 recording is restored." in page


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_sent_to_another_site(elsewhere: str, alice: User, alice_browser: Client) -> None:
    sent = {"recording": [str(_made(alice).pk)], "tags": "board", "next": elsewhere}
    assert alice_browser.post(reverse("bulk-tag"), sent)["Location"] == "/"


@pytest.mark.parametrize("verb", ["tag", "untag", "retry", "cancel", "delete", "restore", "erase"])
def test_what_is_somebody_elses_stays_as_it_is(verb: str, alice: User, mallory_browser: Client) -> None:
    rows = [_made(alice, status) for status in Status]
    binned = _made(alice)
    tags.add(rows, ["hers"], Actor(user=alice))
    removal.discard(binned, Actor(user=alice))
    before = _everything()
    _, answer = _do(mallory_browser, verb, *rows, binned, tags="his", sure="yes")
    assert answer["detail"].endswith(" 6 were left as they are.")
    assert answer["undo"] == []
    assert _everything() == before


def _everything() -> list[Any]:
    rows = list(Recording.objects.order_by("pk").values()), list(Transcript.objects.order_by("pk").values())
    return [*rows, AuditEntry.objects.count(), list(Recording.tags.through.objects.values_list())]


@pytest.mark.parametrize("verb", ["retry", "cancel", "delete"])
def test_a_reviewer_tags_and_manages_nothing(verb: str, alice: User, robin: User) -> None:
    rows = [_made(alice, status) for status in Status]
    assert _do(browser(robin), "tag", *rows, tags="board")[1]["detail"] == "The tags of 5 recordings are set."
    before = _everything()
    _do(browser(robin), verb, *rows)
    assert _everything() == before


@pytest.mark.parametrize("sent", [[], ["1"], ["x" * 40], [str(uuid4())] * (MOST + 1)])
@pytest.mark.parametrize("verb", ["tag", "delete", "export", "erase"])
def test_a_choice_that_is_none_is_a_bad_request(verb: str, sent: list[str], alice_browser: Client) -> None:
    fields = {"recording": sent, "tags": "x", "format": "txt"}
    assert alice_browser.post(reverse(f"bulk-{verb}"), fields).status_code == HTTPStatus.BAD_REQUEST


def test_a_forged_form_of_another_site_is_refused(alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    row = _made(alice)
    for verb in ("tag", "untag", "retry", "cancel", "export", "delete", "restore", "erase"):
        sent = {"recording": [str(row.pk)], "tags": "x", "format": "txt"}
        assert strict.post(reverse(f"bulk-{verb}"), sent).status_code == HTTPStatus.FORBIDDEN
    assert Recording.objects.kept().exists()
