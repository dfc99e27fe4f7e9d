"""Bare faster-whisper, the baseline of every comparison: same model, same options, no service around it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from faster_whisper import BatchedInferencePipeline, WhisperModel

ROOT = Path(__file__).parent.parent
DEMO_MODEL = ROOT / "demo" / "model"
BATCH = 8

Transcribe = Callable[[Path], object]


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def load(model: Path = DEMO_MODEL, device: str = "cpu", compute_type: str = "int8") -> WhisperModel:
    """The model; by default as the service loads it on a CPU."""
    return WhisperModel(str(model), device=device, compute_type=compute_type)


def sequential(model: WhisperModel, **options: Any) -> Transcribe:
    """`WhisperModel.transcribe` with its voice detection: what most servers call."""
    return lambda path: list(model.transcribe(str(path), word_timestamps=True, vad_filter=True, **options)[0])


def batched(model: WhisperModel, **options: Any) -> Transcribe:
    """`BatchedInferencePipeline` with timestamps, one per call (it keeps state): the fastest that the library has."""
    options |= {"batch_size": BATCH, "word_timestamps": True, "without_timestamps": False}
    return lambda path: list(BatchedInferencePipeline(model).transcribe(str(path), **options)[0])
