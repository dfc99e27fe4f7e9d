"""Uploads that are interrupted: the service is killed, the page is closed, somebody pauses; nothing is sent twice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.stack import Stack
from tests.e2e.uploads import MEGABYTE, Sent, Sound, button, choose, in_library, line_of, slow_down
from tests.e2e.visits import PATIENCE_MS, Visit, screenshot, sign_in
from tests.speech import requires

pytestmark = [pytest.mark.e2e, requires("chromium")]


def test_an_upload_goes_on_by_itself_after_the_service_was_killed(visit: Visit, stack: Stack, sound: Sound) -> None:
    page, kept, said = visit.page, _kept(stack), len(stack.output.text)
    sign_in(page, stack)
    sent = Sent(page)
    slow_down(page, 1.5 * MEGABYTE)
    choose(page, sound("interrupted.wav", 12))
    row = line_of(page, "interrupted.wav")
    expect(row).to_contain_text(re.compile(r"[2-9](\.\d)? MB of 12 MB"))
    expect(row).to_contain_text(re.compile(r"MB/s · \d+ s left"))

    stack.kill_group("gunicorn")
    expect(row).to_contain_text("No connection. It goes on by itself.")
    stack.output.wait_for("web ended by signal SIGKILL", 30, after=said)
    slow_down(page, -1)

    expect(in_library(page, "interrupted.wav")).to_be_visible(timeout=2 * PATIENCE_MS)
    assert sent.begun == 1
    assert max(sent.offsets) >= MEGABYTE, sent.offsets  # what had arrived was not sent again
    assert len(_kept(stack) - kept) == 1
    visit.forgive("ERR_|status of 5")  # that is what a service looks like which was killed


def _kept(stack: Stack) -> set[Path]:
    """The files of all recordings."""
    return set((stack.data_dir / "media" / "recordings").rglob("*/*"))


def test_a_closed_page_finds_its_upload_again(visit: Visit, stack: Stack, sound: Sound) -> None:
    page = visit.page
    sign_in(page, stack)
    path = sound("interview.wav", 8)
    slow_down(page, MEGABYTE)
    choose(page, path)
    expect(line_of(page, "interview.wav")).to_contain_text(re.compile(r"[2-6](\.\d)? MB of 8 MB"))
    page.once("dialog", lambda dialog: dialog.accept())  # "leave the page?"
    page.goto("about:blank")
    visit.forgive("ERR_ABORTED")

    page.goto("/")
    expect(page.locator("#unfinished")).to_contain_text(re.compile(r"interview\.wav.*[1-6](\.\d)? MB of 8 MB"))
    screenshot(page, "upload-unfinished")
    sent = Sent(page)
    slow_down(page, -1)
    choose(page, path)
    expect(in_library(page, "interview.wav")).to_be_visible()
    expect(page.locator("#unfinished")).to_be_hidden()
    assert sent.begun == 0
    assert min(sent.offsets) >= MEGABYTE / 2, sent.offsets


def test_an_upload_is_paused_gone_on_with_and_cancelled(visit: Visit, stack: Stack, sound: Sound) -> None:
    page = visit.page
    sign_in(page, stack)
    slow_down(page, MEGABYTE)
    choose(page, sound("pausing.wav", 6))
    row = line_of(page, "pausing.wav")
    expect(row).to_contain_text(re.compile(r"[2-5](\.\d)? MB of 6 MB"))
    button(page, "Pause", "pausing.wav").click()
    expect(row).to_contain_text("Paused")
    expect(button(page, "Go on with", "pausing.wav")).to_be_focused()  # where the pressed button was
    sent = Sent(page)
    page.keyboard.press("Enter")
    expect(row).to_contain_text(re.compile(r"MB of 6 MB"))
    button(page, "Cancel", "pausing.wav").click()
    expect(row).to_have_count(0)
    expect(page.locator("#upload-file")).to_be_focused()
    assert sent.begun == 0
    assert min(sent.offsets) >= MEGABYTE
    page.reload()
    expect(page.locator("#unfinished")).to_be_hidden()
    assert in_library(page, "pausing.wav").count() == 0
