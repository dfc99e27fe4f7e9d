"""Tallies: sums since the hub was set up that deleting a recording does not take back."""

from __future__ import annotations

from django.db import models


class Tally(models.Model):
    """One number that only grows, for `/metrics`: it outlives restarts, and every process adds to the same."""

    name = models.CharField(max_length=60)
    labels = models.CharField(max_length=200, blank=True, help_text="JSON, keys in order.")
    value = models.FloatField(default=0)

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [models.UniqueConstraint(fields=["name", "labels"], name="tally_once")]

    def __str__(self) -> str:
        return f"{self.name}{self.labels}: {self.value:g}"
