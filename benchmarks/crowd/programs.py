"""Programs that post a clip, wait for its words and hold them against the right ones, one clip after the other."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import httpx

from .hub import Hub
from .tally import Tally


@dataclass(frozen=True)
class Clip:
    """A recording and what is said in it, as the hub heard it when it had nothing else to do."""

    content: bytes
    words: str

    @classmethod
    def heard(cls, path: Path, client: httpx.Client) -> Clip:
        """Ask for the words of a file."""
        content = path.read_bytes()
        answer = client.post("/transcribe", files={"file": content}).raise_for_status()
        return cls(content, answer.json()["text"])


def post(hub: Hub, clips: list[Clip], count: int) -> Tally:
    """So many programs side by side until it is over; the last answer of each is waited for."""
    return asyncio.run(_post(hub, clips, count))


async def _post(hub: Hub, clips: list[Clip], count: int) -> Tally:
    tally = Tally()
    async with hub.program() as client:
        await asyncio.gather(*(_one(hub, tally, client, clips[number % len(clips)]) for number in range(count)))
    return tally


async def _one(hub: Hub, tally: Tally, client: httpx.AsyncClient, clip: Clip) -> None:
    while not hub.is_over():
        answer, away = await tally.ask("clip", client.post("/transcribe", files={"file": clip.content}))
        if answer is None:
            await asyncio.sleep(away or 1.0)
        elif answer.json()["text"] == clip.words:
            tally.counts["right words"] += 1
        else:
            tally.errors[f"clip: not the words of an idle hub: {answer.text[:120]}"] += 1
