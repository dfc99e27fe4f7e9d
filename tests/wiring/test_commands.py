"""The commands: a key that is printed once, one clear line for what is missing, a model or the reason why not."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as hub
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from transcripts.management.commands import gpu_worker, run
from transcripts.models import ApiKey, Scope


def _create_key(*arguments: str) -> tuple[ApiKey, list[str]]:
    out = StringIO()
    call_command("create_api_key", *arguments, stdout=out)
    lines = out.getvalue().splitlines()
    found = ApiKey.find(lines[-1])
    assert found is not None
    return found, lines


NICENESS = """
import os, threading
from pathlib import Path
import django
django.setup()
from transcripts.management.commands import gpu_worker
over = threading.Event()
threading.Thread(target=over.wait).start()
os.nice(7)  # this thread alone
gpu_worker.let_people_go_first()
print(*(os.getpriority(os.PRIO_PROCESS, int(thread.name)) for thread in Path("/proc/self/task").iterdir()))
over.set()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no niceness of their own")
def test_a_model_on_the_processors_lets_people_go_first() -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    command, ours = [sys.executable, "-c", NICENESS], os.nice(0)
    told = subprocess.run(command, env=environment, cwd=hub.BASE_DIR, stdout=subprocess.PIPE, check=True).stdout
    assert {int(niceness) for niceness in told.split()} == {max(ours, gpu_worker.BEHIND_PEOPLE), min(ours + 7, 19)}


@pytest.mark.django_db
def test_the_last_line_of_create_api_key_is_the_key_alone() -> None:
    row, lines = _create_key("werify")
    assert re.fullmatch(r"wh_[0-9a-f]{8}_[\w-]{43}", lines[-1])
    assert (row.name, row.scopes, row.expires_at) == ("werify", ["transcribe"], None)


