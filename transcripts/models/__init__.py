"""The rows. They import none of our other rooms; whoever changes a transcript's status goes through `lifecycle`."""

from .api_key import ApiKey, Scope
from .recording import Recording
from .transcript import Attempt, Failure, Peaks, Priority, Segment, Status, Task, Transcript
from .worker import Worker

__all__ = [
    "ApiKey",
    "Attempt",
    "Failure",
    "Peaks",
    "Priority",
    "Recording",
    "Scope",
    "Segment",
    "Status",
    "Task",
    "Transcript",
    "Worker",
]
