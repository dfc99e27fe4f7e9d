"""What can go wrong in the engine room.

EngineError
├── MediaError            the file: final for that file, tell its sender
│   ├── Unreadable        not a media file that can be opened, or broken before the first sound
│   └── NoAudio           a media file without an audio stream
├── UnsupportedTask       this model cannot do what was asked (`translate` with a turbo model)
├── ReaderLost            the file's storage failed, or its reading process was ended from outside: try again
├── JobCancelled          the caller's `cancelled()` became true
├── EngineClosed          the engine was closed while the job ran: resume it elsewhere or later
├── ModelUnavailable      weights cannot be had or loaded: the worker exits with this reason
└── UnsupportedDevice     device or compute type that this machine cannot do: likewise
"""


class EngineError(Exception):
    """Base of everything that the engine raises on purpose."""


class MediaError(EngineError):
    """The file is at fault; trying again will not help."""


class Unreadable(MediaError):
    """Not a media file that can be opened, or broken before its first sound."""


class NoAudio(MediaError):
    """A media file without an audio stream."""


class UnsupportedTask(EngineError):
    """The loaded model cannot do the task that was asked for."""


class ReaderLost(EngineError):
    """The process that reads the file was ended from outside, or its storage fails or hangs; not the file's fault."""


class JobCancelled(EngineError):
    """The caller no longer wants this job."""


class EngineClosed(EngineError):
    """The engine was closed while the job ran; the job may be resumed after its last result."""


class ModelUnavailable(EngineError):
    """The model's weights cannot be had or cannot be loaded; the message says why."""


class UnsupportedDevice(EngineError):
    """This machine cannot provide the device or compute type; the message lists what it can."""
