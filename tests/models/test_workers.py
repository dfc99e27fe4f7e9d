"""Workers: alive is who was heard of within the last seconds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.rows import worker
from transcripts.models import Worker
from transcripts.models.worker import SILENT_AFTER

pytestmark = pytest.mark.django_db


def test_a_worker_is_alive_until_it_was_silent_for_too_long() -> None:
    row = worker()
    last_moment = row.last_seen_at + SILENT_AFTER
    assert list(Worker.objects.alive(at=last_moment - timedelta(microseconds=1))) == [row]
    assert list(Worker.objects.alive(at=last_moment)) == []


@pytest.mark.parametrize(("seconds_ago", "alive"), [(0, True), (10, True), (16, False), (3600, False)])
def test_the_row_and_the_query_agree_on_who_is_alive(seconds_ago: int, alive: bool) -> None:
    row = worker(last_seen_at=timezone.now() - timedelta(seconds=seconds_ago))
    assert row.is_alive is alive
    assert Worker.objects.alive().exists() is alive
