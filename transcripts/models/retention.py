"""How long recordings are kept: the administrator's rules. What a sender wishes stands in the recording's row."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .api_key import ApiKey
from .tag import Tag


class RetentionRuleQuerySet(models.QuerySet["RetentionRule"]):
    """Conditions by name."""

    def in_force(self) -> Self:
        """Those that delete."""
        return self.filter(enabled=True)


class RetentionRule(models.Model):
    """After so many days the audio goes, after so many everything. Where several apply, the strictest wins."""

    # Neither: the rule is for every recording. A key that a rule names cannot be deleted: what it sent would then be
    # kept for ever. With a tag its rule goes too, for it no longer means anything.
    api_key = models.ForeignKey(
        ApiKey,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="retention_rules",
        verbose_name=_("API key"),
    )
    tag = models.ForeignKey(
        Tag, verbose_name=_("tag"), null=True, blank=True, on_delete=models.CASCADE, related_name="retention_rules"
    )
    audio_days = models.PositiveIntegerField(
        _("delete the audio after"), null=True, blank=True, help_text=_("Days after it was sent. The text stays.")
    )
    transcript_days = models.PositiveIntegerField(
        _("delete everything after"),
        null=True,
        blank=True,
        help_text=_("Days after it was sent: text, history and audio."),
    )
    spares_approved = models.BooleanField(
        _("spare approved transcripts"),
        default=False,
        help_text=_("This rule leaves recordings alone that have an approved transcript. Other rules do not."),
    )
    enabled = models.BooleanField(
        _("in force"), default=False, help_text=_("Look first at what it would delete, then put it in force.")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = RetentionRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ["api_key", "tag", "pk"]
        constraints = [
            models.CheckConstraint(
                name="retention_of_one_thing",
                condition=Q(api_key=None) | Q(tag=None),
                violation_error_message=_("A rule is for one key, for one tag, or for all: choose one."),
            ),
            models.CheckConstraint(
                name="retention_of_something",
                condition=Q(audio_days__isnull=False) | Q(transcript_days__isnull=False),
                violation_error_message=_("Say after how many days the audio, or everything, is deleted."),
            ),
        ]

    def __str__(self) -> str:
        whose = f"key {self.api_key}" if self.api_key else f"tag {self.tag}" if self.tag else "all recordings"
        parts = [
            f"{what} after {days} day{'' if days == 1 else 's'}"
            for what, days in (("audio", self.audio_days), ("everything", self.transcript_days))
            if days is not None
        ]
        return f"{whose}: {', '.join(parts)}"
