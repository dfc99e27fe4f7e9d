"""Writing the audit trail: every face calls `record` for what an administrator may be asked about later."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from .access import Actor
from .models import AuditEntry, Transcript

SYSTEM = "WhisperHub"


def record(actor: Actor | None, verb: str, of: Model | None = None, **detail: Any) -> None:
    """`actor` (None: the service itself, e.g. retention) did `verb` to `of`. In the caller's transaction, if any.

    A transcript goes by the name of its recording. `detail` holds JSON values only, and never a secret.
    """
    AuditEntry.objects.create(
        user=actor.user if actor else None,
        api_key=actor.key if actor else None,
        who=(actor.name if actor else SYSTEM)[:200],
        verb=verb,
        object_kind=of._meta.model_name or "" if of is not None else "",
        object_id=str(of.pk) if of is not None else "",
        object_name=_name(of)[:500] if of is not None else "",
        detail=detail,
    )


def _name(of: Model) -> str:
    return of.recording.title if isinstance(of, Transcript) else str(of)