@pytest.mark.django_db
def test_a_key_may_be_given_scopes_and_an_end() -> None:
    row, _ = _create_key("reports", "--scope", "read", "--scope", "transcribe", "--days", "30")
    assert row.scopes == [Scope.READ, Scope.TRANSCRIBE]
    assert row.expires_at is not None
    assert timedelta(days=29) < row.expires_at - timezone.now() <= timedelta(days=30)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "arguments",
    [
        [""],
        ["   "],
        ["x" * 101],
        ["a", "--days", "0"],
        ["a", "--days", "-1"],
        ["a", "--days", "99999"],
        ["a", "--scope", "x"],
    ],
    ids=str,
)
def test_a_key_that_makes_no_sense_is_not_made(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("create_api_key", *arguments, stdout=StringIO())
    assert not ApiKey.objects.exists()


@pytest.fixture
def machine(tmp_path: Path, settings: Settings) -> Settings:
    """A machine on which `manage.py run` can start."""
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_ROOT = settings.DATA_DIR / "media"
    settings.QUEUE_DIR = settings.DATA_DIR / "queue"
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.BIND_HOST, settings.BIND_PORT = server.getsockname()
    return settings


def test_a_machine_with_everything_is_made_ready(machine: Settings) -> None:
    run.check_machine()
    folders = {str(path.relative_to(machine.DATA_DIR)) for path in machine.DATA_DIR.rglob("*")}
    assert folders == {"media", "queue", "queue/messages", "queue/control"}


def test_a_port_in_use_is_said_with_the_setting_that_changes_it(machine: Settings) -> None:
    with socket.create_server((machine.BIND_HOST, machine.BIND_PORT)), pytest.raises(CommandError) as refusal:
        run.check_machine()
    assert str(refusal.value) == f"Port {machine.BIND_PORT} on 127.0.0.1 is in use. Set WHISPERHUB_PORT."


@pytest.mark.parametrize(
    ("host", "port"), [("127.0.0.1", 70_000), ("203.0.113.1", 8000), ("no.such.host.invalid", 8000)]
)
def test_an_address_that_cannot_be_opened_is_said_in_one_line(machine: Settings, host: str, port: int) -> None:
    machine.BIND_HOST, machine.BIND_PORT = host, port
    with pytest.raises(CommandError, match=rf"^Port {port} on {host} cannot be opened \(.+\)\. Set WHISPERHUB_PORT\.$"):
        run.check_machine()


def test_a_folder_that_cannot_be_written_is_said_with_the_setting_that_moves_it(machine: Settings) -> None:
    machine.DATA_DIR.write_text("a file where the folder should be")
    with pytest.raises(CommandError, match=r"^Cannot write to .*/data: .+\. Set WHISPERHUB_DATA_DIR\.$"):
        run.check_machine()


def test_a_full_disk_is_said_before_anything_starts(machine: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "MIN_FREE_BYTES", 10**18)
    with pytest.raises(CommandError, match=r"has only \d+ MB left; 953674316406 MB are needed\. Free some, or set"):
        run.check_machine()


def test_a_dangerous_setting_stops_run_before_anything_starts(machine: Settings) -> None:
    machine.MAX_QUEUE = 0
    with pytest.raises(CommandError, match=r"whisperhub\.E002.* WHISPERHUB_MAX_QUEUE is 0"):
        call_command("run", stdout=StringIO(), stderr=StringIO())


@pytest.mark.parametrize(
    ("host", "url", "bind"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000", "0.0.0.0:8000"),  # noqa: S104 - what an administrator may write
        ("::", "http://[::1]:8000", "[::]:8000"),
        ("::1", "http://[::1]:8000", "[::1]:8000"),
        ("hub.example.org", "http://hub.example.org:8000", "hub.example.org:8000"),
    ],
)
def test_the_address_that_is_printed_can_be_typed_and_the_one_that_is_bound_be_bound(
    settings: Settings, host: str, url: str, bind: str
) -> None:
    settings.BIND_HOST, settings.BIND_PORT = host, 8000
    assert run.address() == url
    assert run.web().command[-2:] == ["--bind", bind]


def test_the_printed_request_works_in_a_folder_with_spaces_and_quotes(settings: Settings, tmp_path: Path) -> None:
    settings.BIND_HOST, settings.BIND_PORT = "127.0.0.1", 8000
    key_file = tmp_path / "o'neil's hub" / "first key"
    key_file.parent.mkdir()
    key_file.write_text("wh_key\n")
    line = 'curl() { printf "%s|" "$@"; }; ' + run.example(key_file)
    ran = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True, timeout=30)
    words = ["-H", "Authorization: Bearer wh_key", "-F", f"file=@{run.SAMPLE}", "http://127.0.0.1:8000/transcribe"]
    assert ran.stdout.split("|")[:-1] == words
    assert run.SAMPLE.exists()


@pytest.mark.parametrize(
    ("answer", "health"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n" + b'{"status": "healthy"}', {"status": "healthy"}),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n" + b'{"status": "unavailable"}', {"status": "unavailable"}),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n<h1>Bad Request</h1>", None),
        (b"nonsense", None),
        (b"", None),
    ],
)
def test_health_is_what_the_service_says_or_nothing_whatever_answers(
    settings: Settings, serve: Any, answer: bytes, health: dict[str, str] | None
) -> None:
    origin = serve(answer)
    settings.BIND_HOST, settings.BIND_PORT = "127.0.0.1", origin.port
    assert run.health() == health


def test_a_model_that_cannot_be_had_ends_the_worker_with_the_reason(settings: Settings) -> None:
    settings.WHISPER_MODEL = "/nowhere/model"
    said = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("gpu_worker", stderr=said)
    assert end.value.code == gpu_worker.EXIT_CONFIG == 78
    assert "The worker cannot start: " in said.getvalue()
    assert "/nowhere/model" in said.getvalue()


def test_only_where_it_was_asked_for_does_the_demo_model_step_in_and_loudly(settings: Settings) -> None:
    settings.WHISPER_MODEL = "/nowhere/model"
    said = StringIO()
    engine = gpu_worker.Command(stderr=said).load(gpu_worker.engine_config(), or_demo=True)
    engine.close()
    assert engine.info.model.startswith("demo")
    assert "DEMO MODEL" in said.getvalue()
    assert "/nowhere/model" in said.getvalue()
