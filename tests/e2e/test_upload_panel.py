"""The upload panel in a real browser: many files, folders, breaks, pauses, what is known, links, the microphone."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.conftest import MAX_UPLOAD_BYTES, ORIGIN
from tests.e2e.stack import Stack
from tests.e2e.uploads import MEGABYTE, Sound, choose, in_library, line_of, slow_down
from tests.e2e.visits import Visit, barriers, screenshot, sign_in
from tests.speech import SAMPLES, requires

pytestmark = [pytest.mark.e2e, requires("chromium")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, with a microphone that beeps."""
    fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", *fake])
        yield browser
        browser.close()


def test_several_files_and_a_folder_arrive(visit: Visit, stack: Stack, sound: Sound, tmp_path: Path) -> None:
    page = visit.page
    sign_in(page, stack)
    choose(page, sound("one.wav"), sound("two.wav"), sound("three.wav"))
    for name in ("one.wav", "two.wav", "three.wav"):
        expect(in_library(page, name)).to_be_visible()

    folder = tmp_path / "meeting"
    (folder / "day two").mkdir(parents=True)
    shutil.move(sound("four.wav"), folder / "four.wav")
    shutil.move(sound("five.wav"), folder / "day two" / "five.wav")
    (folder / "minutes.txt").write_text("no recording")
    page.locator("#upload-folder").set_input_files(folder)
    for name in ("four.wav", "five.wav"):
        expect(in_library(page, name)).to_be_visible()
    assert in_library(page, "minutes.txt").count() == 0


def test_a_folder_that_is_dropped_is_read_through(visit: Visit, stack: Stack) -> None:
    """A real drop of a folder cannot be made by a program: its entries are stood in for, all else is real."""
    page = visit.page
    sign_in(page, stack)
    found = page.evaluate(
        """async () => {
          const { dropped } = await import("/static/js/upload/entries.js");
          const file = (name) => ({ name, isFile: true, file: (take) => take(new File(["x"], name)) });
          const folder = (name, inside) => ({ name, isDirectory: true, createReader: () => {
            let left = [...inside];
            return { readEntries: (take) => take(left.splice(0, 2)) };
          } });
          const tree = folder("a", [file("10.wav"), folder("b", [file("deep.wav")]), file("9.wav"), file("x.txt")]);
          const { files, isFolder } = await dropped({ items: [{ webkitGetAsEntry: () => tree }], files: [] });
          return [isFolder, files.map((found) => found.name)];
        }"""
    )
    assert found == [True, ["9.wav", "10.wav", "deep.wav", "x.txt"]]


def test_a_file_that_is_here_is_said_before_it_is_sent_again(visit: Visit, stack: Stack, sound: Sound) -> None:
    page = visit.page
    sign_in(page, stack)
    path = sound("twice.wav", 0.5)
    choose(page, path)
    expect(in_library(page, "twice.wav")).to_have_count(1)

    again = path.with_name("the same.wav")
    shutil.copy(path, again)
    choose(page, again)
    row = line_of(page, "the same.wav")
    expect(row).to_contain_text("This recording is here already: twice.wav")
    assert re.search(r"/transcripts/[0-9a-f-]{36}$", row.get_by_role("link").get_attribute("href") or "")
    screenshot(page, "upload-known")
    assert barriers(visit) == []
    assert in_library(page, "the same.wav").count() == 0
    # What lies there whole is transcribed after a minute, asked for or not.
    page.wait_for_timeout(1000)
    left = (stack.data_dir / "media" / "incoming").glob("resumable-*")
    assert [file for file in left if file.stat().st_size == again.stat().st_size] == []
    page.get_by_role("button", name="Transcribe all the same: the same.wav").click()
    expect(in_library(page, "the same.wav")).to_have_count(1)


def test_what_cannot_be_taken_is_said_in_words(visit: Visit, stack: Stack, tmp_path: Path) -> None:
    page = visit.page
    sign_in(page, stack)
    with (tmp_path / "huge.wav").open("wb") as file:
        file.truncate(2 * MAX_UPLOAD_BYTES)
    (tmp_path / "empty.wav").touch()
    (tmp_path / "notes.wav").write_text("these are notes")
    choose(page, *(tmp_path / name for name in ("huge.wav", "empty.wav", "notes.wav")))
    expect(line_of(page, "huge.wav")).to_contain_text("Too large: 64 MB. The limit is 32 MB.")
    expect(line_of(page, "empty.wav")).to_contain_text("The file is empty.")
    expect(line_of(page, "notes.wav")).to_contain_text("not an audio or video")
    visit.forgive("415")
    page.locator("#upload-language").fill("Klingonisch, mindestens")
    choose(page, SAMPLES / "en-short-2.flac")
    expect(page.locator("#upload-language-error")).to_have_text("Choose a language from the list, or leave it empty.")
    expect(page.locator("#upload-language")).to_be_focused()
    screenshot(page, "upload-refused")


