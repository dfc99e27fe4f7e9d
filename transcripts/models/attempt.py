"""Every claim of a transcript, kept: what an administrator reads when one was tried again and again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .transcript import Transcript


class Attempt(models.Model):
    """One claim of a transcript by a worker, and how it ended."""

    class Outcome(models.TextChoices):
        """How an attempt ended."""

        RUNNING = "", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")
        RELEASED = "released", _("given back by a worker that was stopped")
        LOST = "lost", _("the worker went silent")

    transcript = models.ForeignKey(
        Transcript, verbose_name=_("transcript"), on_delete=models.CASCADE, related_name="attempt_log"
    )
    token = models.UUIDField(unique=True, editable=False)
    worker = models.CharField(_("worker"), max_length=200)
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    resumed_ms = models.PositiveBigIntegerField(
        _("resumed ms"), default=0, help_text=_("Milliseconds already done when it began.")
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True, default=Outcome.RUNNING)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["started_at"]

    def __str__(self) -> str:
        return f"{self.worker}, {self.started_at:%Y-%m-%d %H:%M}"
