"""Tallies: what became of all transcripts since the hub was set up. Deleting a recording takes nothing back."""

from __future__ import annotations

from django.db import models


class Tally(models.Model):
    """How often one thing happened, and how much audio and time that was. Only grows; outlives every restart."""

    class Outcome(models.TextChoices):
        """What happened: to a transcript, or (below the line) only to one attempt at it."""

        DONE = "done", "done"
        FAILED = "failed", "failed"
        CANCELLED = "cancelled", "cancelled"

        LOST = "lost", "the worker went silent"
        RELEASED = "released", "given back by a worker that was stopped"
        BROKE_OFF = "broke_off", "broke off, and was queued again"

    outcome = models.CharField(max_length=12, choices=Outcome)
    reason = models.CharField(max_length=12, blank=True, help_text="Of a failure: one of `Failure`.")
    length = models.CharField(max_length=10, blank=True, help_text="The class of lengths of the recording.")
    # From being asked for to being done, in seconds: the bound of the bucket that it fell into.
    within = models.CharField(max_length=10, blank=True)

    count = models.PositiveBigIntegerField(default=0)
    audio_ms = models.PositiveBigIntegerField(default=0, help_text="Milliseconds of audio that were transcribed.")
    processing_ms = models.PositiveBigIntegerField(default=0, help_text="Milliseconds that attempts were at work.")
    turnaround_ms = models.PositiveBigIntegerField(default=0, help_text="Milliseconds from asked for to done.")

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [models.UniqueConstraint(fields=["outcome", "reason", "length", "within"], name="tally_once")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.reason} {self.length} {self.within}: {self.count}"
