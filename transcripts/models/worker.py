"""What each GPU worker says of itself. Written by its heartbeat, read by `/health`, the pages and the admin."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Three missed beats of five seconds: long enough for a busy machine, short enough to be news.
SILENT_AFTER = timedelta(seconds=15)
# What names a model that one of them had is left to it for so long: an update, a restart, a machine that is repaired.
AWAITED_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Offer:
    """A model that an order may name: by what the configuration calls it, or by what it is."""

    name: str
    model: str
    can_translate: bool = True

    @property
    def names(self) -> frozenset[str]:
        """Both."""
        return frozenset((self.name, self.model))

    def as_json(self) -> dict[str, object]:
        """As the worker's row keeps it."""
        return asdict(self)


class WorkerQuerySet(models.QuerySet["Worker"]):
    """Conditions by name."""

    def alive(self, at: datetime | None = None) -> Self:
        """Heard of within the last seconds."""
        return self.present().filter(last_seen_at__gt=(at or timezone.now()) - SILENT_AFTER)

    def present(self) -> Self:
        """All that have not said goodbye."""
        return self.filter(left_at=None)

    def awaited(self, at: datetime | None = None) -> Self:
        """Those that are alive, or may soon be again, under another name."""
        return self.filter(last_seen_at__gt=(at or timezone.now()) - AWAITED_FOR)


class Worker(models.Model):
    """One worker process and the model that it runs."""

    name = models.CharField(_("name"), primary_key=True, max_length=200)
    model = models.CharField(_("model"), max_length=300)
    model_revision = models.CharField(_("model revision"), max_length=100, blank=True)
    device = models.CharField(_("device"), max_length=20)
    device_name = models.CharField(_("device name"), max_length=200)
    compute_type = models.CharField(_("compute type"), max_length=40)
    gpu_available = models.BooleanField(_("GPU available"), default=False)
    can_translate = models.BooleanField(_("can translate"), default=True)
    note = models.TextField(_("note"), blank=True)
    version = models.CharField(_("version"), max_length=40)
    # All that an order may name, the main one first, each as `Offer` writes it.
    offered = models.JSONField(default=list, editable=False)
    # What `worker_figures` tells, for /metrics; never queried by.
    figures = models.JSONField(default=dict, editable=False)
    running_jobs = models.PositiveIntegerField(_("running jobs"), default=0)
    started_at = models.DateTimeField(_("started at"))
    last_seen_at = models.DateTimeField(_("last seen at"))
    # It was stopped, and nothing is wrong with that; its row is kept for what it had.
    left_at = models.DateTimeField(null=True, editable=False)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def offers(self) -> list[Offer]:
        """The models that an order may name, the main one first."""
        return [Offer(**kept) for kept in self.offered] or [Offer(self.model, self.model, self.can_translate)]

    @property
    def is_alive(self) -> bool:
        """Heard of within the last seconds."""
        return self.left_at is None and timezone.now() - self.last_seen_at < SILENT_AFTER
