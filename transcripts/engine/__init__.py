"""The engine room: audio in, timed words out. Knows no Django and nothing of the other rooms.

Light on purpose: importing this package loads neither CTranslate2 nor PyAV. `engine.apart.media` asks a process of its
own what a file holds; the heavy door is `engine.engine` (onnxruntime and CTranslate2), imported by who needs it.
"""

from .errors import (
    EngineClosed,
    EngineError,
    JobCancelled,
    MediaError,
    ModelUnavailable,
    NoAudio,
    ReaderLost,
    Unreadable,
    UnsupportedDevice,
    UnsupportedTask,
)
from .types import EngineConfig, Job, Kept, MediaInfo, ModelInfo, Options, Segment, VadOptions, WindowResult, Word

__all__ = [
    "EngineClosed",
    "EngineConfig",
    "EngineError",
    "Job",
    "JobCancelled",
    "Kept",
    "MediaError",
    "MediaInfo",
    "ModelInfo",
    "ModelUnavailable",
    "NoAudio",
    "Options",
    "ReaderLost",
    "Segment",
    "Unreadable",
    "UnsupportedDevice",
    "UnsupportedTask",
    "VadOptions",
    "WindowResult",
    "Word",
]
