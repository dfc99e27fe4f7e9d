"""Two people with browsers work on a text: open at a second, listen, correct, disagree, approve."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.stack import Stack
from tests.e2e.visits import Visit, barriers, screenshot, sign_in
from tests.speech import SAMPLES, requires

pytestmark = [pytest.mark.e2e, requires("chromium")]

StartVisit = Callable[[], Visit]


@pytest.fixture(scope="module")
def address(stack: Stack) -> str:
    """The page of a recording of 44 sentences."""
    with stack.client() as client:
        answer = client.post("/transcribe", files={"file": (SAMPLES / "en-long.flac").read_bytes()})
    return "/transcripts/" + answer.headers["Content-Location"].rpartition("/")[2]


def segment(page: Page, number: int) -> Locator:
    """By its place in the text, from 0."""
    return page.locator(".segment").nth(number)


def words(page: Page, number: int) -> Locator:
    """What it says."""
    return segment(page, number).locator(".words")


def saved(page: Page) -> None:
    """Wait until everything is on the server."""
    expect(page.locator(".save-state")).to_have_text("Saved")


def write(page: Page, number: int, text: str) -> None:
    """Replace what a segment says."""
    words(page, number).dblclick()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def listen(page: Page) -> None:
    """The second of the address is in view; a click on a word seeks."""
    playing = page.locator(".segment.playing")
    expect(playing).to_be_in_viewport()
    start, end = playing.evaluate("it => [it.segment.start, it.segment.end]")
    assert start <= 60_500 < end + 2000  # in it, or in the pause behind it
    expect(page.locator("#waveform canvas").first).to_be_attached()
    words(page, 2).hover()
    word = words(page, 2).locator(".word").nth(3)
    at = int(word.get_attribute("data-start") or -1) / 1000
    word.click()
    page.wait_for_function("at => Math.abs(document.getElementById('player-media').currentTime - at) < 2", arg=at)
    page.keyboard.press("k")


def go_to_a_time_and_back(page: Page, address: str) -> None:
    """G leads to a time; who comes back later is offered the way to it, and the first words are not lost to them."""
    page.keyboard.press("g")
    page.get_by_label("Time", exact=True).fill("1:59,5")
    page.keyboard.press("Enter")
    there = page.locator(".segment.playing")
    expect(there).to_be_focused()
    start, end = there.evaluate("it => [it.segment.start, it.segment.end]")
    assert start <= 119_500 < end + 2000
    page.goto("/")
    page.goto(address)
    page.get_by_role("button", name="Go on where you were").click()
    expect(page.locator(".segment.playing")).to_be_focused()
    assert page.locator(".segment.playing").evaluate("it => it.segment.start") == start


def split_and_merge(page: Page) -> None:
    """Enter splits at the caret, Backspace at the beginning merges, Ctrl Z outside takes the last one back."""
    write(page, 2, "The meeting starts at ten. It ends at noon.")
    page.keyboard.press("ControlOrMeta+s")
    saved(page)
    for _ in "It ends at noon.":
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(words(page, 2)).to_have_text("The meeting starts at ten.")
    expect(words(page, 3)).to_have_text("It ends at noon.")
    expect(words(page, 3)).to_be_focused()
    page.keyboard.press("Backspace")
    expect(words(page, 2)).to_have_text("The meeting starts at ten. It ends at noon.")
    page.keyboard.press("Escape")
    page.keyboard.press("ControlOrMeta+z")
    expect(words(page, 3)).to_have_text("It ends at noon.")


def first_tools_are_clear(page: Page) -> None:
    """The bar over the text covers none of the buttons of the first segment."""
    page.evaluate("scrollTo(0, 0)")
    words(page, 0).hover()
    bar, tools = page.locator(".text-bar").bounding_box(), segment(page, 0).locator(".tools").bounding_box()
    assert bar
    assert tools
    assert tools["y"] >= bar["y"] + bar["height"] - 1


def name_speakers(page: Page) -> None:
    """Named once for all that follow, renamed everywhere; all by keyboard."""
    segment(page, 0).focus()
    page.keyboard.press("s")
    page.get_by_label("Name", exact=True).fill("Anna")
    page.get_by_label("From here until somebody else speaks").check()
    page.keyboard.press("Enter")
    expect(segment(page, 0).locator(".speaker")).to_have_text("Anna")
    segment(page, 0).locator(".speaker").click()
    page.get_by_label("Name", exact=True).fill("Berta")
    page.get_by_label("Everywhere that Anna speaks").check()
    page.keyboard.press("Enter")
    expect(segment(page, 40).locator(".speaker")).to_have_text("Berta")


def replace_and_undo(page: Page) -> None:
    """Every match is shown before; one is left out."""
    texts = [words(page, number).inner_text() for number in (0, 1)]
    page.keyboard.press("ControlOrMeta+h")
    page.get_by_label("Find", exact=True).fill("the")
    page.get_by_label("Replace with").fill("THIS")
    page.get_by_label("Whole words").check()
    expect(page.locator(".match").first).to_contain_text("theTHIS")
    page.locator(".match input").first.uncheck()
    screenshot(page, "replace")
    page.locator("[data-replace]").click()
    expect(page.locator("#replace")).to_be_hidden()
    expect(words(page, 1)).to_have_text(re.sub(r"\bthe\b", "THIS", texts[1], flags=re.IGNORECASE))
    expect(words(page, 0)).to_have_text(texts[0])
    page.get_by_role("button", name="Undo").click()
    expect(words(page, 1)).to_have_text(texts[1])


def test_a_text_is_heard_corrected_and_approved(start_visit: StartVisit, stack: Stack, address: str) -> None:
    visit = start_visit()
    page = visit.page
    sign_in(page, stack, f"{address}?t=60.5")
    listen(page)
    go_to_a_time_and_back(page, address)
    split_and_merge(page)
    first_tools_are_clear(page)
    name_speakers(page)
    replace_and_undo(page)
    segment(page, 4).focus()
    page.keyboard.press("c")
    page.keyboard.type("Is this a name?")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(segment(page, 4).locator(".comment")).to_contain_text("Is this a name?")
    screenshot(page, "transcript")

    page.get_by_role("button", name="Send to review").click()
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#review")).to_contain_text("The text is locked.")
    words(page, 2).dblclick()
    expect(page.locator("#toast")).to_contain_text("Reopen it")
    assert page.locator("[contenteditable]").count() == 0
    page.reload()
    expect(words(page, 3)).to_have_text("It ends at noon.")
    expect(segment(page, 4).locator(".comment")).to_contain_text("Is this a name?")
    assert barriers(visit) == []
    screenshot(page, "approved")
    page.emulate_media(media="print")
    expect(page.locator(".player")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(words(page, 3)).to_be_visible()
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Reopen").first.click()
    expect(page.locator("#review")).to_contain_text("In review")


def test_nobody_writes_over_another_and_nothing_typed_is_lost(
    start_visit: StartVisit, stack: Stack, address: str
) -> None:
    visit = start_visit()
    one, other = visit.page, start_visit().page
    for page in (one, other):
        sign_in(page, stack, address)
    words(one, 10).dblclick()  # what it is made of is what stands there now
    write(other, 10, "Theirs was here first.")
    other.keyboard.press("ControlOrMeta+s")
    saved(other)
    one.keyboard.press("ControlOrMeta+a")
    one.keyboard.type("Mine came second.")
    one.keyboard.press("ControlOrMeta+s")

    dialog = one.get_by_role("dialog", name="Two people changed this passage")
    expect(dialog).to_contain_text("Theirs was here first.")
    expect(dialog.get_by_label("Mine")).to_have_value("Mine came second.")
    assert barriers(visit) == []
    screenshot(one, "conflict")
    dialog.get_by_role("button", name="Keep mine").click()
    saved(one)
    other.keyboard.press("Escape")
    expect(words(other, 10)).to_have_text("Mine came second.", timeout=10_000)  # told without a reload

    one.context.set_offline(True)
    write(one, 12, "Written in a tunnel.")
    one.keyboard.press("Escape")
    expect(one.locator(".save-state")).to_contain_text("Not saved")
    expect(segment(one, 12)).to_have_class(re.compile("unsaved"))
    one.context.set_offline(False)
    saved(one)
    expect(words(other, 12)).to_have_text("Written in a tunnel.", timeout=10_000)
    visit.forgive("409|ERR_INTERNET_DISCONNECTED")
