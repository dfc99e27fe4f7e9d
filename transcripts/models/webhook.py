"""Webhooks: who is told of what happens to transcripts, and every telling.

A `Delivery` is one event for one endpoint, written with the event in one transaction; its `id` is what the receiver
tells repetitions by. Each try to send it is a `DeliveryAttempt`.

    pending ──sent, answered 2xx──▶ delivered
       │  └──another answer, or none: pending again, later
       └──24 hours, or its endpoint was disabled──▶ given up ──re-send──▶ pending
"""

from __future__ import annotations

import base64
import secrets
import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from .api_key import ApiKey
from .transcript import Transcript

SECRET_BYTES = 24  # what the Standard Webhooks specification recommends as the least


class Event(models.TextChoices):
    """What may be told."""

    COMPLETED = "transcript.completed", gettext_lazy("the words are there")
    FAILED = "transcript.failed", gettext_lazy("every attempt failed")
    CANCELLED = "transcript.cancelled", gettext_lazy("somebody cancelled it")
    REVIEWED = "transcript.reviewed", gettext_lazy("a person approved the text")
    PING = "ping", gettext_lazy("a test")


def new_secret() -> str:
    """A signing secret, in the form of the Standard Webhooks specification."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


class WebhookQuerySet(models.QuerySet["Webhook"]):
    """Conditions by name."""

    def enabled(self) -> Self:
        """Told of events."""
        return self.filter(disabled_at=None)


class Webhook(models.Model):
    """An endpoint: an address that is told of events."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    url = models.CharField(_("URL"), max_length=2000, help_text=_("http or https; public, or in an allowed network."))
    events = models.JSONField(_("events"), default=list)
    description = models.CharField(_("description"), max_length=200, blank=True)
    api_key = models.ForeignKey(
        ApiKey,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="webhooks",
        verbose_name=_("of the key"),
        help_text=_("Only of what this key sent. Empty: of every transcript of the hub."),
    )
    secret = models.CharField(max_length=100, default=new_secret, editable=False)
    # Signs beside the new one until its end, so that the receiver can change over in its own time.
    previous_secret = models.CharField(max_length=100, blank=True, editable=False)
    previous_until = models.DateTimeField(_("previous until"), null=True, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    disabled_at = models.DateTimeField(_("disabled at"), null=True, editable=False)
    disabled_reason = models.TextField(_("disabled reason"), blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    created_by = models.CharField(_("created by"), max_length=200, blank=True, editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.url.partition("?")[0]  # what follows may be a secret of the receiver's

    def signing_secrets(self, at: datetime | None = None) -> list[str]:
        """What signs at `at`: the secret, and the one before it while that is still good."""
        now = at or timezone.now()
        overlapping = self.previous_secret and self.previous_until is not None and self.previous_until > now
        return [self.secret, self.previous_secret] if overlapping else [self.secret]


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Conditions by name."""

    def pending(self) -> Self:
        """Neither delivered nor given up."""
        return self.filter(status=Delivery.Status.PENDING)

    def due(self, at: datetime | None = None) -> Self:
        """Pending, its time has come, and nobody is sending it."""
        return self.pending().filter(due_at__lte=at or timezone.now())


class Delivery(models.Model):
    """One event for one endpoint. Sent at least once until the receiver has answered 2xx; in no promised order."""

    class Status(models.TextChoices):
        """How far it has come."""

        PENDING = "pending", gettext_lazy("Pending")
        DELIVERED = "delivered", gettext_lazy("Delivered")
        GIVEN_UP = "given_up", gettext_lazy("Given up")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # None: for the transcript's own `callback_url`.
    webhook = models.ForeignKey(
        Webhook, verbose_name=_("webhook"), null=True, on_delete=models.CASCADE, related_name="deliveries"
    )
    transcript = models.ForeignKey(
        Transcript, verbose_name=_("transcript"), null=True, on_delete=models.CASCADE, related_name="deliveries"
    )
    event = models.CharField(_("event"), max_length=40, choices=Event)
    # The transcript's revision at the event: the same thing may happen to it twice.
    revision = models.PositiveBigIntegerField(_("revision"), default=0)
    payload = models.JSONField(_("payload"))
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.PENDING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    # While somebody sends it, this is when that claim ends: a crash delays it and loses nothing.
    due_at = models.DateTimeField(_("due at"), default=timezone.now)
    give_up_at = models.DateTimeField(_("give up at"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["due_at"], name="delivery_due", condition=Q(status="pending")),  # what is to be sent
            models.Index(fields=["created_at"], name="delivery_age"),  # the log, and what of it may be forgotten
        ]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "transcript", "event", "revision"], name="delivery_once"),
            models.UniqueConstraint(
                fields=["transcript", "event", "revision"], condition=Q(webhook=None), name="delivery_callback_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.pk}"

    @property
    def url(self) -> str:
        """Where it goes, as things stand now."""
        if self.webhook is not None:
            return self.webhook.url
        return self.transcript.callback_url if self.transcript is not None else ""


class DeliveryAttempt(models.Model):
    """One try to send a delivery, and what the receiver said."""

    delivery = models.ForeignKey(Delivery, verbose_name=_("delivery"), on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField(_("at"))
    status_code = models.PositiveIntegerField(_("status code"), null=True, help_text=_("None: no answer in HTTP."))
    duration_ms = models.PositiveBigIntegerField(_("duration ms"))
    excerpt = models.TextField(_("excerpt"), blank=True, help_text=_("The beginning of the answer."))
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("delivery attempt")
        verbose_name_plural = _("delivery attempts")
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.status_code or self.error}"
