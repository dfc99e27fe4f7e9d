"""A recording: one stored media file, and who brought it."""

from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce, Left
from django.utils.translation import gettext_lazy as _

from .api_key import ApiKey
from .folding import FoldedField, FoldedModel, FoldingQuerySet
from .tag import Tag

_KEPT = models.Q(deleted_at=None)


def storage_name(recording: Recording, _original: str) -> str:
    """Where the file is kept: our own random id, spread over 256 folders. Nothing of the sender's name is used."""
    return f"recordings/{recording.pk.hex[-2:]}/{recording.pk.hex}"


class RecordingQuerySet(FoldingQuerySet["Recording"]):
    """Conditions by name."""

    def kept(self) -> Self:
        """Not in the bin."""
        return self.filter(deleted_at=None)

    def deleted(self) -> Self:
        """In the bin."""
        return self.exclude(deleted_at=None)


class Recording(FoldedModel):
    """One media file as it was received, byte for byte."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(
        _("title"), max_length=500, help_text=_("The sender's file name, or what a person called it. Display only.")
    )
    folded_title = FoldedField(of="title")
    # What the library sorts by, kept by the database: short enough for an index, and never unknown.
    title_key = models.GeneratedField(
        expression=Left("folded_title", 80), output_field=models.CharField(max_length=80), db_persist=True
    )
    length_key = models.GeneratedField(
        expression=Coalesce("duration_ms", 0), output_field=models.PositiveBigIntegerField(), db_persist=True
    )
    file = models.FileField(_("file"), upload_to=storage_name, max_length=200)
    size_bytes = models.PositiveBigIntegerField(_("size bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    container = models.CharField(
        _("container"), max_length=40, help_text=_("What the file is by its content, e.g. mp3 or mov,mp4,m4a.")
    )
    has_video = models.BooleanField(_("has video"), default=False)
    duration_ms = models.PositiveBigIntegerField(
        _("duration ms"), null=True, help_text=_("Milliseconds; unknown until read for some streams.")
    )
    source_url = models.CharField(
        _("source URL"), max_length=2000, blank=True, help_text=_("Where it was fetched from, without query.")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="recordings",
    )
    api_key = models.ForeignKey(
        ApiKey, verbose_name=_("API key"), null=True, blank=True, on_delete=models.SET_NULL, related_name="recordings"
    )
    # Not the same as "no owner and no key": those of a deleted user or key must not become everybody's.
    from_trusted_network = models.BooleanField(
        _("from trusted network"), default=False, help_text=_("Sent without a key from a trusted network.")
    )
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), blank=True, related_name="recordings")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    # In the bin: seen by nobody, undone with one click, gone for good once the bin is emptied.
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True, editable=False)
    # What the sender wished; rules of the administrator may end it sooner (`transcripts.retention`).
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True, editable=False)
    audio_expires_at = models.DateTimeField(_("audio expires at"), null=True, blank=True, editable=False)
    # The text outlives the audio: since then `file` is empty.
    audio_deleted_at = models.DateTimeField(_("audio deleted at"), null=True, blank=True, editable=False)

    objects = RecordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["sha256"], name="recording_sha256"),  # "has this file been sent before?"
            # The library in each of its orders, from either end.
            models.Index(fields=["created_at", "id"], name="recording_by_date", condition=_KEPT),
            models.Index(fields=["title_key", "id"], name="recording_by_title", condition=_KEPT),
            models.Index(fields=["length_key", "id"], name="recording_by_length", condition=_KEPT),
            models.Index(  # what is in the bin, longest first
                fields=["deleted_at"], name="recording_bin", condition=models.Q(deleted_at__isnull=False)
            ),
            # The hourly look for what is due
            models.Index(fields=["created_at"], name="recording_age"),
            models.Index(fields=["expires_at"], name="recording_expiry", condition=models.Q(expires_at__isnull=False)),
            models.Index(
                fields=["audio_expires_at"],
                name="recording_audio_expiry",
                condition=models.Q(audio_expires_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title
