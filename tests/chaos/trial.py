"""Everything breaks while recordings are under way, in an order drawn from a printed seed; nothing is lost or doubled.

Recordings come all the time while it lasts. `WHISPERHUB_CHAOS_JOBS=200` asks for at least so many and repeats the
faults, `WHISPERHUB_CHAOS_SEED` is another order, `WHISPERHUB_CHAOS_OUTAGE=30` makes every outage last so many seconds.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

from tests.chaos.clients import Senders, described
from tests.chaos.conftest import StartHub
from tests.chaos.damage import EVERYWHERE, WITH_SERVICES, Fault, Hub, fill_the_disk
from tests.chaos.ledger import Ledger
from tests.e2e.stack import Stack
from tests.speech import SAMPLES

JOBS = int(os.environ.get("WHISPERHUB_CHAOS_JOBS", "20"))
SEED = int(os.environ.get("WHISPERHUB_CHAOS_SEED", "20260101"))
SHORT = ("en-short-1", "en-short-2", "en-short-3", "es-short-1", "es-short-2", "es-short-3", "silence")
LONG = ("en-long", "es-long")
LONG_SHARE = 0.1
SETTLE_SECONDS = 300.0


def break_everything(kind: str, start_hub: StartHub, capsys: pytest.CaptureFixture[str]) -> None:
    """Every recording ends once with all its words, whatever breaks on a hub of this kind."""
    hub = start_hub(kind)
    undisturbed = {name: _text_of(hub.stack, SAMPLES / f"{name}.flac") for name in (*SHORT, *LONG)}
    draw = random.Random(SEED)
    faults = _faults(hub, draw)
    senders = Senders(hub.stack, lambda: _recording(draw), least=JOBS)

    senders.start()
    for fault in faults:
        time.sleep(draw.uniform(0.5, 2.5))
        fault(hub)
        hub.wait_until_healthy()
    senders.finish()
    _wait_until_nothing_is_open(hub)

    ledger = Ledger.of(hub.stack)
    with capsys.disabled():
        print(_report(kind, faults, senders, ledger))  # noqa: T201  # the figures are what this is for
    sent = {sent.transcript_id: sent for sent in senders.all}
    rows = {name: row for name, row in ledger.rows.items() if name in sent}
    assert senders.complaints == []
    assert len(sent) == len(senders.all), "two keys were given one transcript"
    assert len(ledger.rows) == len(senders.all) + len(undisturbed), "a recording was transcribed twice, or not at all"
    assert [(row.title, row.error, row.outcomes) for row in rows.values() if row.status != "done"] == []
    assert [fault for row in rows.values() for fault in row.faults()] == []
    for name, row in rows.items():
        assert row.text == undisturbed[sent[name].path.stem], (row.title, row.outcomes)
    told = {name: each.text for name, each in sent.items() if each.text is not None}
    assert told == {name: described(hub.stack, name)["text"] for name in told}
    assert ledger.lost_files == set()
    assert {name for name in ledger.orphan_files if name.startswith("recordings/")} == set()


def _faults(hub: Hub, draw: random.Random) -> list[Fault]:
    faults = [*EVERYWHERE, *(WITH_SERVICES if hub.services is not None else ())]
    if os.path.ismount(hub.media):
        faults.append(fill_the_disk)
    faults *= max(1, JOBS // 100)
    draw.shuffle(faults)
    return faults


def _recording(draw: random.Random) -> Path:
    return SAMPLES / f"{draw.choice(LONG if draw.random() < LONG_SHARE else SHORT)}.flac"


def _text_of(stack: Stack, path: Path) -> str:
    with stack.client() as client, path.open("rb") as file:
        answer = client.post("/transcribe", files={"file": file})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["text"])


def _wait_until_nothing_is_open(hub: Hub) -> None:
    deadline = time.monotonic() + SETTLE_SECONDS
    with hub.stack.client() as client:
        while any(_count(client, status) for status in ("queued", "running")):
            assert time.monotonic() < deadline, "some are still open: " + hub.stack.output.text[-3000:]
            time.sleep(0.5)  # what anybody who asks over HTTP does


def _count(client: httpx.Client, status: str) -> int:
    answer = client.get("/api/v1/transcripts", params={"status": status})
    assert answer.status_code == 200, answer.text
    return len(answer.json()["results"])


def _report(kind: str, faults: list[Fault], senders: Senders, ledger: Ledger) -> str:
    outcomes = Counter(outcome for row in ledger.rows.values() for outcome in row.outcomes)
    statuses = Counter(row.status for row in ledger.rows.values())
    return "\n".join(
        [
            f"\nchaos on {kind}, seed {SEED}: {len(faults)} faults, {len(senders.all)} recordings",
            f"  faults    {', '.join(fault.__name__ for fault in faults)}",
            f"  answers   {dict(senders.answers)}",
            f"  attempts  {dict(outcomes)}",
            f"  ended     {dict(statuses)}; orphan files {len(ledger.orphan_files)}, lost {len(ledger.lost_files)}",
        ]
    )
