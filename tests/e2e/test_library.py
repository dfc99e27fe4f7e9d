"""Somebody with a browser and many recordings: finds, sorts, turns over, changes many at once, deletes and regrets."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.seeding import seed
from tests.e2e.stack import Stack
from tests.e2e.visits import Visit, barriers, screenshot, sign_in
from tests.speech import SAMPLES, requires

pytestmark = [pytest.mark.e2e, requires("chromium")]

TAG = "shelf"
COUNT = 53  # of a page of 50


@pytest.fixture(scope="module")
def shelf(stack: Stack) -> str:
    """The library's address with 53 recordings, "Tape 000" the longest ago and the shortest."""
    seed(stack, COUNT, title="Tape", tag=TAG)
    return f"/?tag={TAG}"


@pytest.fixture
def page(visit: Visit, stack: Stack, shelf: str) -> Page:
    """The library of those, of one who has just signed in."""
    sign_in(visit.page, stack, shelf)
    return visit.page


def rows(page: Page) -> Locator:
    """What is listed."""
    return page.locator(".recording")


def titles(page: Page) -> list[str]:
    """Their titles, from top to bottom."""
    return [text.strip() for text in page.locator(".recording-title").all_inner_texts()]


def row(page: Page, title: str) -> Locator:
    """One of them."""
    return page.locator(".recording", has=page.get_by_role("link", name=title, exact=True))


def pick(page: Page, *wanted: str) -> None:
    """Tick their boxes."""
    for title in wanted:
        page.get_by_label(f"Select {title}", exact=True).check()


def told(page: Page, words: str) -> None:
    """Wait for the message at the edge of the page."""
    expect(page.locator("#snacks")).to_contain_text(words)


def look_at(visit: Visit, name: str) -> None:
    """Nobody is kept out, and nothing sticks out of a phone."""
    page = visit.page
    assert barriers(visit) == []
    screenshot(page, name)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    screenshot(page, f"{name}-phone")


def test_filters_and_orders_change_the_list_and_the_address_without_a_reload(page: Page) -> None:
    page.evaluate("window.stayed = true")
    assert titles(page)[:2] == ["Tape 000", "Tape 001"]
    page.get_by_label("Language", exact=True).select_option(label="Spanish")
    expect(rows(page)).to_have_count(27)
    expect(page).to_have_url(re.compile("language=es"))
    assert all(int(title[-3:]) % 2 == 0 for title in titles(page))
    page.get_by_label("Sort", exact=True).select_option(label="Longest first")
    expect(page.locator(".recording-title").first).to_have_text("Tape 052")
    page.get_by_role("link", name=re.compile("Remove the filter Language")).click()
    expect(page.locator(".recording-title").nth(1)).to_have_text("Tape 051")
    page.get_by_label("Status", exact=True).select_option(label="Failed")
    expect(page.get_by_text("Nothing matches these filters")).to_be_visible()
    page.go_back()
    expect(page.locator(".recording-title").first).to_have_text("Tape 052")
    assert page.evaluate("window.stayed") is True


def test_pages_are_turned_over_and_a_page_can_be_reloaded_where_it_is(page: Page, visit: Visit) -> None:
    expect(rows(page)).to_have_count(50)
    page.get_by_role("link", name="Next page").click()
    expect(rows(page)).to_have_count(3)
    assert titles(page) == ["Tape 050", "Tape 051", "Tape 052"]
    page.reload()
    assert titles(page) == ["Tape 050", "Tape 051", "Tape 052"]
    page.get_by_role("link", name="First page").click()
    expect(rows(page)).to_have_count(50)
    page.get_by_role("link", name="Next page").click()
    pick(page, "Tape 051")
    look_at(visit, "library")


def test_many_are_tagged_and_exported_at_once(page: Page) -> None:
    pick(page, "Tape 003")
    page.get_by_label("Select Tape 006", exact=True).click(modifiers=["Shift"])
    expect(page.locator("#bulk [data-picked]")).to_have_text("4 selected")
    page.locator("#bulk summary", has_text="Tags").click()
    page.get_by_label("Tags, separated by commas").fill("Cellar, cellar, Q1")
    page.get_by_role("button", name="Add", exact=True).click()
    told(page, "The tags of 4 recordings are set.")
    chips = row(page, "Tape 004").locator(".chip")
    expect(chips).to_have_text(["Cellar", "Q1", TAG])
    expect(row(page, "Tape 007").locator(".chip")).to_have_text([TAG])

    pick(page, "Tape 003", "Tape 004")
    page.locator("#bulk summary", has_text="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Plain text").click()
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert texts == {"Tape 003.txt": "Sentence 3.\n", "Tape 004.txt": "Sentence 4.\n"}


