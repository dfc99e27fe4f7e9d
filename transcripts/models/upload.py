"""Resumable uploads: files that come in piece by piece."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models

from .api_key import ApiKey


class UploadQuerySet(models.QuerySet["Upload"]):
    """Conditions by name."""

    def unfinished(self) -> Self:
        """Those of which no transcript was made yet."""
        return self.filter(finished_at=None)

    def expired(self, at: datetime) -> Self:
        """Those that may not be gone on with any more."""
        return self.filter(expires_at__lte=at)


class Upload(models.Model):
    """A file that is being sent in pieces. How much of it is here says the file itself, by its size.

    The row outlives the making of the transcript, so that a sender who missed the answer can ask.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False, help_text="Becomes the recording's.")
    length = models.PositiveBigIntegerField(help_text="Bytes, as its sender said at the beginning.")
    filename = models.CharField(max_length=500, blank=True)
    metadata = models.TextField(blank=True, help_text="The header Upload-Metadata, which is told again when asked.")
    options = models.JSONField(default=dict, help_text="The order, by the names that senders know; checked.")
    is_transcribed_unasked = models.BooleanField(
        default=False, help_text="Sent by the page: once it is whole it is transcribed, though the page was closed."
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    api_key = models.ForeignKey(ApiKey, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    from_trusted_network = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, help_text="When a transcript was made of it.")

    objects = UploadQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="upload_expiry")]

    def __str__(self) -> str:
        return self.filename or str(self.pk)
