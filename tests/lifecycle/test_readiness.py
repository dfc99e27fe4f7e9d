"""What must work before a recording can be taken, each of it broken for real."""

from __future__ import annotations

import socket
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.rows import worker
from tests.settings import STACK
from transcripts import readiness
from transcripts.models import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def hub(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A hub that is ready, and no answer that an earlier test left."""
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(readiness, "_kept", readiness._Kept())
    worker()
    return settings


def _wrong() -> dict[str, str]:
    return {check.name: check.detail for check in readiness.look() if not check.ok}


def test_a_hub_with_everything_is_ready() -> None:
    assert [(check.name, check.ok) for check in readiness.look()] == [
        ("database", True),
        ("queue", True),
        ("storage", True),
        ("disk", True),
        ("worker", True),
    ]


def test_trying_the_storage_leaves_nothing_there(hub: Settings) -> None:
    readiness.look()
    assert [path for path in hub.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def test_a_storage_that_cannot_be_written_to_is_said(hub: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file where the folder should be")
    hub.MEDIA_ROOT = tmp_path / "file"
    assert "storage" in _wrong()


def test_a_full_disk_is_said_with_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "MIN_FREE_BYTES", 10**18)
    wrong = _wrong()
    assert wrong.keys() == {"disk"}
    assert wrong["disk"].endswith(" MB are free; at least 953674316406 MB are needed.")


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", ""])
def test_a_queue_that_is_away_is_said(hub: Settings, url: str, tmp_path: Path) -> None:
    hub.REDIS_URL, hub.QUEUE_DIR = url, tmp_path / "nowhere"
    assert _wrong() == {"queue": "It cannot be used; the log says why."}


def test_a_silent_worker_is_said_with_how_long_it_has_been_silent() -> None:
    Worker.objects.update(last_seen_at=timezone.now() - timedelta(seconds=90))
    assert _wrong() == {"worker": "A worker reported 90 s ago; 15 s are the most."}


def test_one_of_two_workers_is_enough() -> None:
    worker("gpu-2", last_seen_at=timezone.now() - timedelta(hours=1))
    assert _wrong() == {}


def test_no_worker_at_all_is_said() -> None:
    Worker.objects.all().delete()
    assert _wrong() == {"worker": "No worker has reported yet. It may still be loading its model."}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(STACK != "services", reason="SQLite has no connection that could be cut")
def test_a_database_that_went_away_is_said_and_comes_back() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()
    assert "database" in _wrong()
    assert _wrong() == {}


def test_the_route_is_503_with_every_check_until_all_is_well() -> None:
    answer = Client().get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert answer.json()["checks"]["database"] == {"ok": True, "detail": "It answers."}


def test_the_route_names_what_is_in_the_way() -> None:
    Worker.objects.all().delete()
    answer = Client().get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert [name for name, check in answer.json()["checks"].items() if not check["ok"]] == ["worker"]


def test_who_asks_again_at_once_is_told_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    found = (readiness.Check("disk", ok=True, detail="1 MB are free."),)

    def look() -> tuple[readiness.Check, ...]:
        looked.append(1)
        return found

    monkeypatch.setattr(readiness, "look", look)
    assert readiness.checks() == readiness.checks() == found
    assert len(looked) == 1
    monkeypatch.setattr(readiness, "KEPT_SECONDS", -1.0)
    monkeypatch.setattr(readiness, "_kept", readiness._Kept())
    readiness.checks()
    readiness.checks()
    assert len(looked) == 3


def test_live_asks_nothing(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        answer = Client().get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "live"})


def test_a_host_without_pages_is_told_the_same_by_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_readiness")
    said = [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()]
    assert said == ["ok database", "ok queue", "ok storage", "ok disk", "ok worker"]


def test_the_command_fails_by_the_name_of_what_is_not_ready(hub: Settings) -> None:
    hub.REDIS_URL = "redis://127.0.0.1:1/0"
    with pytest.raises(CommandError, match=r"^Not ready: queue\.$"):
        call_command("check_readiness", stdout=StringIO())


def test_a_worker_of_another_host_is_none_of_this_one() -> None:
    Worker.objects.update(name="elsewhere:1")
    with pytest.raises(CommandError, match=r"^Not ready: a worker of this host\.$"):
        call_command("check_readiness", "--here", stdout=StringIO())
    Worker.objects.update(name=f"{socket.gethostname()}:1")
    call_command("check_readiness", "--here", stdout=StringIO())
