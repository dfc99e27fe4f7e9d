"""Rows that the service writes: to be looked at, not to be typed over."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Neither added, changed nor deleted by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No row is made here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """No field is written here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """No row is dropped here."""
        return False
