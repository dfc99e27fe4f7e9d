"""The audit trail in the admin: found, filtered, exported as it is filtered, and shut to every change."""

from __future__ import annotations

import csv
import io

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.rows import recording
from transcripts import audit
from transcripts.access import Actor
from transcripts.models import AuditEntry

pytestmark = pytest.mark.django_db
LIST = reverse("admin:transcripts_auditentry_changelist")
EXPORT = reverse("admin:transcripts_auditentry_export")


@pytest.fixture
def trail(alice: User, mallory: User) -> None:
    """Alice exported, Mallory deleted something with a title that a spreadsheet would run."""
    audit.record(Actor(user=alice), "export", recording(title="meeting.wav"), format="docx")
    audit.record(Actor(user=mallory), "delete", recording(title="=HYPERLINK(1)"))


def _csv(desk: Client, **query: str) -> list[dict[str, str]]:
    answer = desk.get(EXPORT, query)
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode())))


def test_the_file_holds_what_the_list_was_filtered_to(trail: None, desk: Client) -> None:
    (row,) = _csv(desk, verb="export")
    assert (row["who"], row["verb"], row["object_name"]) == ("alice", "export", "meeting.wav")
    assert row["detail"] == '{"format": "docx"}'
    assert [row["who"] for row in _csv(desk, q="mallory")] == ["mallory"]
    assert "?verb=export" in desk.get(LIST, {"verb": "export"}).content.decode()


def test_the_file_runs_nothing_in_a_spreadsheet(trail: None, desk: Client) -> None:
    assert [row["object_name"] for row in _csv(desk, verb="delete")] == ["'=HYPERLINK(1)"]


def test_taking_the_trail_along_is_in_the_trail(trail: None, desk: Client) -> None:
    _csv(desk, verb="export")
    entry = AuditEntry.objects.get(verb="export audit trail")
    assert (entry.who, entry.detail) == ("root", {"filters": {"verb": "export"}})


def test_no_entry_is_made_changed_or_dropped_by_hand(trail: None, desk: Client) -> None:
    entry = AuditEntry.objects.get(verb="delete")
    for page in ("change", "delete"):
        address = reverse(f"admin:transcripts_auditentry_{page}", args=[entry.pk])
        assert desk.post(address, {"who": "nobody", "post": "yes"}).status_code == 403
    desk.post(LIST, {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"})
    assert AuditEntry.objects.get(verb="delete").who == "mallory"
