"""The start of `make run`: what it prints works, and it says in one line why it cannot. Its ends: test_crashes.py."""

from __future__ import annotations

import re
import socket
import subprocess
from pathlib import Path

import pytest

from tests.e2e.stack import START_SECONDS, Stack
from tests.speech import reference, requires

pytestmark = pytest.mark.e2e

SPOKEN = reference("en-short-1.flac")


@requires("curl")
def test_the_curl_line_that_is_printed_works_as_printed(stack: Stack) -> None:
    line = re.search(r"^ *(curl .*)$", stack.output.text, re.MULTILINE)
    assert line is not None

    answer = subprocess.run(["sh", "-c", line[1]], check=True, capture_output=True, text=True, timeout=60)

    assert '"text":"Please bring two yellow tables for Peter."' in answer.stdout
    assert SPOKEN.text == "Please bring two yellow tables for Peter."


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
