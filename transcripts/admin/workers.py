"""The workers, as they describe themselves."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from transcripts.models import Worker

from .read_only import ReadOnlyAdmin


@admin.register(Worker)
class WorkerAdmin(ReadOnlyAdmin):
    """Which model runs where, and whether it still answers."""

    list_display = ("name", "alive", "model", "device_name", "compute_type", "running_jobs", "last_seen_at", "version")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Worker]:
        """Without those that were stopped."""
        return super().get_queryset(request).filter(left_at=None)

    @admin.display(boolean=True, description=gettext_lazy("alive"))
    def alive(self, worker: Worker) -> bool:
        """Heard of within the last seconds."""
        return worker.is_alive
