"""The upload panel as a test uses it: files of any size, a slow line, and what is really sent."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path
from random import Random

from playwright.sync_api import Locator, Page, Request

MEGABYTE = 1024**2
Sound = Callable[..., Path]


def hiss(path: Path, megabytes: float = 0.1) -> Path:
    """A quiet recording like no other."""
    noise = bytes(part for byte in Random(str(path)).randbytes(2048) for part in (byte & 1, 0))
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(noise * int(megabytes * MEGABYTE / len(noise)))
    return path


def choose(page: Page, *paths: Path) -> None:
    """Choose files in the panel."""
    page.locator("#upload-file").set_input_files(list(paths))


def line_of(page: Page, name: str) -> Locator:
    """The line of a file on its way."""
    return page.locator(".transfer", has_text=name)


def button(page: Page, verb: str, name: str) -> Locator:
    """Its button."""
    return page.get_by_role("button", name=f"{verb} {name}", exact=True)


def in_library(page: Page, title: str) -> Locator:
    """What became of it."""
    return page.locator(".recording", has_text=title)


def slow_down(page: Page, bytes_per_second: float) -> None:
    """The line to the hub, up. Negative: as fast as it goes."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_second}
    line.send("Network.emulateNetworkConditions", conditions)


class Sent:
    """The requests of the upload protocol."""

    def __init__(self, page: Page) -> None:
        self.begun = 0
        self.offsets: list[int] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/uploads"):
            self.begun += 1
        elif request.method == "PATCH":
            self.offsets.append(int(request.headers["upload-offset"]))
