"""The arithmetic behind the benchmarks of devices: what is computed about a model, and how tokens are compared."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import pytest
from faster_whisper import WhisperModel, transcribe

from benchmarks import agreement, calls, random_models
from benchmarks.agreement import compared
from benchmarks.limits import KNOWN, Limit, Peak, peak_of
from benchmarks.random_models import SIZES, Size
from tests.speech import SAMPLES
from transcripts.engine import EngineConfig, Job, Options, decoding, work
from transcripts.engine.engine import Engine
from transcripts.engine.types import Segment

# What is known of large-v3-turbo: operations for a window and for a token of one beam, bytes of decoder weights.
TURBO = Limit(SIZES["turbo"], KNOWN["H200"], "float16")


def test_the_work_of_a_window_is_what_is_known_of_the_turbo_model() -> None:
    assert TURBO._encoder == pytest.approx(2.27e12, rel=0.01)
    assert TURBO._token == pytest.approx(0.35e9, rel=0.02)
    assert TURBO._weights == pytest.approx(317e6, rel=0.01)


def test_a_larger_batch_is_never_slower_and_never_past_the_encoders_own_limit() -> None:
    rates = [TURBO.windows(batch, tokens=90) for batch in (1, 8, 16, 32, 64)]
    assert rates == sorted(rates)
    assert rates[-1] < TURBO.peak.flops / TURBO._encoder


def test_where_memory_is_endless_arithmetic_decides_and_the_other_way_round() -> None:
    arithmetic = Limit(SIZES["tiny"], Peak(1e12, 1e30, "made up"), "float32")
    assert arithmetic.seconds(4, 10) == pytest.approx((4 * arithmetic._encoder + 10 * 4 * 5 * arithmetic._token) / 1e12)
    memory = Limit(SIZES["tiny"], Peak(1e30, 1e9, "made up"), "float32")
    assert memory.seconds(4, 10) == pytest.approx(10 * (memory._weights + 4 * memory._frames) / 1e9)


def test_a_card_that_nobody_has_measured_is_not_guessed() -> None:
    assert peak_of("cuda (NVIDIA H200)") is KNOWN["H200"]
    with pytest.raises(LookupError, match=r"RTX 9090.*--flops"):
        peak_of("cuda (RTX 9090)")


def _heard(*tokens: int, text: str) -> list[Segment]:
    fields: dict[str, Any] = {"temperature": 0.0, "compression_ratio": 1.0}
    return [Segment(start=0.0, end=1.0, text=text, tokens=tokens, **fields)]


def test_tokens_agree_as_far_as_both_have_them_in_one_order() -> None:
    one, other = _heard(1, 2, 3, 4, text="a b c d"), _heard(1, 3, 4, 5, text="a c d e")
    assert compared("x", one, one) == ["x", 4, 4, "100.00%", 0]
    assert compared("x", one, other) == ["x", 4, 3, "75.00%", 1]
    assert compared("x", one, []) == ["x", 4, 0, "0.00%", 4]
    assert compared("x", [], []) == ["x", 0, 0, "both silent", 0]


def test_without_a_card_it_says_that_nothing_was_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 0)
    monkeypatch.setattr("sys.argv", ["agreement"])
    agreement.main()
    assert capsys.readouterr().out.startswith("SKIPPED: there is no CUDA card here")


def test_a_random_model_says_each_window_once_with_the_tokens_that_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for owner, name in (
        (work, "TEMPERATURES"),
        (work, "MAX_LENGTH"),
        (decoding, "MAX_LENGTH"),
        (transcribe, "get_end"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))  # so that it is put back
    monkeypatch.setitem(SIZES, "least", Size(1, 1, 64, 1))
    path = random_models.make("least", tmp_path / "least")
    options = random_models.speak(20)
    engine = Engine.load(EngineConfig(model=str(path), device="cpu"))
    try:
        heard = list(engine.transcribe(SAMPLES / "en-long.flac", Options(language="en"), job=Job("noise")))
    finally:
        engine.close()
    timestamp = 1
    ours = [sum(len(segment.tokens) for segment in result.segments) + timestamp for result in heard if result.segments]
    assert ours
    assert set(ours) == {20}

    model = WhisperModel(str(path), device="cpu", compute_type="int8")
    speech = np.zeros(45 * 16_000, np.float32)  # of noise it makes no difference
    theirs = [len(said.tokens) for said in model.transcribe(speech, language="en", word_timestamps=True, **options)[0]]
    assert theirs == [20, 20]


def test_calls_are_timed_over_all_windows_whole_and_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SIZES, "least", Size(1, 1, 64, 1))
    path = random_models.make("least", tmp_path / "least")
    made = calls.Calls(WhisperModel(str(path), device="cpu", compute_type="int8", num_workers=2), most=3, tokens=10)
    assert [len(said) for said in made.generate(0, 3)] == [10, 10, 10]
    done: list[tuple[int, int]] = []

    def align(begin: int, end: int) -> None:
        made.align(begin, end)
        done.append((begin, end))

    with ThreadPoolExecutor(2) as pool:
        whole, parts = (calls._row("align", align, 3, count, pool, rounds=1) for count in (1, 2))
    assert sorted(done) == [(0, 1), (0, 1), (0, 3), (0, 3), (1, 3), (1, 3)]  # each once to warm up
    assert (whole[:3], parts[:3]) == (["align", 3, 1], ["align", 3, 2])
