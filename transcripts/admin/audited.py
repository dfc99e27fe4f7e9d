"""What an administrator does at a desk stands in the hub's own audit trail, beside Django's log."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from transcripts import audit
from transcripts.access import Actor


class AuditedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Adding, changing and deleting are recorded, with the names of the fields that were changed."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        """A row was added."""
        audit.record(Actor.person(request.user), "add", obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        """A row was changed."""
        audit.record(Actor.person(request.user), "change", obj, fields=_changed(message))
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """Rows are about to be deleted."""
        for obj in queryset:
            audit.record(Actor.person(request.user), "delete", obj)
        return super().log_deletions(request, queryset)


def _changed(message: Any) -> list[str]:
    """The names of the fields in Django's own description of a change."""
    parts = message if isinstance(message, list) else []
    return [str(field) for part in parts for field in part.get("changed", {}).get("fields", [])]
