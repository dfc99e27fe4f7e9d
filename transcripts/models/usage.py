"""Usage: what each key asked for on each day, and how much of its current minute is spent."""

from __future__ import annotations

from django.db import models

from .api_key import ApiKey


class Usage(models.Model):
    """One key's day, in the hub's time zone. Its limits are held by conditional UPDATEs of this row."""

    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="usage")
    day = models.DateField()
    requests = models.PositiveBigIntegerField(default=0)
    transcripts = models.PositiveBigIntegerField(default=0)
    audio_ms = models.PositiveBigIntegerField(default=0, help_text="Milliseconds of audio that were to be heard.")
    # The minute (of the Unix epoch) of the last request, and how many came in it.
    minute = models.PositiveBigIntegerField(default=0, editable=False)
    minute_requests = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-day", "api_key"]
        verbose_name_plural = "usage"
        constraints = [models.UniqueConstraint(fields=["api_key", "day"], name="usage_day_once")]

    def __str__(self) -> str:
        return f"{self.api_key}, {self.day:%Y-%m-%d}"
