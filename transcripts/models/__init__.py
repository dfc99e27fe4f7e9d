"""The rows. They import none of our other rooms; whoever changes a transcript's status goes through `lifecycle`."""

from .api_key import ApiKey, Scope
from .attempt import Attempt
from .audit import AuditEntry
from .comment import Comment
from .edit import Edit
from .glossary import Glossary
from .idempotency_key import IdempotencyKey
from .recording import Recording
from .retention import RetentionRule
from .segment import Passage, Peaks, Position, Segment
from .sign_in import SignIn
from .tag import Tag
from .tally import Tally
from .transcript import Failure, Priority, Review, Status, Task, Transcript
from .upload import Upload
from .usage import Usage
from .webhook import Delivery, DeliveryAttempt, Event, Webhook
from .worker import Worker

__all__ = [
    "ApiKey",
    "Attempt",
    "AuditEntry",
    "Comment",
    "Delivery",
    "DeliveryAttempt",
    "Edit",
    "Event",
    "Failure",
    "Glossary",
    "IdempotencyKey",
    "Passage",
    "Peaks",
    "Position",
    "Priority",
    "Recording",
    "RetentionRule",
    "Review",
    "Scope",
    "Segment",
    "SignIn",
    "Status",
    "Tag",
    "Tally",
    "Task",
    "Transcript",
    "Upload",
    "Usage",
    "Webhook",
    "Worker",
]
