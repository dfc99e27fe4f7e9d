"""The words that the engine room and its callers share. Plain frozen data; times are float seconds of the media."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

Task = Literal["transcribe", "translate"]
Profile = Literal["fast", "careful"]
Priority = Literal["interactive", "normal", "bulk"]
AUTO_MODEL: Final = "auto"
"""Of a configuration: whichever suits the device. Of a job: the engine's own choice, as if it named none."""


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

    `flags` names doubts (`engine.guards`): the words stay, a reader is warned. `speaker` is set where every channel is
    one speaker. `seek` is the start of its window in 10-ms frames, as in Whisper's own output. `language` is the
    code of its window's language.
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
    language: str = ""


@dataclass(frozen=True, slots=True)
class WindowResult:
    """All that was said up to `end` (seconds of the media) since the previous result, in order.

    Results of one job arrive in order and never overlap; `end` grows. A job may be resumed at any `end`.
    The last result's `end` is the duration of the audio, or where it was clipped. A window without speech has no
    segments. `peaks` is the waveform since the previous result: for each 50 ms of the media's clock two int8, the
    smallest and the largest sample (−127 to 127); all results' peaks in a row are those of the whole.
    """

    end: float
    segments: tuple[Segment, ...]
    language: str | None
    language_probability: float | None
    peaks: bytes = b""


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier run of a job left: the `end` (seconds) of its last result that was kept, 0 for none.

    `segments` are its last ones, in order; the profile `careful` goes on from what they say.
    """

    end: float = 0.0
    segments: tuple[Segment, ...] = ()


NOTHING_KEPT: Final = Kept()


@dataclass(frozen=True, slots=True)
class VadOptions:
    """What counts as speech. `threshold` is Silero's probability (0–1) per 32 ms; the rest is seconds.

    Quiet of `min_silence` ends a stretch of speech, stretches under `min_speech` are clicks, and `pad` of quiet is
    kept on both sides: soft beginnings and ends of words are below the threshold.

    Raises:
        ValueError: a value that makes no sense.
    """

    threshold: float = 0.5
    min_silence: float = 0.16
    min_speech: float = 0.096
    pad: float = 0.384

    def __post_init__(self) -> None:
        if not 0 < self.threshold < 1:
            raise ValueError("The VAD threshold lies between 0 and 1.")
        if not (0 < self.min_silence <= 5 and 0 <= self.min_speech <= 5 and 0 <= self.pad <= 5):
            raise ValueError("VAD times are seconds: min_silence above 0, all of them up to 5.")


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller wants of one job.

    Attributes:
        model: a name of one of the engine's models; empty or `auto` is the main one, or for a translation one that can.
        language: ISO-639-1 code; None detects it.
        languages: codes that detection may choose from; empty is all.
        multilingual: detect the language of every window instead of once.
        task: `translate` means into English.
        profile: `fast` hears every window on its own, `careful` gives the model what was said before.
        initial_prompt: text that the model is told was said before; reaches every window.
        hotwords: names and terms to expect; reach every window.
        temperature: of the first decoding of a window (0–1).
        channels: a stereo file has one speaker per channel.
        language_only: hear no words, only which language they are in.
        clip_start: seconds of the media before which nothing is heard.
        clip_end: seconds after which nothing is heard; None is the end.
        vad: what counts as speech.

    Raises:
        ValueError: a clip that ends before it starts.
    """

    model: str = ""
    language: str | None = None
    task: Task = "transcribe"
    word_timestamps: bool = True
    initial_prompt: str | None = None
    hotwords: str | None = None
    temperature: float = 0.0
    profile: Profile = "fast"
    languages: tuple[str, ...] = ()
    multilingual: bool = False
    language_only: bool = False
    channels: bool = False
    clip_start: float = 0.0
    clip_end: float | None = None
    vad: VadOptions = VadOptions()

    def __post_init__(self) -> None:
        if self.clip_start < 0 or (self.clip_end is not None and self.clip_end <= self.clip_start):
            raise ValueError("A clip starts at 0 or later and ends after it starts (seconds).")


@dataclass(frozen=True, slots=True)
class Job:
    """Who asks: `id` for logs, `owner` for an equal share per key or user, `priority` as the caller named it."""

    id: str
    owner: str = ""
    priority: Priority = "normal"


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """How to load a model: name, hub id or directory; `auto` picks by device. `models_dir` is where downloads live.

    `translate_model` does what `model` was not trained for, `more_models` what jobs name them for; each of these is
    unloaded when nobody has asked for it for `idle_seconds`.
    `preparation_threads` files are decoded and searched for speech at once; 0 is half the cores, from 2 to 4.
    """

    model: str = "auto"
    models_dir: Path = Path("var/models")
    device: str = "auto"
    compute_type: str = "auto"
    revision: str | None = None
    cpu_threads: int = 0
    translate_model: str | None = None
    more_models: tuple[str, ...] = ()
    idle_seconds: float = 300.0
    preparation_threads: int = 0


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What really runs, for `/health`, the pages and every transcript. `name` is what the configuration calls it."""

    model: str
    revision: str
    device: str
    device_name: str
    compute_type: str
    gpu_available: bool
    multilingual: bool
    can_translate: bool
    note: str = ""
    name: str = ""

    @property
    def names(self) -> frozenset[str]:
        """What a job may call it."""
        return frozenset(filter(None, (self.name, self.model)))


MAX_SCAN_BYTES: Final = 64 * 1024 * 1024
"""Containers that do not state their length are read through, without decoding, up to this size (about 0.1 s)."""


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What a file holds: `duration` in seconds (None where the container does not say), the container's short name."""

    duration: float | None
    container: str
    codec: str
    sample_rate: int
    channels: int
    has_video: bool
