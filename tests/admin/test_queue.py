"""The queue at the administrator's desk: seen as it is, put in order, and each deed in the audit trail."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.rows import BROKEN, in_state, recording, worker
from transcripts.models import AuditEntry, Priority, Status, Transcript

QUEUE, STEER = reverse("admin:queue"), reverse("admin:queue_steer")
FRAGMENT = {"HX-Request": "true"}
pytestmark = pytest.mark.django_db


def _in(status: Status, title: str, priority: Priority = Priority.NORMAL) -> Transcript:
    return in_state(status, recording(title=title), priority=priority).transcript


def _section(page: str, name: str) -> str:
    """The list under the heading of that id."""
    return page.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]


def _titles(page: str, name: str) -> list[str]:
    return re.findall(r'dir="auto">([^<]*)</a>', _section(page, name))


def _priority(row: Transcript) -> str:
    return Transcript.objects.get(pk=row.pk).priority


def test_it_lists_what_runs_what_waits_in_its_order_and_what_ended_badly(desk: Client) -> None:
    worker()
    _in(Status.RUNNING, "running.wav")
    _in(Status.QUEUED, "bulk.wav", Priority.BULK)
    _in(Status.QUEUED, "later.wav")
    _in(Status.FAILED, "broken.wav")
    done = _in(Status.DONE, "done.wav")
    Transcript.objects.filter(pk=done.pk).update(transcribed_ms=10_000)
    long_ago = _in(Status.FAILED, "last week.wav")
    Transcript.objects.filter(pk=long_ago.pk).update(finished_at=timezone.now() - timedelta(days=7))
    page = desk.get(QUEUE).content.decode()
    assert _titles(page, "in-work") == ["running.wav"]
    assert _titles(page, "waiting") == ["later.wav", "bulk.wav"]
    assert _titles(page, "badly") == ["broken.wav"]
    assert BROKEN in _section(page, "badly")
    assert "<strong>0:20</strong> of audio waiting" in page
    assert page.count("Starts now") == 2  # a slot is free for each


def test_the_page_says_that_no_worker_answers(desk: Client) -> None:
    worker("silent", last_seen_at=timezone.now() - timedelta(minutes=1))
    _in(Status.QUEUED, "waiting.wav")
    page = desk.get(QUEUE).content.decode()
    assert "No worker answers." in page
    assert "Start not known yet" in _section(page, "waiting")


def test_a_script_is_given_the_lists_alone(desk: Client) -> None:
    page = desk.get(QUEUE, headers=FRAGMENT).content.decode()
    assert page.startswith('<div id="queue"')
    assert "<html" not in page


@pytest.mark.parametrize("address", [QUEUE, reverse("admin:index")])
def test_a_page_that_was_signed_out_meanwhile_is_loaded_anew(address: str, client: Client) -> None:
    answer = client.get(address, headers=FRAGMENT, follow=True)
    assert answer["HX-Refresh"] == "true"
    assert answer.content == b""


@pytest.mark.parametrize(
    ("before", "button", "after"),
    [("bulk", "normal", "normal"), ("normal", "interactive", "interactive"), ("normal", "bulk", "bulk")],
)
def test_a_priority_is_changed_and_noted(before: Priority, button: str, after: str, desk: Client, admin: User) -> None:
    row = _in(Status.QUEUED, "talk.wav", before)
    assert f'name="{button}" value="{row.pk}"' in desk.get(QUEUE).content.decode()
    assert desk.post(STEER, {button: row.pk})["Location"] == QUEUE
    assert _priority(row) == after
    entry = AuditEntry.objects.get()
    assert (entry.user, entry.verb, entry.object_name, entry.detail) == (
        admin,
        "set priority",
        "talk.wav",
        {"priority": after},
    )


def test_cancelling_and_trying_again_are_said_and_noted(desk: Client) -> None:
    row = _in(Status.QUEUED, "talk.wav")
    said = desk.post(STEER, {"cancel": row.pk}, headers=FRAGMENT).content.decode()
    assert Transcript.objects.get().status == "cancelled"
    assert '<p class="success">“talk.wav” is cancelled.</p>' in said
    assert _titles(said, "badly") == ["talk.wav"]
    said = desk.post(STEER, {"retry": row.pk}, headers=FRAGMENT).content.decode()
    assert Transcript.objects.get().status == "queued"
    assert "“talk.wav” is queued again." in said
    assert [entry.verb for entry in AuditEntry.objects.order_by("pk")] == ["cancel", "retry"]


def test_what_moved_on_meanwhile_is_left_alone_and_said(desk: Client) -> None:
    row = _in(Status.RUNNING, "talk.wav")
    said = desk.post(STEER, {"interactive": row.pk}, headers=FRAGMENT).content.decode()
    assert "“talk.wav” is no longer where that could be done." in said
    assert _priority(row) == "normal"
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("sent", "answer"),
    [({}, 400), ({"cancel": "1 OR 1"}, 400), ({"cancel": "00000000-0000-4000-8000-000000000000"}, 404)],
)
def test_nonsense_is_refused(sent: dict[str, str], answer: int, desk: Client) -> None:
    assert desk.post(STEER, sent).status_code == answer


def test_who_may_only_look_is_offered_nothing_and_may_nothing(client: Client) -> None:
    row = _in(Status.QUEUED, "talk.wav")
    looker = User.objects.create_user("looker", is_staff=True)
    client.force_login(looker)
    assert client.get(QUEUE).status_code == 403
    looker.user_permissions.add(Permission.objects.get(codename="view_transcript"))
    assert f'value="{row.pk}"' not in client.get(QUEUE).content.decode()
    assert client.post(STEER, {"cancel": row.pk}).status_code == 403
    assert Transcript.objects.get().status == "queued"


def test_the_fragment_costs_as_many_queries_for_any_number_of_rows(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for status in [Status.QUEUED, Status.RUNNING, Status.FAILED] * 7:
        in_state(status)
    # Session, user; six of the outlook; what ended badly.
    with django_assert_max_num_queries(9):
        assert desk.get(QUEUE, headers=FRAGMENT).content.decode().count("queue-row") == 21
