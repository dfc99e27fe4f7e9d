"""The admin as a whole: our look, open to staff only, every page loads, workers are only looked at."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.rows import in_state, recording, worker
from transcripts.models import Status

NAMES = ("apikey", "glossary", "recording", "transcript", "worker")
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", NAMES)
def test_every_list_opens_searches_and_is_in_our_look(name: str, desk: Client) -> None:
    worker(note="This is the demo model.")
    in_state(Status.DONE, recording())
    page = desk.get(reverse(f"admin:transcripts_{name}_changelist"), {"q": "meeting"}).content.decode()
    assert "css/admin.css" in page
    assert "This is the demo model." in page
    assert "WhisperHub" in page
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|\sonclick=|<style", page) == []


@pytest.mark.parametrize("name", NAMES)
def test_people_who_are_no_staff_are_sent_away(name: str, alice: User, client: Client) -> None:
    client.force_login(alice)
    answer = client.get(reverse(f"admin:transcripts_{name}_changelist"))
    assert answer["Location"].startswith(reverse("admin:login"))


def test_a_silent_worker_is_shown_as_such(desk: Client) -> None:
    worker("awake")
    worker("silent", last_seen_at=timezone.now() - timedelta(minutes=1))
    page = desk.get(reverse("admin:transcripts_worker_changelist")).content.decode()
    rows = re.findall(r'<a href="[^"]*">(awake|silent)</a>.*?alt="(True|False)"', page, re.DOTALL)
    assert dict(rows) == {"awake": "True", "silent": "False"}


def test_workers_are_neither_made_nor_changed_nor_dropped(desk: Client) -> None:
    worker("gpu-1")
    for verb, arguments in (("add", []), ("delete", ["gpu-1"])):
        assert desk.post(reverse(f"admin:transcripts_worker_{verb}", args=arguments)).status_code == 403
    assert desk.post(reverse("admin:transcripts_worker_change", args=["gpu-1"]), {"model": "x"}).status_code == 403
