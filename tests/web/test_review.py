"""Review, assignee and comments, as the transcript page's script asks for them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.conftest import person
from transcripts import editing, lifecycle
from transcripts.access import Actor
from transcripts.documents import document
from transcripts.groups import REVIEWER
from transcripts.models import AuditEntry, Comment, Transcript

from .conftest import browser, sent


def _review(client: Client, transcript: Transcript, state: Any, **more: Any) -> tuple[int, Any]:
    return sent(client, "post", reverse("review", args=[transcript.pk]), {"state": state, **more})


def _assign(client: Client, transcript: Transcript, name: str | None) -> tuple[int, Any]:
    return sent(client, "post", reverse("assign", args=[transcript.pk]), {"username": name})


def _comment(client: Client, transcript: Transcript, **fields: Any) -> Any:
    status, answer = sent(client, "post", reverse("comments", args=[transcript.pk]), fields)
    assert status == HTTPStatus.CREATED, answer
    return answer


def _comments(client: Client, transcript: Transcript) -> list[Any]:
    return list(sent(client, "get", reverse("comments", args=[transcript.pk]))[1]["comments"])


def test_a_text_is_reviewed_approved_and_reopened(
    finished: Transcript, alices: Actor, alice_browser: Client, robin: User
) -> None:
    robins = browser(robin)
    status, answer = _review(alice_browser, finished, "in_review")
    assert (status, answer["review"], answer["revision"]) == (HTTPStatus.OK, "in_review", finished.revision + 1)
    status, answer = _review(robins, finished, "approved", edit_count=0)
    assert (status, answer["review"], answer["reviewed_by"]) == (HTTPStatus.OK, "approved", "robin")
    approved = Transcript.objects.get()
    assert document(approved).provenance.reviewer == "robin"
    with pytest.raises(editing.Locked):
        editing.change_text(finished.pk, 0, 1, "x", actor=alices)
    status, answer = _review(robins, finished, "in_review")
    assert (status, answer["reviewed_by"], answer["reviewed_at"]) == (HTTPStatus.OK, None, None)
    editing.change_text(finished.pk, 0, 1, "x", actor=alices)
    provenance = document(Transcript.objects.get()).provenance
    assert (provenance.edit_revision, provenance.reviewer) == (1, "")
    assert _review(alice_browser, finished, "draft")[0] == HTTPStatus.OK
    assert list(AuditEntry.objects.order_by("pk").values_list("who", "verb")) == [
        ("robin", "approve"),
        ("robin", "reopen"),
    ]


def test_who_sent_a_recording_may_not_approve_it(finished: Transcript, alice_browser: Client, robin: User) -> None:
    _review(alice_browser, finished, "in_review")
    assert _review(alice_browser, finished, "approved") == (403, {"detail": "You may not approve or reopen a text."})
    _review(browser(robin), finished, "approved")
    assert _review(alice_browser, finished, "in_review")[0] == HTTPStatus.FORBIDDEN
    assert Transcript.objects.get().review == "approved"


def test_nobody_approves_what_was_changed_since_they_read_it(finished: Transcript, alices: Actor, robin: User) -> None:
    robins = browser(robin)
    _review(robins, finished, "in_review")
    editing.change_text(finished.pk, 0, 1, "x", actor=alices)
    status, answer = _review(robins, finished, "approved", edit_count=0)
    assert (status, answer["detail"]) == (409, "The text has been changed since you read it.")
    assert _review(robins, finished, "approved", edit_count=1)[0] == HTTPStatus.OK


def test_there_is_no_way_past_the_review(finished: Transcript, robin: User) -> None:
    robins = browser(robin)
    assert _review(robins, finished, "approved")[0] == HTTPStatus.CONFLICT
    _review(robins, finished, "in_review")
    _review(robins, finished, "approved")
    assert _review(robins, finished, "draft")[0] == HTTPStatus.CONFLICT
    assert _review(robins, finished, "approved")[0] == HTTPStatus.OK  # where it stands already


@pytest.mark.parametrize("state", ["", "done", None, 1])
def test_a_state_that_is_none_is_refused(state: Any, finished: Transcript, alice_browser: Client) -> None:
    assert _review(alice_browser, finished, state)[0] == HTTPStatus.BAD_REQUEST


def test_what_is_not_finished_is_not_reviewed(uploaded: Transcript, alice_browser: Client) -> None:
    assert _review(alice_browser, uploaded, "in_review")[0] == HTTPStatus.CONFLICT


def test_a_text_is_assigned_to_whoever_may_see_it(
    finished: Transcript, alice_browser: Client, robin: User, mallory: User
) -> None:
    assert _assign(alice_browser, finished, "robin")[1]["assignee"] == "robin"
    assert AuditEntry.objects.get(verb="assign").detail == {"to": "robin"}
    refused = _assign(alice_browser, finished, "mallory")
    assert refused == _assign(alice_browser, finished, "nobody at all")  # who has an account is not told
    assert refused[0] == HTTPStatus.BAD_REQUEST
    assert _assign(alice_browser, finished, None)[1]["assignee"] is None
    robin.is_active = False
    robin.save()
    assert _assign(alice_browser, finished, "robin")[0] == HTTPStatus.BAD_REQUEST


def test_comments_stand_at_their_passages_in_order(finished: Transcript, alice_browser: Client, robin: User) -> None:
    _comment(browser(robin), finished, index=1, text=" Is this\r\nright?\x00 ")
    _comment(alice_browser, finished, index=0, text="Yes.")
    mine, robins = _comments(alice_browser, finished)
    assert (mine["text"], mine["author"], mine["mine"], mine["start_ms"]) == ("Yes.", "alice", True, 0)
    assert (robins["text"], robins["author"], robins["mine"], robins["start_ms"]) == (
        "Is this\nright?",
        "robin",
        False,
        1000,
    )
    assert robins["resolved_at"] is robins["resolved_by"] is None


def test_a_comment_is_settled_and_opened_again_by_anybody_who_corrects(
    finished: Transcript, alice_browser: Client, robin: User
) -> None:
    comment = _comment(browser(robin), finished, index=1, text="?")
    address = reverse("comment", args=[finished.pk, comment["id"]])
    settled = sent(alice_browser, "patch", address, {"resolved": True})[1]
    assert (settled["resolved_by"], bool(settled["resolved_at"])) == ("alice", True)
    assert sent(alice_browser, "patch", address, {"resolved": True})[1]["resolved_at"] == settled["resolved_at"]
    assert sent(alice_browser, "patch", address, {"resolved": False})[1]["resolved_at"] is None


def test_only_its_author_changes_or_deletes_a_comment(finished: Transcript, alice_browser: Client, robin: User) -> None:
    robins = browser(robin)
    comment = _comment(robins, finished, index=1, text="?")
    address = reverse("comment", args=[finished.pk, comment["id"]])
    assert sent(alice_browser, "patch", address, {"text": "!"})[0] == HTTPStatus.FORBIDDEN
    assert sent(alice_browser, "delete", address)[0] == HTTPStatus.FORBIDDEN
    changed = sent(robins, "patch", address, {"text": "Really?"})[1]
    assert (changed["text"], bool(changed["edited_at"])) == ("Really?", True)
    assert sent(robins, "delete", address) == (HTTPStatus.NO_CONTENT, None)
    assert Comment.objects.count() == 0


def test_who_manages_the_hub_takes_away_any_comment(
    finished: Transcript, alice_browser: Client, admin_browser: Client
) -> None:
    comment = _comment(alice_browser, finished, index=1, text="?")
    assert sent(admin_browser, "delete", reverse("comment", args=[finished.pk, comment["id"]]))[0] == 204


def test_a_comment_outlives_its_segment_and_its_author(
    finished: Transcript, alices: Actor, alice_browser: Client
) -> None:
    gone = person("gone", REVIEWER)
    _comment(browser(gone), finished, index=1, text="?")
    gone.delete()
    editing.merge(finished.pk, 0, 1, 1, 1, actor=alices)
    (comment,) = _comments(alice_browser, finished)
    assert (comment["start_ms"], comment["author"], comment["mine"]) == (1000, "Somebody who is gone", False)


def test_an_approved_text_can_still_be_commented_on(finished: Transcript, alice_browser: Client, robin: User) -> None:
    _review(browser(robin), finished, "in_review")
    _review(browser(robin), finished, "approved")
    _comment(alice_browser, finished, index=0, text="Please reopen it.")


@pytest.mark.parametrize(
    "body",
    [
        {"index": 0, "text": " "},
        {"index": 0, "text": "x" * 5001},
        {"index": 0, "text": "\ud800"},
        {"index": 0},
        {"index": 9, "text": "x"},
        {"text": "x"},
    ],
    ids=str,
)
def test_a_comment_that_is_none_is_refused(body: Any, finished: Transcript, alice_browser: Client) -> None:
    assert sent(alice_browser, "post", reverse("comments", args=[finished.pk]), body)[0] == HTTPStatus.BAD_REQUEST
    assert Comment.objects.count() == 0


def test_a_comment_is_reached_through_its_own_transcript_only(
    finished: Transcript, alice_browser: Client, mallory: User, mallory_browser: Client
) -> None:
    comment = _comment(alice_browser, finished, index=0, text="?")
    assert sent(mallory_browser, "get", reverse("comments", args=[finished.pk]))[0] == HTTPStatus.NOT_FOUND
    assert sent(mallory_browser, "delete", reverse("comment", args=[finished.pk, comment["id"]]))[0] == 404
    other = lifecycle.submit(finished.recording)
    assert sent(alice_browser, "delete", reverse("comment", args=[other.pk, comment["id"]]))[0] == 404


def test_a_reader_reads_comments_and_writes_none(finished: Transcript, reader: User) -> None:
    assert _comments(browser(reader), finished) == []
    status, _ = sent(browser(reader), "post", reverse("comments", args=[finished.pk]), {"index": 0, "text": "x"})
    assert status == HTTPStatus.FORBIDDEN


def test_each_change_wakes_who_watches(finished: Transcript, alice_browser: Client) -> None:
    revisions = [finished.revision]
    comment = _comment(alice_browser, finished, index=0, text="?")
    revisions.append(Transcript.objects.get().revision)
    sent(alice_browser, "patch", reverse("comment", args=[finished.pk, comment["id"]]), {"resolved": True})
    revisions.append(Transcript.objects.get().revision)
    _assign(alice_browser, finished, "alice")
    revisions.append(Transcript.objects.get().revision)
    assert revisions == list(range(finished.revision, finished.revision + 4))
