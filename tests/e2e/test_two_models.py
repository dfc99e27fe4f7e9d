"""One worker with two models: each may be named, by a program and by a person, and the second goes when it is idle."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.backing import backing
from tests.e2e.stack import Stack
from tests.e2e.test_crashes import wait_until_done
from tests.e2e.visits import PATIENCE_MS, send_though_known, sign_in
from tests.metrics.scraped import families
from tests.speech import DEMO_MODEL, SAMPLES, reference, requires, word_error_rate

pytestmark = pytest.mark.e2e

SPOKEN = "es-short-2.flac"
IDLE_SECONDS = 3
UNLOADED = r"unloading a model that nobody has used for 3 s"
UNLOADED_WITHIN = 60.0
TOKEN = "the token of the monitoring"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The demo model, and a copy of it that is called council."""
    folder = tmp_path_factory.mktemp("two")
    settings = {
        "WHISPER_MODELS": str(shutil.copytree(DEMO_MODEL, folder / "council")),
        "WHISPER_IDLE_SECONDS": str(IDLE_SECONDS),
        "WHISPERHUB_JOIN_SECONDS": "0",
        "WHISPERHUB_METRICS_TOKEN": TOKEN,
    }
    with backing() as services, Stack(folder / "hub", services | settings) as running:
        yield running


def order(hub: Stack, **fields: str) -> dict[str, Any]:
    """The finished transcript of such an order."""
    with hub.client() as client:
        sent = client.post("/api/v1/transcripts", files={"file": (SAMPLES / SPOKEN).read_bytes()}, data=fields)
        assert sent.status_code == 201, sent.text
        return wait_until_done(client, f"/api/v1/transcripts/{sent.json()['id']}")


def windows(hub: Stack, model: str) -> float:
    """How many this model has heard, as the monitoring is told."""
    told = httpx.get(f"{hub.base_url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    samples = families(told)["whisperhub_model_windows"].samples
    return sum(one.value for one in samples if one.labels["model"] == model and one.name.endswith("_total"))


def wait_for_windows(hub: Stack, model: str, least: float) -> None:
    """The worker's figures come with its next heartbeat."""
    deadline = time.monotonic() + 30
    while windows(hub, model) < least:
        assert time.monotonic() < deadline, (windows(hub, model), least)
        time.sleep(0.5)


def test_health_names_both(hub: Stack) -> None:
    assert (hub.health()["model"], hub.health()["models"]) == ("demo", ["demo", "council"])


def test_an_order_is_heard_by_the_model_that_it_names_and_its_transcript_says_so(hub: Stack) -> None:
    named, plain, english = order(hub, model="council"), order(hub), order(hub, model="council", task="translate")
    assert [made["model"]["name"] for made in (named, plain, english)] == ["council", "demo", "council"]
    assert named["options"]["model"] == "council"
    truth = reference(SPOKEN)
    assert max(word_error_rate(truth.text, made["text"]) for made in (named, plain)) <= 0.07
    assert word_error_rate(truth.english, english["text"]) <= 0.07


def test_a_model_that_there_is_not_is_refused_with_those_that_there_are(hub: Stack) -> None:
    with hub.client() as client:
        answer = client.post("/transcribe?model=parliament", files={"file": (SAMPLES / SPOKEN).read_bytes()})
    assert answer.status_code == 400
    assert answer.json()["detail"] == "There is no model 'parliament' here. Use one of: demo, council."


def test_the_second_goes_when_it_is_idle_comes_back_and_is_counted_throughout(hub: Stack) -> None:
    for _ in range(2):
        heard, written = windows(hub, "council"), len(hub.output.text)
        assert order(hub, model="council")["model"]["name"] == "council"
        hub.output.wait_for(UNLOADED, UNLOADED_WITHIN, after=written)
        wait_for_windows(hub, "council", heard + 2)  # its language, and its words


@requires("chromium")
def test_a_person_chooses_it_and_reads_which_one_it_was(hub: Stack, browser: Browser) -> None:
    page = browser.new_page(base_url=hub.base_url)
    page.set_default_timeout(PATIENCE_MS)
    sign_in(page, hub)
    page.get_by_text("More options").click()
    page.get_by_label("Model", exact=True).select_option("council")
    page.locator("#upload-file").set_input_files(SAMPLES / SPOKEN)
    send_though_known(page, SPOKEN)
    row = page.locator(".recording", has_text=SPOKEN).first
    expect(row.locator(".state")).to_have_text("Done")
    row.get_by_role("link", name=SPOKEN).click()
    expect(page.locator("dt", has_text="Model").first.locator("xpath=following-sibling::dd")).to_have_text("council")
    page.close()
