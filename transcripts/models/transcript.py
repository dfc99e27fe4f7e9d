"""A transcript: one run of the engine over a recording.

    queued ──claim──▶ running ──complete──▶ done
      ▲  │              │  │ └─fail(final)─▶ failed ──retry──▶ queued
      │  └─cancel──┐    │  └────cancel────▶ cancelled ─retry─▶ queued
      │            └────┼─────────────────▶ cancelled
      └──requeue (lease expired or attempt failed, attempts left)

Only `transcripts.lifecycle` writes `status`.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .recording import Recording

if TYPE_CHECKING:
    from .segment import SegmentQuerySet


class Status(models.TextChoices):
    """Where a transcript stands. The picture is in this module's docstring."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Transcribing")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Task(models.TextChoices):
    """What Whisper is asked for."""

    TRANSCRIBE = "transcribe", _("Transcribe")
    TRANSLATE = "translate", _("Translate to English")


class Priority(models.TextChoices):
    """Who goes first when both wait; bulk always moves all the same."""

    INTERACTIVE = "interactive", _("Interactive")
    NORMAL = "normal", _("Normal")
    BULK = "bulk", _("Bulk")

    @property
    def sooner(self) -> Priority | None:
        """The next one that goes sooner; None for the first."""
        order = list(Priority)
        place = order.index(self)
        return order[place - 1] if place else None

    @property
    def later(self) -> Priority | None:
        """The next one that goes later; None for the last."""
        order = list(Priority)
        place = order.index(self)
        return order[place + 1] if place + 1 < len(order) else None


class Failure(models.TextChoices):
    """Whose fault a failure is, so that every face can answer in its own terms."""

    MEDIA = "media", _("The recording cannot be read")
    UNSUPPORTED = "unsupported", _("The model cannot do what was asked")
    INTERNAL = "internal", _("The service could not do it")


