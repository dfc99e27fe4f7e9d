"""API keys: made, changed and revoked, the same way from every face. Each is a deed in the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from . import audit
from .access import Actor
from .models import ApiKey, Scope
from .models.api_key import LIMITS


def make(row: ApiKey, actor: Actor | None) -> str:
    """Save `row` with a new key and return that: the only time that it exists in full. None: the service itself.

    Raises:
        PermissionDenied: for a scope that the actor does not hold.
    """
    _check_scopes(actor, row.scopes)
    key = row.renew()
    row.created_by = actor.user if actor else None
    with transaction.atomic():
        row.save(force_insert=True)
        audit.record(actor, "add", row, scopes=row.scopes)
    return key


def change(row: ApiKey, actor: Actor) -> None:
    """Keep what was changed: its name, scopes, end or limits. A scope that it has already may stay.

    Raises:
        PermissionDenied: for another that the actor does not hold.
    """
    kept = ApiKey.objects.values_list("scopes", flat=True).get(pk=row.pk)
    _check_scopes(actor, [scope for scope in row.scopes if scope not in kept])
    with transaction.atomic():
        row.save(update_fields=["name", "scopes", "expires_at", *LIMITS])
        audit.record(actor, "change", row, scopes=row.scopes)


def revoke(rows: QuerySet[ApiKey], actor: Actor, at: datetime | None = None) -> int:
    """They open nothing from now on. How many there were that did. `rows` may come joined: only the keys are locked."""
    with transaction.atomic():
        revoked = list(rows.select_for_update(of=("self",)).filter(revoked_at=None))
        ApiKey.objects.filter(pk__in=[row.pk for row in revoked]).update(revoked_at=at or timezone.now())
        for row in revoked:
            audit.record(actor, "revoke", row)
    return len(revoked)


def _check_scopes(actor: Actor | None, scopes: Iterable[str]) -> None:
    """Nobody gives what they do not hold."""
    lacking = [scope for scope in scopes if actor is not None and not actor.may(Scope(scope))]
    if lacking:
        raise PermissionDenied(f"You cannot give the scope {lacking[0]}: you do not hold it.")
