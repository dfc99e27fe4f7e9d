"""Data of the first migration goes through all of them and is what it was. There is no earlier release yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.backing import backing
from tests.e2e.stack import Stack

pytestmark = pytest.mark.e2e

FILL = """
from uuid import uuid4
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.timezone import now

apps = MigrationExecutor(connection).loader.project_state([("transcripts", "0001_initial")]).apps
model = lambda name: apps.get_model("transcripts", name)
alice = apps.get_model("auth", "User").objects.create(username="alice", password="!")
key = model("ApiKey").objects.create(name="Werify", prefix="wh_abc", hash="0" * 64, scopes=["transcribe"])
file = {"size_bytes": 3, "sha256": "a" * 64, "container": "wav"}
hers = model("Recording").objects.create(title="Ratssitzung Äöü.wav", file="recordings/aa/1", owner=alice, **file)
its = model("Recording").objects.create(title="its.wav", file="recordings/aa/2", api_key=key, **file)
for recording, status in ((hers, "failed"), (hers, "done"), (its, "queued")):
    transcript = model("Transcript").objects.create(recording=recording, status=status, segment_count=2)
    if status == "done":
        for index, text in enumerate((" Erste Wörter.", " Zweite.")):
            words = [{"word": text, "start": index, "end": index + 1, "probability": 0.5}]
            start = index * 1000
            model("Segment").objects.create(
                transcript=transcript, index=index, start_ms=start, end_ms=start + 1000, text=text, words=words
            )
        model("Peaks").objects.create(transcript=transcript, end_ms=2000, data=b"12")
        model("Attempt").objects.create(transcript=transcript, worker="gpu-1", token=uuid4(), started_at=now())
"""
LOOK = """
from django.contrib.auth.models import User
from transcripts import search
from transcripts.access import Actor
from transcripts.models import ApiKey, Recording, Segment, Transcript

alice = User.objects.get()
print(alice.username, alice.groups.get().name, ApiKey.objects.get().scopes)
print(*Recording.objects.order_by("title").values_list("title", "owner__username", "api_key__name"))
print(*sorted(Transcript.objects.values_list("recording__title", "status", "is_newest")))
print(*Segment.objects.order_by("index").values_list("index", "text", "start_ms", "end_ms"))
print(*[sorted(word.items()) for segment in Segment.objects.order_by("index") for word in segment.words])
print(*Segment.objects.filter(folded_text__contains="worter").values_list("index", flat=True))
"""

FORWARD = f"""
from django.core.management import call_command
call_command("migrate", "transcripts", "0001_initial", verbosity=0)
call_command("migrate", "auth", verbosity=0)
{FILL}
call_command("migrate", verbosity=0)
call_command("migrate", check_unapplied=True, verbosity=0)
{LOOK}
"""


def test_data_of_the_first_version_arrives_in_this_one(tmp_path: Path) -> None:
    with backing() as services:
        hub = Stack(tmp_path, services)
        seen = hub.manage("shell", "-v0", "--no-imports", "-c", FORWARD).splitlines()
    assert seen == [
        "alice Uploader ['transcribe']",
        "('Ratssitzung Äöü.wav', 'alice', None) ('its.wav', None, 'Werify')",
        "('Ratssitzung Äöü.wav', 'done', True) ('Ratssitzung Äöü.wav', 'failed', False) ('its.wav', 'queued', True)",
        "(0, ' Erste Wörter.', 0, 1000) (1, ' Zweite.', 1000, 2000)",
        "[('end', 1), ('probability', 0.5), ('start', 0), ('word', ' Erste Wörter.')] "
        "[('end', 2), ('probability', 0.5), ('start', 1), ('word', ' Zweite.')]",
        "0",
    ]
