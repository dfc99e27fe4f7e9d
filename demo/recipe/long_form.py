"""Measures the sample recordings in every way that faster-whisper can go through a file."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel
from faster_whisper.audio import decode_audio
from faster_whisper.transcribe import Segment, TranscriptionInfo
from numpy.typing import NDArray

from demo.recipe.recordings import Truth
from demo.recipe.samples import REFERENCE
from demo.recipe.scoring import Score
from demo.recipe.short_form import joined

Transcribe = Callable[[NDArray[np.float32]], tuple[Any, TranscriptionInfo]]

BATCH_SIZE = 4


def measure_samples(model: WhisperModel, directory: Path) -> Iterator[str]:
    """One line a recording and mode."""
    truths: dict[str, Truth] = json.loads((directory / REFERENCE).read_text(encoding="utf-8"))
    modes = _modes(model)
    for name, truth in truths.items():
        audio = decode_audio(str(directory / name))
        chosen = (
            modes if "long" in name else {mode: modes[mode] for mode in ("sequential", "sequential, VAD", "batched")}
        )
        for mode, transcribe in chosen.items():
            yield f"{name} [{mode}]: {_line(transcribe, audio, truth)}"
        if truth["language"] == "es":
            score = Score()
            translation = model.transcribe(audio, task="translate", language="es")[0]
            score.add(" ".join(segment["english"] for segment in truth["segments"]), joined(translation))
            yield f"{name} [translate]: {score}"


def _modes(model: WhisperModel) -> dict[str, Transcribe]:
    batched = partial(BatchedInferencePipeline(model).transcribe, batch_size=BATCH_SIZE)
    return {
        "sequential": model.transcribe,
        "sequential, VAD": partial(model.transcribe, vad_filter=True),
        "sequential, words": partial(model.transcribe, word_timestamps=True),
        "sequential, no previous text": partial(model.transcribe, condition_on_previous_text=False),
        "batched": batched,
        "batched, timestamps": partial(batched, without_timestamps=False),
    }


def _line(transcribe: Transcribe, audio: NDArray[np.float32], truth: Truth) -> str:
    started = time.monotonic()
    found, info = transcribe(audio)
    segments = list(found)
    elapsed = time.monotonic() - started
    if not truth["segments"]:
        no_speech = [round(segment.no_speech_prob, 3) for segment in segments]
        return f"{len(segments)} segments {joined(segments)!r} no_speech {no_speech}"
    score = Score()
    score.add(" ".join(segment["text"] for segment in truth["segments"]), joined(segments))
    errors = boundary_errors(segments, truth) or [float("nan")]
    return (
        f"{info.language} {score}; {len(segments)} segments for {len(truth['segments'])}; "
        f"boundary error median {np.median(errors):.3f} s, mean {np.mean(errors):.3f}, "
        f"90 % {np.percentile(errors, 90):.3f} (n={len(errors)}); {elapsed:.1f} s"
    )


def boundary_errors(segments: list[Segment], truth: Truth) -> list[float]:
    """How far (seconds) starts and ends of sentences are off, over those that some segment covers by half."""
    errors: list[float] = []
    for sentence in truth["segments"]:
        start, end = sentence["start"], sentence["end"]
        covering = [s for s in segments if min(s.end, end) - max(s.start, start) > 0.5 * (end - start)]
        if covering:
            errors += [abs(covering[0].start - start), abs(covering[-1].end - end)]
    return errors
