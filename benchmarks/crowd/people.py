"""People: pages that stay open, and somebody who asks for the state and opens the library at fixed times."""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any

import httpx

from .hub import Hub
from .tally import Tally

PROBE_SECONDS = 0.2
ARRIVE_SECONDS = 2.0
_POLL = re.compile(r'id="library-poll" hx-get="([^"]+)" hx-trigger="every ([0-9.]+)s')


def watch(hub: Hub, count: int) -> Tally:
    """So many open pages of the library, which ask for what is new as the page's script does, until it is over."""
    return asyncio.run(_watch(hub, count))


def probe(hub: Hub, prefix: str, seconds: float) -> Tally:
    """Ask `/health` and open the library every `PROBE_SECONDS`, whether the last answer is there or not."""
    return asyncio.run(_probe(hub, prefix, time.monotonic() + seconds))


async def _watch(hub: Hub, count: int) -> Tally:
    tally = Tally()
    async with hub.browser() as page:
        await asyncio.gather(*(_one(hub, tally, page, ARRIVE_SECONDS * number / count) for number in range(count)))
    return tally


async def _one(hub: Hub, tally: Tally, page: httpx.AsyncClient, later: float) -> None:
    await asyncio.sleep(later)
    shown, _ = await tally.ask("page", page.get("/"))
    found = _POLL.search(shown.text) if shown else None
    while not hub.is_over():
        if found is None:
            tally.errors["live update: none is offered"] += 1
            return
        await asyncio.sleep(float(found[2]))
        address = found[1].replace("&amp;", "&")
        shown, _ = await tally.ask("live update", page.get(address, headers={"HX-Request": "true"}))
        if shown and shown.status_code == httpx.codes.NO_CONTENT:
            tally.counts["live updates put off"] += 1
        else:
            found = _POLL.search(shown.text) if shown else None


async def _probe(hub: Hub, prefix: str, until: float) -> Tally:
    tally, asked = Tally(), set[asyncio.Task[Any]]()
    async with hub.program() as anybody, hub.browser() as page:
        while time.monotonic() < until and not hub.is_over():
            asked.add(asyncio.create_task(tally.ask(f"{prefix} /health", anybody.get("/health"))))
            asked.add(asyncio.create_task(tally.ask(f"{prefix} library", page.get("/"))))
            await asyncio.sleep(PROBE_SECONDS)
        await asyncio.gather(*asked)
    return tally
