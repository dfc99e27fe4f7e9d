"""The engine room: audio in, timed words out. Knows no Django and nothing of the other rooms.

Light on purpose: importing this package loads neither CTranslate2 nor PyAV. The heavy doors are `engine.probe` (PyAV)
and `engine.engine` (PyAV, onnxruntime and CTranslate2), imported by those who need them.
"""

from .errors import (
    EngineClosed,
    EngineError,
    JobCancelled,
    MediaError,
    ModelUnavailable,
    NoAudio,
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
    "Segment",
    "Unreadable",
    "UnsupportedDevice",
    "UnsupportedTask",
    "VadOptions",
    "WindowResult",
    "Word",
]
