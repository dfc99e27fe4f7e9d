"""The card's self-test runs in a process of its own. There is no card here: failing children stand in for it."""

from __future__ import annotations

import sys

import pytest

from tests.speech import DEMO_MODEL
from transcripts.engine import UnsupportedDevice
from transcripts.engine.device import Device
from transcripts.engine.selftest import check

CARD = Device("cuda", "cuda (Pretended Card)", "float16")


def child(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def test_the_real_child_computes_on_the_cpu() -> None:
    check(DEMO_MODEL, Device("cpu", "cpu", "int8"))


def test_the_real_child_says_why_it_cannot() -> None:
    with pytest.raises(UnsupportedDevice, match=r"cpu failed its self-test in float17: .*float17"):
        check(DEMO_MODEL, Device("cpu", "cpu", "float17"))


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import os; os.abort()", r"killed by SIGABRT \(it said nothing\)"),
        ("import sys, os; print('cublas gone', file=sys.stderr, flush=True); os.abort()", r"SIGABRT \(cublas gone\)"),
        ("raise RuntimeError('CUDA driver version is insufficient')", "CUDA driver version is insufficient"),
        ("raise SystemExit(3)", "it said nothing"),
    ],
    ids=["aborts", "says something and aborts", "raises", "exits"],
)
def test_a_child_that_dies_is_a_refusal_with_its_last_words(program: str, reason: str) -> None:
    with pytest.raises(
        UnsupportedDevice, match=rf"cuda \(Pretended Card\) failed its self-test in float16: .*{reason}"
    ):
        check(DEMO_MODEL, CARD, child(program))


def test_a_child_that_hangs_is_given_up() -> None:
    with pytest.raises(UnsupportedDevice, match="did not answer within 0 s"):
        check(DEMO_MODEL, CARD, child("import time; time.sleep(60)"), timeout=0.2)