def test_options_are_sent_and_remembered(visit: Visit, stack: Stack, sound: Sound) -> None:
    page = visit.page
    sign_in(page, stack)
    with stack.client() as client:
        client.post("/api/v1/glossaries", json={"name": "Town council", "words": "Okafor, Świątek"}).raise_for_status()
    page.reload()
    page.get_by_label("Language spoken").fill("Spanish")
    page.get_by_text("More options").click()
    page.get_by_label("Title", exact=True).fill("Sesión del consejo")
    page.locator("#upload-tags").fill("township, 2026")
    page.get_by_label("Names and terms to expect").fill("Quintero")
    page.get_by_label("Glossary").select_option("Town council")
    page.get_by_label("Priority").select_option("bulk")
    page.get_by_label("Stereo").check()
    choose(page, sound("council.wav"))
    expect(in_library(page, "Sesión del consejo")).to_be_visible()

    with stack.client() as client:
        (made,) = client.get("/api/v1/transcripts", params={"q": "Sesión"}).json()["results"]
    assert made["tags"] == ["2026", "township"] or made["tags"] == ["township", "2026"]
    assert {name: made["options"][name] for name in ("language", "priority", "hotwords", "glossary", "channels")} == {
        "language": "es",
        "priority": "bulk",
        "hotwords": "Quintero",
        "glossary": "Town council",
        "channels": True,
    }
    page.reload()
    expect(page.get_by_label("Language spoken")).to_have_value("Spanish")
    expect(page.locator("[data-option-count]")).to_have_text("5 set")
    page.get_by_text("More options").click()
    expect(page.get_by_label("Glossary")).to_have_value("Town council")
    page.locator("#upload-tags").fill("2026, town")  # the last of several tags is completed, by what is not there yet
    suggested = "field => [...field.list.options].map(option => option.value)"
    offered = page.locator("#upload-tags").evaluate(suggested)  # other tests' tags among them
    assert "2026, township" in offered
    assert "2026, 2026" not in offered
    assert all(tags.startswith("2026, ") for tags in offered)
    expect(page.get_by_label("Stereo")).to_be_checked()
    expect(page.get_by_label("Title", exact=True)).to_have_value("")


def test_a_link_is_fetched_or_refused_in_words(visit: Visit, stack: Stack, sound: Sound) -> None:
    page, there = visit.page, sound("elsewhere.wav")
    sign_in(page, stack)
    with _origin(there.parent) as address:
        link = page.get_by_label("Or fetch it from a link")
        link.fill(f"{address}/{there.name}")
        link.press("Enter")
        expect(in_library(page, there.name)).to_be_visible()
        link.fill(f"{address}/nothing.flac")
        page.get_by_role("button", name="Fetch").click()
        expect(line_of(page, "nothing.flac")).to_contain_text("404")
    visit.forgive("502")  # what the service answers for it


def test_a_microphone_is_recorded(visit: Visit, stack: Stack) -> None:
    page = visit.page
    sign_in(page, stack)
    page.get_by_role("button", name="Record", exact=True).click()
    stop = page.get_by_role("button", name="Stop")
    expect(stop).to_contain_text("0:02")
    screenshot(page, "upload-recording")
    stop.click()
    expect(in_library(page, "Recording 20")).to_be_visible()
    expect(page.get_by_role("button", name="Record", exact=True)).to_be_visible()


def test_the_panel_is_used_by_keyboard_alone(visit: Visit, stack: Stack, sound: Sound) -> None:
    page = visit.page
    sign_in(page, stack)
    page.on("filechooser", lambda chooser: None)  # from now on, not only from the first time that one is awaited
    _tab_to(page, "upload-file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(sound("by keyboard.wav"))
    expect(in_library(page, "by keyboard.wav")).to_be_visible()
    _tab_to(page, "upload-folder")
    with page.expect_file_chooser():
        page.keyboard.press("Enter")
    _tab_to(page, "upload-task")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("Priority")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280, 2560])
def test_the_panel_has_no_barriers_and_fits(visit: Visit, stack: Stack, sound: Sound, width: int) -> None:
    page = visit.page
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, stack)
    slow_down(page, MEGABYTE / 16)  # a minute and more: whoever looks on a busy machine finds them on their way
    paths = [sound(f"a name that is far too long to be shown on one line of the panel {n}.wav", 2) for n in range(4)]
    choose(page, *paths)
    expect(page.locator(".transfer").first).to_contain_text("kB/s")
    page.locator(".transfer [data-do=pause]").first.click()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        screenshot(page, f"upload-{width}-{theme}")
    page.get_by_text("More options").click()
    assert barriers(visit) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("Stereo").scroll_into_view_if_needed()
    screenshot(page, f"upload-{width}-options")
    for _ in paths:
        page.locator(".transfer [data-do=cancel]").first.click()


def _tab_to(page: Page, identity: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == identity:
            return
    raise AssertionError(f"no way to {identity} by the tab key")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Not into the test's output."""


@contextmanager
def _origin(folder: Path) -> Iterator[str]:
    """Another program's web server with the files of a folder."""
    with HTTPServer(ORIGIN, partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield "http://{}:{}".format(*ORIGIN)
        server.shutdown()
        thread.join()
