"""`manage.py run` (`make run`): the whole service on this machine with nothing configured."""

from __future__ import annotations

import errno
import json
import shlex
import shutil
import socket
import sys
import tempfile
import urllib.error
import urllib.request
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from transcripts import first_run
from transcripts.readiness import MIN_FREE_BYTES
from whisperhub.supervisor import Program, Supervisor

SAMPLE = settings.BASE_DIR / "demo" / "samples" / "en-short-1.flac"
MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]
# Of the same settings, a moment ago, by `handle`: a worker needs none of the pages that the checks load.
CHECKED = {"CELERY_SKIP_CHECKS": "1"}
LINE = "─" * 78


class Command(BaseCommand):
    help = "Run web and worker on this machine, with everything they need, until Ctrl-C."
    # Run by `handle`, after `check_machine`: one clear line instead of a traceback from a check that needs the disk.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        check_machine()
        self.check()
        call_command("migrate", verbosity=0)
        password = first_run.first_admin()
        key_file = settings.DATA_DIR / "first-api-key"
        first_run.first_key(key_file)
        connection.close()
        supervisor = Supervisor(self.say)
        try:
            for program in (web(), gpu_worker(), tasks()):
                supervisor.start(program)
            supervisor.run(until=lambda: health() is not None)
            self.say(f"serving on {address()}; the speech model is loading (the first time it is fetched)")
            supervisor.run(until=lambda: (health() or {}).get("status") == "healthy")
            if not supervisor.stopping:
                self.welcome(password, key_file)
            supervisor.run()
        finally:
            supervisor.stop()
            self.say("stopped. The next `make run` goes on with the same data.")

    def say(self, text: str) -> None:
        """One line on the terminal, at once."""
        self.stdout.write(f"whisperhub: {text}")
        self.stdout.flush()

    def welcome(self, password: str | None, key_file: Path) -> None:
        """What to open, and one line that works as it stands."""
        state = health() or {}
        lines = [LINE, f"WhisperHub is ready: {address()}", f"  model    {state.get('model')} on {state.get('device')}"]
        if state.get("note"):
            lines += ["", self.style.WARNING(f"  NOTE     {state['note']}"), ""]
        if password is not None:
            lines += [f"  sign in  {first_run.ADMIN_NAME}", f"  password {password}    (shown this once)"]
        lines += [
            f"  API docs {address()}/docs",
            f"  API key  {key_file}",
            "",
            "Try it:",
            f"  {example(key_file)}",
            "",
            "Ctrl-C stops everything.",
            LINE,
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def check_machine() -> None:
    """Whether there is a folder to write to, room in it, and a free port.

    Raises:
        CommandError: with the one line that says which is missing.
    """
    try:
        settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
        for name in ("messages", "control"):
            (settings.QUEUE_DIR / name).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.DATA_DIR):  # a folder that is there may still be read-only
            free = shutil.disk_usage(settings.DATA_DIR).free
    except OSError as error:
        raise CommandError(
            f"Cannot write to {settings.DATA_DIR}: {error.strerror}. Set WHISPERHUB_DATA_DIR."
        ) from error
    if free < MIN_FREE_BYTES:
        raise CommandError(
            f"The disk of {settings.DATA_DIR} has only {free // 1024**2} MB left; {MIN_FREE_BYTES // 1024**2} MB are "
            "needed. Free some, or set WHISPERHUB_DATA_DIR to another disk."
        )
    family = socket.AF_INET6 if ":" in settings.BIND_HOST else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.BIND_HOST, settings.BIND_PORT))
        except (OSError, OverflowError) as error:
            in_use = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            reason = "is in use" if in_use else f"cannot be opened ({error})"
            raise CommandError(
                f"Port {settings.BIND_PORT} on {settings.BIND_HOST} {reason}. Set WHISPERHUB_PORT."
            ) from error


def address() -> str:
    """What to type into the browser on this machine."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
    return f"http://{_in_url(everywhere.get(settings.BIND_HOST, settings.BIND_HOST))}:{settings.BIND_PORT}"


def example(key_file: Path) -> str:
    """A request that works in any shell as it is printed."""
    key, file = shlex.quote(str(key_file)), shlex.quote(f"file=@{SAMPLE}")
    return f'curl -H "Authorization: Bearer $(cat {key})" -F {file} {address()}/transcribe'


def health() -> dict[str, Any] | None:
    """What `/health` says now; None while nobody answers in these words."""
    try:
        with _opened(f"{address()}/health") as answer:
            body: dict[str, Any] = json.load(answer)
    except (OSError, ValueError, HTTPException):
        return None
    return body


def _opened(url: str) -> HTTPResponse | urllib.error.HTTPError:
    """Its answer, of any status: 503 without a worker is one too."""
    try:
        answer: HTTPResponse = urllib.request.urlopen(url, timeout=2)  # noqa: S310  # our own address
    except urllib.error.HTTPError as error:
        return error
    return answer


def web() -> Program:
    """Gunicorn with threads: a waiting request costs one sleeping thread."""
    command = [sys.executable, "-m", "gunicorn", "whisperhub.wsgi", "--config", "python:whisperhub.gunicorn"]
    return Program("web", [*command, "--bind", f"{_in_url(settings.BIND_HOST)}:{settings.BIND_PORT}"])


def gpu_worker() -> Program:
    """The model. Only here may the demo model step in for one that cannot be had."""
    command = [*MANAGE, "gpu_worker", "--or-demo", "--skip-checks"]
    return Program("gpu worker", command, {"OMP_WAIT_POLICY": "PASSIVE"} | CHECKED)


def tasks() -> Program:
    """The sweeper and its clock, and what sends webhooks: that holds fewer threads than there are."""
    schedule = settings.DATA_DIR / "queue" / "beat-schedule"
    options = ["-Q", "tasks", "-B", "-s", str(schedule), "--pool=threads", "--concurrency=8"]
    return Program("tasks", [sys.executable, "-m", "celery", "-q", "-A", "whisperhub", "worker", *options], CHECKED)


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