def test_what_is_deleted_comes_back_at_once_or_from_the_bin_or_is_gone_for_good(page: Page, visit: Visit) -> None:
    pick(page, "Tape 010", "Tape 011", "Tape 012")
    page.get_by_role("button", name="Delete…").click()
    dialog = page.get_by_role("dialog", name="Delete 3 recordings?")
    screenshot(page, "library-delete")
    dialog.get_by_role("button", name="Delete", exact=True).click()
    told(page, "3 recordings are in the bin.")
    expect(row(page, "Tape 011")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    told(page, "3 recordings are restored.")
    expect(row(page, "Tape 011")).to_have_count(1)

    pick(page, "Tape 010", "Tape 011")
    page.get_by_role("button", name="Delete…").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    told(page, "2 recordings are in the bin.")
    page.get_by_role("link", name="Bin").click()
    assert barriers(visit) == []
    screenshot(page, "bin")
    pick(page, "Tape 010")
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("1 recording is restored.")).to_be_visible()
    pick(page, "Tape 011")
    page.evaluate("document.getElementById('bulk').action = '/recordings/erase'")
    page.evaluate("document.getElementById('bulk').submit()")  # as it is sent where no script runs
    expect(page.get_by_role("heading", name="Delete for good?")).to_be_visible()
    look_at(visit, "erase")
    page.get_by_role("link", name="Keep").click()
    pick(page, "Tape 011")
    page.get_by_role("button", name="Delete for good…").click()
    assert barriers(visit) == []
    page.get_by_role("dialog").get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("1 recording is deleted for good.")).to_be_visible()
    page.goto(f"/?tag={TAG}")
    expect(row(page, "Tape 010")).to_have_count(1)
    expect(row(page, "Tape 011")).to_have_count(0)


def test_who_has_only_a_keyboard_finds_picks_and_opens(page: Page, visit: Visit) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('main summary')"):
            break
    expect(page.locator("main summary").first).to_be_focused()
    page.locator("#filter-sort").focus()
    page.keyboard.press("t")  # Title
    expect(page).to_have_url(re.compile("sort=title"))
    page.locator("[data-pick-all]").focus()
    page.keyboard.press("Space")
    expect(page.locator("#bulk [data-picked]")).to_have_text("50 selected")
    page.keyboard.press("Tab")
    expect(page.locator("#bulk summary").first).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Tags, separated by commas")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#bulk summary").first).to_be_focused()
    page.get_by_label("Select Tape 000", exact=True).focus()
    page.keyboard.press("Space")
    expect(page.locator("#bulk [data-picked]")).to_have_text("49 selected")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_have_text("Tape 000")
    expect(page.get_by_text("This browser cannot play the recording.")).to_be_visible()
    visit.forgive("404")  # it has no file


def test_the_list_is_live_and_what_runs_is_cancelled_and_begun_again_from_it(
    visit: Visit, stack: Stack, start_visit: Callable[[], Visit]
) -> None:
    page = visit.page
    sign_in(page, stack)
    other = start_visit().page
    sign_in(other, stack)
    unknown = (SAMPLES / "en-long.flac").read_bytes() + b"live"  # what is here already would be held back
    page.locator("#upload-file").set_input_files({"name": "Live.flac", "mimeType": "audio/flac", "buffer": unknown})
    expect(row(page, "Live.flac").locator(".state")).to_have_text(re.compile("Waiting|Transcribing"))
    pick(page, "Live.flac")
    page.locator("#bulk").get_by_role("button", name="Cancel").click()
    told(page, "1 recording is cancelled.")
    expect(row(page, "Live.flac").locator(".state")).to_have_text("Cancelled")
    expect(row(other, "Live.flac").locator(".state")).to_have_text("Cancelled", timeout=20_000)  # without a reload
    pick(page, "Live.flac")
    page.locator("#bulk").get_by_role("button", name="Try again").click()
    told(page, "1 recording is queued again.")
    expect(row(page, "Live.flac").locator(".state")).to_have_text(re.compile("Waiting|Transcribing"))
    pick(page, "Live.flac")
    page.locator("#bulk").get_by_role("button", name="Delete…").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(row(page, "Live.flac")).to_have_count(0)


def test_the_question_before_deleting_is_open_to_everybody_without_scripts_too(page: Page, visit: Visit) -> None:
    page.goto(f"{row(page, 'Tape 020').get_by_role('link', name='Tape 020').get_attribute('href')}/delete")
    expect(page.get_by_role("heading", name="Delete this recording?")).to_be_visible()
    look_at(visit, "delete")


@pytest.mark.parametrize("address", ["/?status=failed&tag=nothing", "/account", "/nothing-here"])
def test_nobody_is_kept_out_and_nothing_sticks_out_of_a_phone(address: str, visit: Visit, stack: Stack) -> None:
    page = visit.page
    sign_in(page, stack)
    page.goto(address)
    look_at(visit, re.sub(r"\W+", "-", address).strip("-"))
    visit.forgive("404")  # there is nothing
