"""`make bench-load`: does the hub stay quick for people while programs wait, pages watch and large files come in?

At once, for `--seconds`: clients that post a clip and wait for its words, one after the other; pages of the library
that ask for what is new every two seconds; uploads of large files that go on all the time; and somebody who asks
`/health` and opens the library. Baseline: the same two questions to the same hub while nothing else happens.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import struct
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.processes import Usage, usage_of
from benchmarks.recordings import short_clips
from benchmarks.report import save, table
from benchmarks.stack import Stack, running

POLL_SECONDS = 2.0
CHUNK_BYTES = 256 * 1024
# A WAV header that states more than is sent, as a recorder writes it that streams: silence in 16 bits at 16 kHz.
WAV_HEADER = struct.pack(
    "<4sI8sIHHIIHH4sI", b"RIFF", 0xFFFFFFFF, b"WAVEfmt ", 16, 1, 1, 16_000, 32_000, 2, 16, b"data", 0xFFFFFFFF
)


@dataclass
class Tally:
    """What was asked, how long each answer took in seconds, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)

    async def ask(self, what: str, question: Awaitable[httpx.Response]) -> httpx.Response | None:
        """The answer, timed; None and one more error if there is none or it is not of success."""
        began = time.perf_counter()
        try:
            answer = await question
        except httpx.HTTPError as error:
            self.errors[f"{what}: {type(error).__name__}"] += 1
            return None
        self.seconds[what].append(time.perf_counter() - began)
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            self.errors[f"{what}: {answer.status_code}"] += 1
            return None
        return answer


def percentile(values: list[float], percent: float) -> float:
    """Nearest rank, in milliseconds."""
    ranked = sorted(values)
    return 1000 * ranked[min(round(percent / 100 * len(ranked)), len(ranked) - 1)] if ranked else float("nan")


async def wait_for_words(tally: Tally, client: httpx.AsyncClient, clip: Path, until: float) -> None:
    """One program: a clip, its words, the next clip."""
    content = clip.read_bytes()
    while time.perf_counter() < until:
        await tally.ask("clip", client.post("/transcribe", files={"file": content}))


async def watch(tally: Tally, page: httpx.AsyncClient, until: float) -> None:
    """One page of the library that is open."""
    shown = await tally.ask("page", page.get("/"))
    found = re.search(r'hx-get="([^"]*live[^"]*)"', shown.text) if shown else None
    address = found[1].replace("&amp;", "&") if found else "/"
    while time.perf_counter() < until:
        await asyncio.sleep(POLL_SECONDS)
        await tally.ask("live update", page.get(address, headers={"HX-Request": "true"}))


async def upload(tally: Tally, client: httpx.AsyncClient, size: int, until: float) -> None:
    """Large files one after the other; each is cancelled as soon as it is there: its words are not what is measured."""
    while time.perf_counter() < until:
        headers = {"Prefer": "respond-async", "Content-Type": "multipart/form-data; boundary=edge"}
        answer = await tally.ask("upload", client.post("/transcribe", content=_large_body(size), headers=headers))
        if answer is not None:
            await client.post(f"/api/v1/transcripts/{answer.headers['X-Transcript-Id']}/cancel")


async def _large_body(size: int) -> AsyncIterator[bytes]:
    yield b'--edge\r\nContent-Disposition: form-data; name="file"; filename="large.wav"\r\n\r\n' + WAV_HEADER
    silence = bytes(CHUNK_BYTES)
    for _ in range(size // CHUNK_BYTES):
        yield silence
    yield b"\r\n--edge--\r\n"


async def probe(tally: Tally, client: httpx.AsyncClient, page: httpx.AsyncClient, until: float, prefix: str) -> None:
    """Somebody asks for the state and opens the library, every 100 ms."""
    while time.perf_counter() < until:
        await tally.ask(f"{prefix} /health", client.get("/health"))
        await tally.ask(f"{prefix} library", page.get("/"))
        await asyncio.sleep(0.1)


async def signed_in(stack: Stack, name: str, password: str) -> httpx.AsyncClient:
    """Somebody's browser."""
    page = httpx.AsyncClient(base_url=stack.url, timeout=120, follow_redirects=True)
    form = await page.get("/login")
    token = form.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    fields = {"username": name, "password": password, "csrfmiddlewaretoken": token}
    answer = await page.post("/login", data=fields, headers={"Referer": f"{stack.url}/login"})
    answer.raise_for_status()
    return page


async def measure(stack: Stack, options: argparse.Namespace, folder: Path) -> tuple[Tally, list[Usage]]:
    """Idle, under load, and what the web processes hold before, during and after."""
    tally, clips = Tally(), short_clips(folder, 8)
    password = (folder / "hub" / "run.log").read_text().partition("password ")[2].split()[0]
    limits = httpx.Limits(max_connections=None)
    headers = {"Authorization": f"Bearer {stack.key}"}
    async with httpx.AsyncClient(base_url=stack.url, headers=headers, timeout=600, limits=limits) as client:
        pages = [await signed_in(stack, "admin", password) for _ in range(options.pages)]
        await probe(tally, client, pages[0], time.perf_counter() + 10, "idle")
        used = [usage_of(stack.process.pid, "gunicorn")]
        until = time.perf_counter() + options.seconds
        actors: list[Callable[[], Awaitable[None]]] = [
            *(lambda n=n: wait_for_words(tally, client, clips[n % len(clips)], until) for n in range(options.clients)),
            *(lambda page=page: watch(tally, page, until) for page in pages),
            *(lambda: upload(tally, client, options.upload_mb * 1024**2, until) for _ in range(options.uploads)),
            lambda: probe(tally, client, pages[0], until, "loaded"),
        ]
        running_actors = [asyncio.ensure_future(actor()) for actor in actors]
        while time.perf_counter() < until:
            await asyncio.sleep(1)
            used.append(usage_of(stack.process.pid, "gunicorn"))
        await asyncio.gather(*running_actors)
        for page in pages:
            await page.aclose()
    await asyncio.sleep(5)
    used.append(usage_of(stack.process.pid, "gunicorn"))
    return tally, used


def main() -> None:
    """Run it and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--uploads", type=int, default=20)
    parser.add_argument("--upload-mb", type=int, default=1024)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="whisperhub-load-") as folder, running(Path(folder) / "hub") as stack:
        tally, used = asyncio.run(measure(stack, options, Path(folder)))
    rows = [
        (what, len(values), *(f"{percentile(values, percent):.0f}" for percent in (50, 95, 99)))
        for what, values in sorted(tally.seconds.items())
    ]
    before, after = used[0], used[-1]
    peak = max(usage.resident_bytes for usage in used)
    held = [
        ("resident, MB", before.resident_bytes >> 20, peak >> 20, after.resident_bytes >> 20),
        ("open files", before.files, max(usage.files for usage in used), after.files),
        ("threads", before.threads, max(usage.threads for usage in used), after.threads),
    ]
    save(
        "load",
        "The hub under load",
        f"python -m benchmarks.load --clients {options.clients} --pages {options.pages} --uploads {options.uploads} "
        f"--upload-mb {options.upload_mb} --seconds {options.seconds}",
        table(["question", "answers", "p50 ms", "p95 ms", "p99 ms"], rows),
        table(["all web processes", "before", "at most", "after"], held),
        "Errors: " + (", ".join(f"{what} × {count}" for what, count in tally.errors.items()) or "none"),
        "Goals: `/health` p99 under 200 ms, library p95 under 300 ms, no error, web under 400 MB.",
    )


if __name__ == "__main__":
    main()
