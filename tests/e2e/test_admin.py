"""An administrator with a browser: hands out a key, puts the queue in order, sends a webhook again; on any screen."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.e2e.stack import Stack, at_rest
from tests.e2e.visits import Visit, barriers, screenshot, sign_in
from tests.speech import SAMPLES, requires

pytestmark = [pytest.mark.e2e, requires("chromium")]
PHONE, DESK = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=900)
PAGES = (
    "/admin/",
    "/admin/usage/",
    "/admin/transcripts/apikey/1/change/",
    "/admin/transcripts/recording/",
    "/admin/auth/group/1/change/",
)


def new_key(page: Page, name: str) -> str:
    """A key made at the desk: read where it is shown, and never again."""
    page.goto("/admin/transcripts/apikey/add/")
    page.get_by_label("Name:").fill(name)
    page.get_by_role("button", name="Save", exact=True).click()
    shown = page.locator(".new-key")
    key = shown.inner_text()
    page.reload()
    expect(shown).to_have_count(0)
    return key


def send(stack: Stack, key: str, *titles: str) -> None:
    """Recordings that are in no hurry."""
    for title in titles:
        answer = httpx.post(
            f"{stack.base_url}/api/v1/transcripts",
            headers={"X-API-Key": key},
            files={"file": (title, (SAMPLES / "en-short-1.flac").read_bytes() + title.encode())},
            data={"priority": "bulk", "title": title},
            timeout=60,
        )
        assert answer.status_code in (201, 202), answer.text


def rows(page: Page, section: str) -> Locator:
    """What is listed under a heading of the queue."""
    return page.get_by_role("region", name=section, exact=True).get_by_role("listitem").filter(has=page.locator("a"))


def titles(page: Page, section: str) -> Locator:
    """Their links."""
    return rows(page, section).locator(".queue-what > a")


def press(page: Page, section: str, place: int, button: str) -> None:
    """By keyboard."""
    rows(page, section).nth(place).get_by_role("button", name=button).press("Enter")


def test_a_key_is_handed_out_and_what_it_sends_is_put_in_order(visit: Visit, stack: Stack) -> None:
    page, badly = visit.page, "Failed or cancelled within a day"
    sign_in(page, stack)
    key = new_key(page, "Newsroom")
    page.get_by_role("link", name="Queue").first.click()
    expect(page.get_by_role("region", name="Waiting")).to_contain_text("Nothing.")
    with at_rest(stack):
        page.goto("/admin/")
        waiting = page.get_by_role("region", name="Queue", exact=True)
        expect(waiting).to_contain_text("0 waiting")
        waiting.get_by_role("link").focus()
        send(stack, key, "first", "second")
        expect(waiting).to_contain_text("2 waiting")  # without a reload
        expect(waiting.get_by_role("link")).to_be_focused()
        page.keyboard.press("Enter")
        expect(titles(page, "Waiting")).to_have_text(["first", "second"])  # without a reload
        assert barriers(visit) == []
        screenshot(page, "queue")
        press(page, "Waiting", 1, "Sooner")
        expect(page.locator("#said")).to_contain_text("“second” waits as normal work now.")
        expect(titles(page, "Waiting")).to_have_text(["second", "first"])
        press(page, "Waiting", 1, "Cancel")
        expect(titles(page, badly).first).to_have_text("first")
        expect(page.locator("#said")).to_be_focused()  # the button went with its row
        press(page, badly, 0, "Try again")
        expect(titles(page, "Waiting")).to_have_text(["second", "first"])
        press(page, "Waiting", 0, "Cancel")
        expect(titles(page, "Waiting")).to_have_text(["first"])
        press(page, "Waiting", 0, "Cancel")
        expect(page.get_by_role("region", name="Waiting")).to_contain_text("Nothing.")
    page.goto("/admin/transcripts/auditentry/")
    assert barriers(visit) == []
    verbs = page.locator("#result_list .field-verb")
    expect(verbs).to_contain_text(["cancel", "cancel", "retry", "cancel", "set priority", "add"])
    page.get_by_role("link", name="Usage").click()
    expect(page.get_by_role("region", name="By key").get_by_role("row", name="Newsroom")).to_contain_text("2")


def test_what_a_webhook_missed_is_sent_again(visit: Visit, stack: Stack) -> None:
    page = visit.page
    sign_in(page, stack)
    page.goto("/admin/transcripts/webhook/add/")
    page.get_by_label("URL:").fill("http://127.0.0.1/hook")  # in no network that may be called
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".new-key")).to_have_text(re.compile("^whsec_"))
    act(page, "Send a test to the selected webhooks")
    page.goto("/admin/transcripts/delivery/")
    act(page, "Send the selected deliveries again")
    page.locator("#result_list").get_by_role("link", name="a test", exact=True).click()
    tries = page.locator("#log-group tbody tr")
    while tries.count() < 2:  # the test's own time limit ends it
        page.wait_for_timeout(500)  # what a person does who waits for the next try
        page.reload()
    expect(tries).to_contain_text(["127.0.0.1", "127.0.0.1"])
    assert barriers(visit) == []


def test_who_is_new_sets_a_password_by_a_link_with_the_keyboard_alone(
    start_visit: Callable[[], Visit], stack: Stack
) -> None:
    desk, visit = start_visit().page, start_visit()
    sign_in(desk, stack)
    link = password_link(desk, "nora")
    page = visit.page
    page.goto(link)
    assert barriers(visit) == []
    for text in ("an owl in the attic", "an owl in the attic"):
        to_field(page)
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your password is set.")).to_be_visible()
    assert barriers(visit) == []
    page.keyboard.type("nora")  # the caret stands there
    page.keyboard.press("Tab")
    page.keyboard.type("an owl in the attic")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nothing transcribed yet")).to_be_visible()
    assert barriers(visit) == []
    for address in (link, "/admin/", "/password"):
        page.goto(address)
        assert barriers(visit) == [], address
    visit.forgive("410|403")  # the link is used up, and Nora is no administrator


def password_link(page: Page, name: str) -> str:
    """For a new account, made at the desk."""
    page.goto("/admin/auth/user/add/")
    page.get_by_label("Username:").fill(name)
    page.get_by_label("Disabled").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Password link").click()
    page.get_by_role("button", name="Make the link").click()
    return page.locator(".new-key").inner_text()


def to_field(page: Page) -> None:
    """By Tab, to the next box that can be written in."""
    page.keyboard.press("Tab")
    while not page.evaluate("document.activeElement.matches('input')"):  # the test's own time limit ends it
        page.keyboard.press("Tab")


def act(page: Page, action: str) -> None:
    """Choose all of the list, and do that."""
    page.locator("#action-toggle").check()
    page.get_by_label("Action:").select_option(label=action)
    page.get_by_role("button", name="Go").click()
    expect(page.locator(".messagelist")).to_be_visible()


def first_row(page: Page, kind: str) -> str:
    """The page of what the list of a kind begins with."""
    page.goto(f"/admin/transcripts/{kind}/")
    return page.locator("#result_list tbody a[href]").first.get_attribute("href") or ""


def test_every_page_is_open_to_everybody_and_fits_a_phone(visit: Visit, stack: Stack) -> None:
    page = visit.page
    sign_in(page, stack)
    send(stack, stack.key, "of the day")
    for address in (*PAGES, *(first_row(page, kind) for kind in ("recording", "transcript", "worker"))):
        page.set_viewport_size(DESK)
        page.goto(address)
        assert barriers(visit) == [], address
        screenshot(page, address.strip("/").replace("/", "-"))
        page.set_viewport_size(PHONE)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
