"""The life of a transcript. The only writer of `Transcript.status`, always by a conditional UPDATE.

Each verb is one arrow of the picture in `models/transcript.py`. Whoever works on a row holds a `Lease`.
"""

from .asking import cancel, retry, set_priority, submit
from .attempts import RESTS, claim, complete, expire, fail, release, requeue
from .leases import Lease, LeaseLost, heartbeat, note_model
from .windows import OutOfOrder, store_window

__all__ = [
    "RESTS",
    "Lease",
    "LeaseLost",
    "OutOfOrder",
    "cancel",
    "claim",
    "complete",
    "expire",
    "fail",
    "heartbeat",
    "note_model",
    "release",
    "requeue",
    "retry",
    "set_priority",
    "store_window",
    "submit",
]
