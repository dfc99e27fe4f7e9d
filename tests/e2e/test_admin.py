"""An administrator with a browser: hands out a key, puts the queue in order, sends a webhook again; on any screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.e2e.backing import backing
from tests.e2e.recordings import record
from tests.e2e.stack import Stack
from tests.e2e.visits import PATIENCE_MS, Visit, barriers, screenshot, sign_in
from tests.receiver import Receiver, receiving
from tests.speech import SAMPLES, requires, requires_espeak

pytestmark = [pytest.mark.e2e, requires("chromium"), requires_espeak]
PHONE, DESK = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=900)


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    """A program that is told of events; it is out of order at first."""
    with receiving(500, 204) as server:
        yield server


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Stack]:
    """A hub that transcribes one recording at a time: the others wait."""
    settings = {
        "WHISPERHUB_WORKER_JOBS": "1",
        "WHISPERHUB_URL_ALLOWED_NETWORKS": "127.0.0.0/8",
        "WHISPERHUB_URL_ALLOWED_PORTS": str(receiver.port),
    }
    with backing() as services, Stack(tmp_path_factory.mktemp("hub"), services | settings) as running:
        yield running


@pytest.fixture
def visit(browser: Browser, hub: Stack) -> Iterator[Visit]:
    """The administrator, signed in; afterwards nothing may have gone wrong, and nothing may have left the host."""
    context = browser.new_context(base_url=hub.base_url, viewport=DESK)
    context.set_default_timeout(PATIENCE_MS)
    visit = Visit(context.new_page())
    sign_in(visit.page, hub)
    yield visit
    context.close()
    assert visit.problems == []
    assert visit.hosts <= {urlsplit(hub.base_url).netloc}


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


def send(hub: Stack, key: str, path: Path, language: str) -> None:
    """A recording that is in no hurry."""
    answer = httpx.post(
        f"{hub.base_url}/api/v1/transcripts",
        headers={"X-API-Key": key},
        files={"file": (path.name, path.read_bytes())},
        data={"priority": "bulk", "title": f"{language} {path.name}", "language": language},
        timeout=60,
    )
    assert answer.status_code in (201, 202), answer.text


def rows(page: Page, section: str) -> Locator:
    """What is listed under a heading of the queue."""
    return page.get_by_role("region", name=section, exact=True).get_by_role("listitem").filter(has=page.locator("a"))


def titles(page: Page, section: str) -> Locator:
    """Their links."""
    return rows(page, section).locator(".queue-what > a")


def test_a_key_is_handed_out_and_what_it_sends_is_put_in_order(visit: Visit, hub: Stack, tmp_path: Path) -> None:
    page = visit.page
    key = new_key(page, "Newsroom")
    page.get_by_role("link", name="Queue").first.click()
    expect(page.get_by_role("region", name="Waiting")).to_contain_text("Nothing.")
    # Half an hour, so that there is all the time to put in order what waits behind it.
    endless = record(tmp_path / "endless.wav", "en", 5, seed=1, times=100)
    send(hub, key, endless.path, "en")
    expect(titles(page, "In work")).to_have_text(["en endless.wav"])  # without a reload
    for name, language in (("es-long.flac", "es"), ("en-long.flac", "es")):
        send(hub, key, SAMPLES / name, language)

    expect(titles(page, "Waiting")).to_have_text(["es es-long.flac", "es en-long.flac"])
    assert barriers(visit) == []
    screenshot(page, "queue")
    rows(page, "Waiting").nth(1).get_by_role("button", name="Sooner").press("Enter")
    expect(page.locator("#said")).to_contain_text("“es en-long.flac” waits as normal work now.")
    expect(titles(page, "Waiting")).to_have_text(["es en-long.flac", "es es-long.flac"])
    rows(page, "Waiting").nth(1).get_by_role("button", name="Cancel").press("Enter")
    expect(titles(page, "Failed or cancelled within a day")).to_have_text(["es es-long.flac"])
    expect(page.locator("#said")).to_be_focused()  # the button went with its row
    rows(page, "Failed or cancelled within a day").get_by_role("button", name="Try again").press("Enter")
    expect(titles(page, "Waiting")).to_have_text(["es en-long.flac", "es es-long.flac"])

    page.goto("/admin/transcripts/auditentry/")
    expect(page.locator("#result_list .field-verb")).to_contain_text(["retry", "cancel", "set priority", "add"])
    page.goto("/admin/")
    page.get_by_role("link", name="Usage").click()
    expect(page.get_by_role("region", name="By key").get_by_role("row", name="Newsroom")).to_contain_text("3")


def test_a_webhook_is_tested_and_what_it_missed_is_sent_again(visit: Visit, receiver: Receiver) -> None:
    page = visit.page
    page.goto("/admin/transcripts/webhook/add/")
    page.get_by_label("URL:").fill(receiver.url)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".new-key")).to_have_text(re.compile("^whsec_"))
    act(page, "Send a test to the selected webhooks")
    (first,) = receiver.wait(1)  # answered with 500

    page.goto("/admin/transcripts/delivery/")
    act(page, "Send the selected deliveries again")
    again = receiver.wait(2)[1]
    assert again.headers["webhook-id"] == first.headers["webhook-id"]
    page.goto("/admin/transcripts/delivery/")
    page.locator("#result_list").get_by_role("link", name="a test", exact=True).click()
    expect(page.locator("#log-group .has_original .field-status_code")).to_have_text(["500", "204"])


def act(page: Page, action: str) -> None:
    """Choose all of the list, and do that."""
    page.locator("#action-toggle").check()
    page.get_by_label("Action:").select_option(label=action)
    page.get_by_role("button", name="Go").click()
    expect(page.locator(".messagelist")).to_be_visible()


@pytest.mark.parametrize(
    "address",
    [
        "/admin/",
        "/admin/usage/",
        "/admin/transcripts/apikey/1/change/",
        "/admin/transcripts/recording/",
        "/admin/transcripts/tag/",
        "/admin/transcripts/comment/",
        "/admin/transcripts/delivery/",
        "/admin/auth/user/1/change/",
        "/admin/auth/group/1/change/",
    ],
)
def test_every_page_is_open_to_everybody_and_fits_a_phone(address: str, visit: Visit) -> None:
    page = visit.page
    page.goto(address)
    assert barriers(visit) == []
    screenshot(page, address.strip("/").replace("/", "-"))
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
