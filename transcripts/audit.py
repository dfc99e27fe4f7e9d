"""Writing the audit trail: every face calls `record` for what an administrator may be asked about later."""

from __future__ import annotations

from typing import Any

from .access import Actor
from .models import AuditEntry, Recording, Transcript

SYSTEM = "WhisperHub"


def record(actor: Actor | None, verb: str, of: Recording | Transcript | None = None, **detail: Any) -> None:
    """`actor` (None: the service itself, e.g. retention) did `verb` to `of`. In the caller's transaction, if any.

    `detail` holds JSON values only, and never a secret.
    """
    recording = of.recording if isinstance(of, Transcript) else of
    AuditEntry.objects.create(
        user=actor.user if actor else None,
        api_key=actor.key if actor else None,
        who=(actor.name if actor else SYSTEM)[:200],
        verb=verb,
        object_kind=of._meta.model_name or "" if of is not None else "",
        object_id=str(of.pk) if of is not None else "",
        object_name=recording.title[:500] if recording is not None else "",
        detail=detail,
    )
