"""Work on a text that is done: repeat, quote, rename, look back, bring back, hear it again, compare, take it home."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import srt
from playwright.sync_api import Page, expect

from tests.e2e.stack import Stack
from tests.e2e.visits import PATIENCE_MS, Visit, barriers, screenshot, sign_in
from tests.speech import SAMPLES, requires

pytestmark = [pytest.mark.e2e, requires("chromium")]

NAME = "en-short-3.flac"


@pytest.fixture
def page(visit: Visit, stack: Stack) -> Page:
    """The page of a short recording that has just been transcribed."""
    with stack.client() as client:
        answer = client.post("/transcribe", files={"file": (NAME, (SAMPLES / NAME).read_bytes())})
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=stack.base_url)
    sign_in(visit.page, stack, "/transcripts/" + answer.headers["Content-Location"].rpartition("/")[2])
    return visit.page


def save(page: Page, text: str) -> None:
    """Write over what the first segment says."""
    page.locator(".words").first.dblclick()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)
    page.keyboard.press("ControlOrMeta+s")
    expect(page.locator(".save-state")).to_have_text("Saved")
    page.keyboard.press("Escape")


def repeat(page: Page) -> None:
    """L plays the segment again and again; Escape leaves it."""
    first = page.locator(".segment").first
    first.focus()
    page.keyboard.press("l")
    expect(page.locator("#loop")).to_be_visible()
    page.evaluate(
        "() => { const { end } = document.querySelector('.segment').segment;"
        " document.getElementById('player-media').currentTime = end / 1000 - 0.1 }"
    )
    page.wait_for_function(
        "() => document.getElementById('player-media').currentTime * 1000"
        " < document.querySelector('.segment').segment.end - 300"
    )
    page.keyboard.press("Escape")
    expect(page.locator("#loop")).to_be_hidden()
    page.keyboard.press("k")


def quote(page: Page, title: str) -> None:
    """Q copies the passage with its title, moment and link."""
    page.locator(".segment").first.focus()
    page.keyboard.press("q")
    expect(page.locator("#toast")).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    said, source, link = copied.split("\n")
    assert said == f"“{page.locator('.words').first.inner_text()}”"
    assert title in source
    assert link.startswith(page.url.partition("?")[0] + "?t=")


def copy_all(page: Page) -> None:
    """The menu of the exports has the whole text for the clipboard."""
    page.locator("summary", has_text="Export").click()
    page.get_by_role("button", name="Copy the text").click()
    expect(page.locator("#toast")).to_contain_text("The whole text is copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines() == page.locator(".words").all_inner_texts()


def rename(page: Page, title: str) -> None:
    """Where the title stands."""
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("textbox", name="Title", exact=True).fill(title)
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_have_text(title)
    page.reload()
    expect(page.locator("#title")).to_have_text(title)


def look_back(page: Page, visit: Visit, machine: str) -> None:
    """The history names what changed; the machine's text is a click away and comes back by another."""
    page.locator("summary", has_text="Versions").click()
    page.get_by_role("link", name=re.compile("^History")).click()
    expect(page.locator(".edit").first.locator("ins")).to_contain_text("Entirely")
    assert barriers(visit) == []
    screenshot(page, "history")
    page.get_by_role("link", name="The machine’s text").click()
    expect(page.locator(".change-text").first).to_have_text(machine)
    assert barriers(visit) == []
    page.get_by_role("button", name="Restore this whole text").click()
    expect(page.get_by_text("It is restored.")).to_be_visible()
    page.locator(".back-link").click()
    expect(page.locator(".words").first).to_have_text(machine)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".words").first).to_have_text("Entirely other words.")


def hear_again(page: Page, visit: Visit) -> None:
    """With a name to expect; both texts stay and stand side by side."""
    first = page.url
    page.locator("summary", has_text="Versions").click()
    page.get_by_role("link", name="Transcribe again…").click()
    assert barriers(visit) == []
    page.get_by_label("Names and terms to expect").fill("Okafor")
    page.get_by_role("button", name="Transcribe again").click()
    expect(page.locator("#progress .state")).to_have_text("Done", timeout=2 * PATIENCE_MS)
    assert page.url != first
    page.locator("summary", has_text="Versions").click()
    page.get_by_role("link", name="Compare runs").click()
    expect(page.locator(".run-facts").first).to_contain_text("Okafor")
    right = page.locator(".compared:not(.compared-head) .side").nth(1)
    expect(right).to_contain_text("Entirely other words.")
    assert barriers(visit) == []
    screenshot(page, "compare")
    page.goto(first)
    expect(page.locator(".words").first).to_have_text("Entirely other words.")


def take_home(page: Page, visit: Visit) -> None:
    """What the player and the list show is what is in the file; the address keeps it."""
    page.locator("summary", has_text="Export").click()
    page.get_by_role("link", name="Preview and options…").click()
    # A function: a bare expression would be evaluated anew at each look, which the page's policy refuses.
    page.wait_for_function("() => document.querySelector('track')?.track.cues?.length > 0")
    page.get_by_label("Lines").fill("1")
    page.get_by_label("Characters on a line").fill("12")
    page.keyboard.press("Tab")
    expect(page).to_have_url(re.compile("max_characters=12"))
    listed = page.locator(".subtitle-text").all_inner_texts()
    page.wait_for_function("count => document.querySelector('track')?.track.cues?.length === count", arg=len(listed))
    shown = page.evaluate("[...document.querySelector('track').track.cues].map((cue) => cue.text)")
    assert barriers(visit) == []
    screenshot(page, "export")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    file = [cue.content for cue in srt.parse(Path(download.value.path()).read_text())]
    assert file == shown == [text.strip() for text in listed]
    assert all(len(text) <= 12 for text in file)
    page.get_by_label("Characters on a line").fill("5")
    page.keyboard.press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("Characters on a line: Ensure this value is greater")


def test_a_text_is_repeated_quoted_renamed_brought_back_compared_and_taken_home(page: Page, visit: Visit) -> None:
    machine = page.locator(".words").first.inner_text()
    repeat(page)
    copy_all(page)
    rename(page, "Yellow tables, take two")
    quote(page, "Yellow tables, take two")
    save(page, "Entirely other words.")
    look_back(page, visit, machine)
    hear_again(page, visit)
    take_home(page, visit)
