"""Comments on passages of a text."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from .api_key import ApiKey
from .transcript import Transcript


class Comment(models.Model):
    """What somebody has to say of a passage. The time stays when its segment is split or merged away."""

    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="comments")
    index = models.PositiveIntegerField(help_text="Of the segment that it was written on.")
    start_ms = models.PositiveBigIntegerField(help_text="Where that segment began, in milliseconds of the media.")
    # By whom: a person, or a program with its key.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="comments"
    )
    api_key = models.ForeignKey(ApiKey, null=True, blank=True, on_delete=models.SET_NULL, related_name="comments")
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["transcript", "start_ms", "pk"]

    def __str__(self) -> str:
        return self.text[:80]
