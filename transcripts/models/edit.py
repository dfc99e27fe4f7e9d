"""Edits: who changed a transcript's text, when, and how. Append-only; the words themselves are in `Segment`."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .api_key import ApiKey
from .transcript import Transcript


class Edit(models.Model):
    """One change of the text, of one segment or of many at once, as the transcript's `number`th."""

    class Kind(models.TextChoices):
        """What was done."""

        TEXT = "text", _("changed the text")
        SPLIT = "split", _("split a segment")
        MERGE = "merge", _("merged two segments")
        SPEAKER = "speaker", _("named a speaker")
        REPLACE = "replace", _("replaced words everywhere")
        RESTORE = "restore", _("restored an earlier text")
        UNDO = "undo", _("undid a change")
        REDO = "redo", _("did it again")

    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="edits")
    number = models.PositiveIntegerField(help_text="Counts from 1 within the transcript.")
    kind = models.CharField(max_length=10, choices=Kind)
    # By whom: a person, or a program with its key.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="edits"
    )
    api_key = models.ForeignKey(ApiKey, null=True, blank=True, on_delete=models.SET_NULL, related_name="edits")
    # For an undo or redo: the edit that it takes back or does again.
    of = models.ForeignKey("self", null=True, blank=True, on_delete=models.RESTRICT, related_name="undone_or_redone")
    detail = models.JSONField(default=dict, blank=True, help_text="What a reader is told of it, e.g. the words sought.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["transcript", "number"]
        constraints = [models.UniqueConstraint(fields=["transcript", "number"], name="edit_number_once")]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_kind_display()}"
