"""A person corrects a word, finds it again by the keyboard, hears that second of the recording, and takes it home."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.stack import Stack
from tests.e2e.visits import Visit, barriers, screenshot, sign_in
from tests.speech import SAMPLES, reference, requires

pytestmark = [pytest.mark.e2e, requires("chromium")]

SPOKEN = reference("en-short-1.flac").text
CORRECTED = SPOKEN.replace("yellow", "Žlutý")


@pytest.fixture(scope="module")
def address(stack: Stack) -> str:
    """The page of a short recording that is transcribed."""
    with stack.client() as client:
        name = "en-short-1.flac"
        answer = client.post("/transcribe", files={"file": (name, (SAMPLES / name).read_bytes())})
    return "/transcripts/" + answer.headers["Content-Location"].rpartition("/")[2]


def correct(page: Page, address: str) -> None:
    """Write over what the first segment says."""
    page.goto(address)
    page.locator(".words").first.dblclick()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(CORRECTED)
    page.keyboard.press("ControlOrMeta+s")
    expect(page.locator(".save-state")).to_have_text("Saved")
    page.keyboard.press("Escape")


def find(page: Page, address: str) -> None:
    """From the page's own box by "/", then by typing on."""
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("nobody says this")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=nobody+says+this", wait_until="load")  # only then its script hears what is typed
    expect(page.get_by_text("Nothing found")).to_be_visible()
    page.locator("#search-query").fill("zluty table*")
    hit = page.locator(f".hit[href^='{address}']")
    expect(hit.locator("mark")).to_have_text(["Žlutý", "tables"])  # without a click on anything
    expect(page).to_have_url(re.compile(r"/search\?q=zluty\+table%2A$"))
    expect(page.locator("#announcer")).to_contain_text("passage")


def look_at(visit: Visit) -> None:
    """Nobody is kept out, and nothing sticks out of a phone."""
    page = visit.page
    assert barriers(visit) == []
    screenshot(page, "search")
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    screenshot(page, "search-phone")
    page.set_viewport_size({"width": 1280, "height": 900})


def listen(page: Page) -> None:
    """Down to the title, down to its passage, into it: it plays from that second."""
    page.locator("#search-query").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(500)  # to have left the box asks for nothing anew, which would take the focus away
    page.keyboard.press("ArrowDown")
    hit = page.locator(".hit").first
    expect(hit).to_be_focused()
    seconds = float(re.search(r"t=([\d.]+)", hit.get_attribute("href") or "")[1])  # type: ignore[index]
    page.keyboard.press("Enter")
    page.wait_for_function(
        "start => { const media = document.getElementById('player-media');"
        " return media && media.currentTime > start && media.currentTime < start + 3 && !media.paused }",
        arg=seconds,
    )
    page.keyboard.press("k")


def export(page: Page) -> str:
    """The text as a file."""
    page.locator("summary", has_text="Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Plain text").click()
    return download.value.path().read_text(encoding="utf-8")


def test_a_corrected_word_is_found_heard_and_exported(visit: Visit, stack: Stack, address: str) -> None:
    page = visit.page
    sign_in(page, stack)
    correct(page, address)
    find(page, address)
    look_at(visit)
    listen(page)
    assert CORRECTED in export(page)
