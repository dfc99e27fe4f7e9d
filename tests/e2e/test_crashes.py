"""Processes die at the worst moment; the rows know what to do, and no word is lost or doubled."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import httpx
import pytest

from tests.e2e.backing import backing
from tests.e2e.processes import alive, command_line, descendants, named
from tests.e2e.stack import READY, START_SECONDS, STOP_SECONDS, Stack
from tests.speech import reference

pytestmark = pytest.mark.e2e

LONG = reference("en-long.flac")
RECOVERY_SECONDS = 120.0
# Short enough that a test can wait for it to run out, long enough for the heartbeat of a busy machine.
LEASE = {"WHISPERHUB_LEASE_SECONDS": "8"}


def wait_until_done(client: httpx.Client, address: str) -> dict[str, Any]:
    """The transcript with its segments, once it has ended."""
    deadline = time.monotonic() + RECOVERY_SECONDS
    while (row := client.get(address, params={"include_segments": "true"}).json())["status"] in ("queued", "running"):
        assert time.monotonic() < deadline, row
        time.sleep(0.2)  # what a client of this address does
    return dict(row)


def wait_until_half_done(client: httpx.Client, address: str) -> None:
    """Return as soon as the first words are stored and more are to come."""
    deadline = time.monotonic() + RECOVERY_SECONDS
    while not (row := client.get(address).json())["progress"]:
        assert row["status"] in ("queued", "running"), row
        assert time.monotonic() < deadline, row
        time.sleep(0.02)
    assert row["status"] == "running", "it was over before it could be disturbed"


def submit(client: httpx.Client) -> str:
    """The address of a new transcript of the long recording."""
    content = LONG.path.read_bytes()
    answer = client.post("/transcribe", files={"file": content}, headers={"Prefer": "respond-async"})
    assert answer.status_code == 202, answer.text
    return answer.headers["Location"]


def outcomes(stack: Stack, address: str) -> list[str]:
    """How each attempt at the transcript ended, in order."""
    script = f"""
from transcripts.models import Attempt
for attempt in Attempt.objects.filter(transcript={address.rsplit("/", 1)[1]!r}):
    print(attempt.outcome, attempt.resumed_ms > 0)
"""
    return stack.manage("shell", "-v", "0", "-c", script).splitlines()


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack that is broken and mended here."""
    with backing() as services, Stack(tmp_path_factory.mktemp("hub"), services | LEASE) as stack:
        yield stack


@pytest.fixture
def hub(victim: Stack) -> Stack:
    """It, in good health again."""
    if victim.process.poll() is not None:
        victim.launch()
        victim.output.wait_for(READY, START_SECONDS)
    wait_until_healthy(victim)
    return victim


@pytest.fixture(scope="module")
def undisturbed(stack: Stack) -> dict[str, Any]:
    """The long recording's transcript from a worker that nobody killed."""
    with stack.client() as client:
        content = LONG.path.read_bytes()
        answer = client.post("/transcribe", params={"include_segments": "true"}, files={"file": content})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_worker_killed_in_mid_job_is_started_again_and_goes_on_where_it_was(
    hub: Stack, undisturbed: dict[str, Any]
) -> None:
    with hub.client() as client:
        address = submit(client)
        wait_until_half_done(client, address)
        hub.kill("gpu_worker")
        hub.output.wait_for(r"whisperhub: gpu worker ended by signal SIGKILL; starting it again", 10)
        row = wait_until_done(client, address)

    assert (row["status"], row["progress"], row["error"]) == ("done", 1.0, None)
    assert row["text"] == undisturbed["text"]
    assert [segment["id"] for segment in row["segments"]] == list(range(len(undisturbed["segments"])))
    for earlier, later in pairwise(row["segments"]):
        assert earlier["end"] <= later["start"]
    assert outcomes(hub, address) == ["lost False", "done True"]


def test_the_answer_of_a_web_process_killed_in_mid_wait_is_found_at_its_address(
    hub: Stack, undisturbed: dict[str, Any]
) -> None:
    written = len(hub.output.text)
    waiting = threading.Thread(target=_post_and_be_cut_off, args=(hub,))
    waiting.start()
    accepted = hub.output.wait_for(r"Transcript ([0-9a-f-]{36}): flac", 30, after=written)
    hub.kill_group("gunicorn")
    waiting.join(30)
    hub.output.wait_for(r"whisperhub: web ended by signal SIGKILL; starting it again", 10)
    wait_until_healthy(hub)
    with hub.client() as client:
        row = wait_until_done(client, f"/api/v1/transcripts/{accepted[1]}")

    assert (row["status"], row["text"]) == ("done", undisturbed["text"])


def test_a_stop_after_a_crash_and_in_mid_job_leaves_nothing_behind_and_the_next_start_has_and_finishes_it_all(
    hub: Stack, undisturbed: dict[str, Any]
) -> None:
    key, password = hub.key, re.search(r"password (\S+)", hub.output.text)
    assert password is not None
    _wait_for_the_clock(hub)
    started = descendants(hub.process.pid)
    assert len(started) >= 4  # web, gpu worker, tasks and its clock
    hub.kill("celery")
    hub.output.wait_for(r"whisperhub: tasks ended by signal SIGKILL; starting it again", 10)
    with hub.client() as client:
        address = submit(client)
        wait_until_half_done(client, address)
        hub.interrupt()
        assert hub.process.returncode == 0
        assert [command_line(pid) for pid in started if alive(pid)] == []
        hub.launch()
        hub.output.wait_for(r"WhisperHub is ready[\s\S]*Ctrl-C stops everything", START_SECONDS)
        row = wait_until_done(client, address)

    assert (row["status"], row["text"]) == ("done", undisturbed["text"])
    assert outcomes(hub, address) == ["released False", "done True"]
    assert "password" not in hub.output.text
    assert hub.key == key
    assert _comes_in(hub, password[1])
    assert not _comes_in(hub, "another")


def test_a_run_that_is_killed_takes_its_processes_with_it(hub: Stack) -> None:
    started = descendants(hub.process.pid)

    hub.process.kill()
    hub.process.wait()

    deadline = time.monotonic() + STOP_SECONDS
    while (left := [pid for pid in started if alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.1)  # they are nobody's children any more: there is no event to wait for
    assert left == []


def wait_until_healthy(stack: Stack) -> None:
    """Return as soon as `/health` is content."""
    deadline = time.monotonic() + START_SECONDS
    while stack.health().get("status") != "healthy":
        assert time.monotonic() < deadline
        time.sleep(0.1)  # until a port answers there is nothing to wait on


def _comes_in(stack: Stack, password: str) -> bool:
    """Whether the first administrator does, with this password."""
    with httpx.Client(base_url=stack.base_url, follow_redirects=True) as browser:
        page = browser.get("/admin/login/?next=/admin/")
        token = browser.cookies["csrftoken"]
        form = {"username": "admin", "password": password, "csrfmiddlewaretoken": token, "next": "/admin/"}
        answer = browser.post(page.url, data=form, headers={"Referer": str(page.url)})
        return "sessionid" in browser.cookies and answer.status_code == 200


def _wait_for_the_clock(stack: Stack) -> None:
    """Celery's beat, which is a child of `tasks`, and left alone when that is killed."""
    deadline = time.monotonic() + START_SECONDS
    while not descendants(named(descendants(stack.process.pid), "celery")):
        assert time.monotonic() < deadline
        time.sleep(0.1)  # it says nothing when it starts


def _post_and_be_cut_off(stack: Stack) -> None:
    with stack.client() as client, pytest.raises(httpx.TransportError):
        client.post("/transcribe", files={"file": LONG.path.read_bytes()})
