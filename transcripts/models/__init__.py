"""The rows. They import none of our other rooms; whoever changes a transcript's status goes through `lifecycle`."""

from .api_key import ApiKey, Scope
from .audit import AuditEntry
from .edit import Edit
from .recording import Recording
from .segment import Peaks, Segment
from .tag import Tag
from .transcript import Attempt, Failure, Priority, Review, Status, Task, Transcript
from .worker import Worker

__all__ = [
    "ApiKey",
    "Attempt",
    "AuditEntry",
    "Edit",
    "Failure",
    "Peaks",
    "Priority",
    "Recording",
    "Review",
    "Scope",
    "Segment",
    "Status",
    "Tag",
    "Task",
    "Transcript",
    "Worker",
]
