"""A person with a browser: signs in, uploads, watches, reads, listens; and a developer at `/docs`."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.stack import Stack
from tests.e2e.visits import PATIENCE_MS, Visit, send_though_known, sign_in
from tests.speech import SAMPLES, reference, requires

pytestmark = [pytest.mark.e2e, requires("chromium")]

SPOKEN = reference("en-short-1.flac")
NAME = "to be read.flac"  # another test corrects a text of the same recording


def test_a_recording_is_uploaded_watched_read_and_listened_to(visit: Visit, stack: Stack) -> None:
    page = visit.page
    sign_in(page, stack)
    with page.expect_file_chooser() as chooser:
        page.get_by_text("Choose files").first.click()
    chooser.value.set_files({"name": NAME, "mimeType": "audio/flac", "buffer": SPOKEN.path.read_bytes()})
    send_though_known(page, NAME)

    row = page.locator(".recording", has_text=NAME)
    expect(row.locator(".state")).to_have_text("Done")  # without a reload
    row.get_by_role("link", name=NAME).click()

    words = page.locator(".words").first
    expect(words).to_have_text(SPOKEN.text)
    words.hover()
    word = page.locator(".word", has_text="yellow")
    start = int(word.get_attribute("data-start") or -1) / 1000
    spoken = next(word.start for word in SPOKEN.segments[0].words if word.text == "yellow")
    assert start == pytest.approx(spoken, abs=0.5)
    word.click()
    page.wait_for_function(
        "start => { const media = document.getElementById('player-media');"
        " return media.currentTime >= start && media.currentTime < start + 2 && media.readyState >= 2 }",
        arg=start,
    )
    expect(page.locator(".player-problem")).to_be_hidden()


def test_the_state_of_a_long_recording_is_live(visit: Visit, stack: Stack) -> None:
    page = visit.page
    sign_in(page, stack)
    page.locator("#upload-file").set_input_files(SAMPLES / "en-long.flac")
    send_though_known(page, "en-long.flac")
    row = page.locator(".recording", has_text="en-long.flac").first
    expect(row.locator(".state")).to_have_text(re.compile("Waiting|Transcribing"))
    row.get_by_role("link", name="en-long.flac").click()

    expect(page.locator("#progress .state")).to_have_text("Done", timeout=2 * PATIENCE_MS)

    expect(page.locator(".segment").nth(30)).to_be_attached()


def test_swagger_ui_transcribes_with_a_key(visit: Visit, stack: Stack) -> None:
    page = visit.page
    page.goto("/docs")
    page.get_by_role("button", name="Authorize").first.click()
    page.locator(".auth-container", has_text="bearerKey").locator("input").fill(stack.key)
    page.locator(".auth-container", has_text="bearerKey").get_by_role("button", name="Apply credentials").click()
    page.get_by_role("button", name="Close").first.click()

    operation = page.locator("#operations-Transcription-transcribe")
    operation.locator(".opblock-summary-control").click()
    operation.locator("input[type=file]").set_input_files(SAMPLES / "en-short-1.flac")
    operation.get_by_role("button", name="Execute").click()

    answer = operation.locator(".live-responses-table .response").first
    expect(answer.locator(".response-col_status")).to_contain_text("200")
    expect(answer).to_contain_text(SPOKEN.text)


def test_swagger_ui_shows_the_health(visit: Visit) -> None:
    page = visit.page
    page.goto("/docs")
    operation = page.locator("#operations-Service-health")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Execute").click()

    expect(operation.locator(".live-responses-table .response").first).to_contain_text('"healthy"')
