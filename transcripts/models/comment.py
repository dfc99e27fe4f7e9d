"""Comments on passages of a text."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .api_key import ApiKey
from .transcript import Transcript


class Comment(models.Model):
    """What somebody has to say of a passage. The time stays when its segment is split or merged away."""

    transcript = models.ForeignKey(
        Transcript, verbose_name=_("transcript"), on_delete=models.CASCADE, related_name="comments"
    )
    index = models.PositiveIntegerField(_("index"), help_text=_("Of the segment that it was written on."))
    start_ms = models.PositiveBigIntegerField(
        _("start ms"), help_text=_("Where that segment began, in milliseconds of the media.")
    )
    # By whom: a person, or a program with its key.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="comments",
    )
    api_key = models.ForeignKey(
        ApiKey, verbose_name=_("API key"), null=True, blank=True, on_delete=models.SET_NULL, related_name="comments"
    )
    text = models.TextField(_("text"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    edited_at = models.DateTimeField(_("edited at"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("resolved by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["transcript", "start_ms", "pk"]

    def __str__(self) -> str:
        return self.text[:80]
