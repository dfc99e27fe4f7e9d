"""The life of `make run`: it starts, stops, starts again with what it had, and says in one line why it cannot."""

from __future__ import annotations

import re
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import StartStack
from tests.e2e.processes import alive, command_line, descendants
from tests.e2e.stack import READY, START_SECONDS, Stack
from tests.speech import reference, requires, word_error_rate

pytestmark = pytest.mark.e2e

SPOKEN = reference("en-short-1.flac")


def transcribed(stack: Stack) -> str:
    """Send the sample; the address of its transcript."""
    with stack.client() as client:
        answer = client.post("/transcribe", files={"file": SPOKEN.path.read_bytes()})
    assert word_error_rate(SPOKEN.text, answer.json()["text"]) == 0.0
    return answer.headers["Content-Location"]


def survivors(pids: list[int]) -> list[str]:
    """What still runs of `pids`."""
    return [command_line(pid) for pid in pids if alive(pid)]


def sign_in(stack: Stack, password: str) -> bool:
    """Whether the first administrator comes in with this password."""
    with httpx.Client(base_url=stack.base_url, follow_redirects=True) as browser:
        page = browser.get("/admin/login/?next=/admin/")
        token = browser.cookies["csrftoken"]
        form = {"username": "admin", "password": password, "csrfmiddlewaretoken": token, "next": "/admin/"}
        answer = browser.post(page.url, data=form, headers={"Referer": str(page.url)})
        return "sessionid" in browser.cookies and answer.status_code == 200


@requires("curl")
def test_the_curl_line_that_is_printed_works_as_printed(stack: Stack) -> None:
    line = re.search(r"^ *(curl .*)$", stack.output.text, re.MULTILINE)
    assert line is not None

    answer = subprocess.run(["sh", "-c", line[1]], check=True, capture_output=True, text=True, timeout=60)

    assert '"text":"Please bring two yellow tables for Peter."' in answer.stdout
    assert SPOKEN.text == "Please bring two yellow tables for Peter."


def test_ctrl_c_ends_everything_and_the_next_start_has_what_the_first_one_had(start_stack: StartStack) -> None:
    stack = start_stack()
    address, key, password = transcribed(stack), stack.key, re.search(r"password (\S+)", stack.output.text)
    assert password is not None
    started = descendants(stack.process.pid)
    assert len(started) >= 3  # web, gpu worker, tasks

    stack.interrupt()

    assert stack.process.returncode == 0
    assert survivors(started) == []
    stack.launch()
    stack.output.wait_for(READY, START_SECONDS)
    stack.output.wait_for("Ctrl-C stops everything", START_SECONDS)
    assert "password" not in stack.output.text
    assert stack.key == key
    assert sign_in(stack, password[1])
    assert not sign_in(stack, "another")
    kept = httpx.get(address, headers=stack.headers).json()
    assert (kept["status"], word_error_rate(SPOKEN.text, kept["text"])) == ("done", 0.0)


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        stack = Stack(tmp_path, {}, port)
        stack.launch()
        status = stack.process.wait(START_SECONDS)
        stack.output.close()

    assert status != 0
    assert stack.output.text == f"CommandError: Port {port} on 127.0.0.1 is in use. Set WHISPERHUB_PORT.\n"


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    stack = Stack(tmp_path / "file" / "data", {})
    stack.launch()
    status = stack.process.wait(START_SECONDS)
    stack.output.close()

    assert status != 0
    assert len(stack.output.text.splitlines()) == 1
    assert "WHISPERHUB_DATA_DIR" in stack.output.text
