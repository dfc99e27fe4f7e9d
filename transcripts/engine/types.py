"""The words that the engine room and its callers share. Plain frozen data; times are float seconds of the media."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Task = Literal["transcribe", "translate"]
Priority = Literal["interactive", "normal", "bulk"]


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word. `text` keeps the leading space of the tokenizer where the language writes one."""

    text: str
    start: float
    end: float
    probability: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence or phrase with its times (seconds) and the numbers the decoder gave it.

    `flags` names doubts (`"repetition"`, `"possible_hallucination"`, …): the words stay, a reader is warned.
    `seek` is the start of its window in 10-ms frames, as in Whisper's own output.
    """

    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()
    tokens: tuple[int, ...] = ()
    seek: int = 0
    temperature: float = 0.0
    avg_logprob: float = 0.0
    compression_ratio: float = 1.0
    no_speech_prob: float = 0.0
    speaker: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WindowResult:
    """All that was said up to `end` (seconds of the media) since the previous result, in order.

    Results of one job arrive in order and never overlap; `end` grows. A job may be resumed at any `end`.
    The last result's `end` is the duration of the audio. A window without speech has no segments.
    """

    end: float
    segments: tuple[Segment, ...]
    language: str | None
    language_probability: float | None


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller wants of one job. `language=None` detects it (ISO-639-1 code otherwise)."""

    language: str | None = None
    task: Task = "transcribe"
    word_timestamps: bool = True
    initial_prompt: str | None = None
    hotwords: str | None = None
    temperature: float = 0.0


@dataclass(frozen=True, slots=True)
class Job:
    """Who asks: `id` for logs, `owner` for an equal share per key or user, `priority` as the caller named it."""

    id: str
    owner: str = ""
    priority: Priority = "normal"


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """How to load a model: name, hub id or directory; `auto` picks by device. `models_dir` is where downloads live."""

    model: str = "auto"
    models_dir: Path = Path("var/models")
    device: str = "auto"
    compute_type: str = "auto"
    revision: str | None = None
    cpu_threads: int = 0


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What really runs, for `/health`, the pages and every transcript."""

    model: str
    revision: str
    device: str
    device_name: str
    compute_type: str
    gpu_available: bool
    multilingual: bool
    can_translate: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What a file holds: `duration` in seconds (None where the container does not say), the container's short name."""

    duration: float | None
    container: str
    codec: str
    sample_rate: int
    channels: int
    has_video: bool