class Review(models.TextChoices):
    """How far people have come with it. An approved text is locked until it is reopened (in review again)."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")


OPEN = (Status.QUEUED, Status.RUNNING)


class TranscriptQuerySet(models.QuerySet["Transcript"]):
    """Conditions by name."""

    def queued(self) -> Self:
        """Waiting for a worker."""
        return self.filter(status=Status.QUEUED)

    def running(self) -> Self:
        """Held by a worker."""
        return self.filter(status=Status.RUNNING)

    def open(self) -> Self:
        """Waiting or running."""
        return self.filter(status__in=OPEN)

    def retriable(self) -> Self:
        """Failed or cancelled, and there is still something to listen to."""
        # Not by a join: an UPDATE by this condition must see the row's own status when it takes the lock.
        silent = Recording.objects.exclude(audio_deleted_at=None)
        return self.filter(status__in=(Status.FAILED, Status.CANCELLED)).exclude(recording__in=silent)

    def takeable(self, at: datetime | None = None) -> Self:
        """Waiting for a worker, and not resting after an attempt that broke off."""
        return self.queued().filter(Q(not_before=None) | Q(not_before__lte=at or timezone.now()))

    def expired(self, at: datetime | None = None) -> Self:
        """Running by the row, but its worker let the lease run out."""
        return self.running().filter(lease_expires_at__lte=at or timezone.now())


class Transcript(models.Model):
    """One run of the engine over a recording. This row is the truth about it; messages are doorbells."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recording = models.ForeignKey(
        Recording, verbose_name=_("recording"), on_delete=models.CASCADE, related_name="transcripts"
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.QUEUED, editable=False)
    # The last one asked for, which speaks for its recording in the library. Of each recording one, by constraint.
    is_newest = models.BooleanField(_("is newest"), default=True, editable=False)
    # Grows with every change that a reader could see; waiting requests and pages compare it.
    revision = models.PositiveBigIntegerField(_("revision"), default=0, editable=False)

    # What was asked for
    task = models.CharField(_("task"), max_length=12, choices=Task, default=Task.TRANSCRIBE)
    language_requested = models.CharField(
        _("language requested"), max_length=10, blank=True, help_text=_("Empty: detect it.")
    )
    priority = models.CharField(_("priority"), max_length=12, choices=Priority, default=Priority.NORMAL)
    # What differs from the engine's defaults, by the names of `engine.Options`; never queried by.
    options = models.JSONField(_("options"), default=dict, blank=True)

    # Of the HTTP request that asked for it: what the worker logs can be found by what the client was answered.
    request_id = models.CharField(_("request ID"), max_length=128, blank=True, editable=False)

    # The sender's own words: echoed, and `reference` is searched for
    reference = models.CharField(_("reference"), max_length=200, blank=True, help_text=_("The client's own id for it."))
    metadata = models.JSONField(_("metadata"), default=dict, blank=True)
    callback_url = models.CharField(
        _("callback URL"), max_length=2000, blank=True, help_text=_("Told when this one ends.")
    )
    # Connected requests without which nobody wants it (`transcripts.attendance`); NULL: it is wanted whoever goes.
    wanted_by = models.PositiveIntegerField(_("wanted by"), null=True, editable=False)

    # What came of it
    language = models.CharField(_("language"), max_length=10, blank=True)
    language_probability = models.FloatField(_("language probability"), null=True, blank=True)
    transcribed_ms = models.PositiveBigIntegerField(
        _("transcribed ms"),
        default=0,
        help_text=_("Milliseconds of media up to which every segment is stored: where a new attempt resumes."),
    )
    segment_count = models.PositiveIntegerField(_("segment count"), default=0)
    processing_ms = models.PositiveBigIntegerField(
        _("processing ms"), default=0, help_text=_("Milliseconds at work, over all attempts.")
    )
    error = models.TextField(_("error"), blank=True, help_text=_("For the person who has to act on it."))
    failure = models.CharField(_("failure"), max_length=12, choices=Failure, blank=True)
    model = models.CharField(_("model"), max_length=300, blank=True)
    model_revision = models.CharField(_("model revision"), max_length=100, blank=True)
    device = models.CharField(_("device"), max_length=200, blank=True)
    compute_type = models.CharField(_("compute type"), max_length=40, blank=True)

    # What people made of it
    edit_count = models.PositiveIntegerField(
        _("edit count"), default=0, editable=False, help_text=_("The number of its last edit.")
    )
    review = models.CharField(_("review"), max_length=12, choices=Review, default=Review.DRAFT, editable=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assignee"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assigned",
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewed by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True, editable=False)

    # Who works on it
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    # What gives up is counted by these: a long recording may live through many restarts, a poisonous one must not.
    fruitless_attempts = models.PositiveIntegerField(
        _("fruitless attempts"),
        default=0,
        editable=False,
        help_text=_("The last attempts in a row, of which none stored anything."),
    )
    not_before = models.DateTimeField(
        _("not before"), null=True, editable=False, help_text=_("Waits until then before the next attempt.")
    )
    worker = models.CharField(_("worker"), max_length=200, blank=True)
    lease_token = models.UUIDField(null=True, editable=False)
    lease_expires_at = models.DateTimeField(_("lease expires at"), null=True, editable=False)

    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    rung_at = models.DateTimeField(_("rung at"), null=True, editable=False)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = TranscriptQuerySet.as_manager()

    class Meta:
        verbose_name = _("transcript")
        verbose_name_plural = _("transcripts")
        ordering = ["-created_at"]
        # Beside Django's own: who may view all may not yet change what others sent.
        permissions = [("edit_transcript", "Can correct texts"), ("review_transcript", "Can approve and reopen texts")]
        indexes = [
            models.Index(fields=["reference"], name="transcript_reference"),  # "what became of my number 4711?"
            models.Index(fields=["status", "created_at"], name="transcript_queue"),  # queue depth, oldest waiting
            models.Index(fields=["-created_at", "id"], name="transcript_newest"),  # all of them, newest first
            models.Index(fields=["language"], name="transcript_language"),  # the library of one language
            models.Index(fields=["review"], name="transcript_review"),  # the library of one state of review
            models.Index(  # the sweeper: leases that ran out
                fields=["lease_expires_at"], name="transcript_leases", condition=Q(status="running")
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recording"], name="transcript_newest_once", condition=Q(is_newest=True)),
            # A lease exists exactly while someone works: a row that breaks this would never be swept.
            models.CheckConstraint(
                name="lease_while_running",
                condition=Q(status="running", lease_token__isnull=False, lease_expires_at__isnull=False)
                | (~Q(status="running") & Q(lease_token__isnull=True, lease_expires_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recording.title} ({self.get_status_display()})"

    @property
    def is_open(self) -> bool:
        """Waiting or running: it may still change by itself."""
        return self.status in OPEN

    @property
    def progress(self) -> float:
        """Share of what is to be heard that is done, 0.0 to 1.0; 0.0 while its length is unknown."""
        if self.status == Status.DONE:
            return 1.0
        start, end = round(self.options.get("clip_start", 0) * 1000), self.until_ms or 0
        return min(max((self.transcribed_ms - start) / (end - start), 0.0), 1.0) if end > start else 0.0

    @property
    def until_ms(self) -> int | None:
        """Milliseconds of media up to which it is heard: all of it, or a clip; None while the length is unknown."""
        clip_end = self.options.get("clip_end")
        ends = (self.recording.duration_ms, None if clip_end is None else round(clip_end * 1000))
        return min((end for end in ends if end is not None), default=None)

    def lines(self) -> SegmentQuerySet:
        """The text as this row was read, in order: what is edited meanwhile changes nothing."""
        return self.segments.after(self.edit_count)

    @property
    def text(self) -> str:
        """Its segments as one text. One query."""
        return "".join(self.lines().values_list("text", flat=True)).strip()
