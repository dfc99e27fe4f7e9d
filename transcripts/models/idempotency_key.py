"""Idempotency keys: which transcript a request that comes again is given."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .transcript import Transcript

# As long as the clients that send such keys go on trying, and what other services keep them for.
REMEMBERED_FOR = timedelta(hours=24)


class IdempotencyKeyQuerySet(models.QuerySet["IdempotencyKey"]):
    """Conditions by name."""

    def remembered(self, at: datetime | None = None) -> Self:
        """Those that a request may still meet: not too old, and not of a recording in the bin."""
        return self.filter(created_at__gt=_oldest(at), transcript__recording__deleted_at=None)

    def forgotten(self, at: datetime | None = None) -> Self:
        """All others: a request with one of these is a new request."""
        return self.filter(Q(created_at__lte=_oldest(at)) | Q(transcript__recording__deleted_at__isnull=False))


def _oldest(at: datetime | None) -> datetime:
    return (at or timezone.now()) - REMEMBERED_FOR


class IdempotencyKey(models.Model):
    """The `Idempotency-Key` of one sender, and what came of its first request."""

    sender = models.CharField(max_length=40, help_text="`Actor.share`: a key, a person, or the trusted networks.")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of route, options and content.")
    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = IdempotencyKeyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]  # what may be forgotten
        # Of a hundred requests at once the database lets one through; no other lock is needed.
        constraints = [models.UniqueConstraint(fields=["sender", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return f"{self.sender}: {self.key}"
