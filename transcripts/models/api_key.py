"""API keys: a visible prefix, a stored hash, the key itself shown once."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

# Last use is a courtesy to the administrator, not an audit trail: once a minute spares a write per request.
LAST_USED_RESOLUTION = timedelta(minutes=1)
# wh_ and 4 random bytes in hex, then _ and 32 random bytes in base64: whatever else is sent never reaches the database.
_FORM = re.compile(r"wh_[0-9a-f]{8}_[A-Za-z0-9_-]{43}")
PREFIX_LENGTH = 11
_ABOVE_ZERO = MinValueValidator(1)
# The fields that hold a key back; empty is unlimited.
LIMITS = (
    "requests_per_minute",
    "concurrent_transcripts",
    "audio_minutes_per_day",
    "audio_minutes_per_month",
    "max_file_bytes",
    "max_duration_seconds",
)


class Scope(models.TextChoices):
    """What a key may do. Whoever may transcribe may always see what it sent itself."""

    TRANSCRIBE = "transcribe", gettext_lazy("send recordings, and see what it sent")
    READ = "read", gettext_lazy("see every transcript of the hub")
    MANAGE = "manage", gettext_lazy("change and delete every transcript of the hub")


def _hash(key: str) -> str:
    # Plain SHA-256 suffices for 256 random bits; a slow hash would only tax every request.
    return hashlib.sha256(key.encode()).hexdigest()


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Conditions by name."""

    def usable(self, at: datetime | None = None) -> Self:
        """Neither revoked nor expired at `at` (now by default)."""
        now = at or timezone.now()
        return self.filter(revoked_at=None).exclude(expires_at__lte=now)


class ApiKey(models.Model):
    """A machine client's way in."""

    name = models.CharField(_("name"), max_length=100, help_text=_("Which program uses it."))
    prefix = models.CharField(_("prefix"), max_length=16, unique=True, editable=False)
    hash = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(_("scopes"), default=list)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True, editable=False)
    # `LIMITS`
    requests_per_minute = models.PositiveIntegerField(
        _("requests per minute"), null=True, blank=True, validators=[_ABOVE_ZERO]
    )
    concurrent_transcripts = models.PositiveIntegerField(
        _("concurrent transcripts"),
        null=True,
        blank=True,
        validators=[_ABOVE_ZERO],
        help_text=_("Waiting or in work at once."),
    )
    audio_minutes_per_day = models.PositiveIntegerField(
        _("audio minutes per day"), null=True, blank=True, validators=[_ABOVE_ZERO]
    )
    audio_minutes_per_month = models.PositiveIntegerField(
        _("audio minutes per month"), null=True, blank=True, validators=[_ABOVE_ZERO]
    )
    max_file_bytes = models.PositiveBigIntegerField(
        _("max file bytes"), null=True, blank=True, validators=[_ABOVE_ZERO]
    )
    max_duration_seconds = models.PositiveIntegerField(
        _("max duration seconds"), null=True, blank=True, validators=[_ABOVE_ZERO]
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_usable(self) -> bool:
        """Whether it opens the door now."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())

    def renew(self) -> str:
        """Give this row a new key, save nothing, and return the key: the only time that it exists in full."""
        self.prefix = f"wh_{secrets.token_hex(4)}"
        key = f"{self.prefix}_{secrets.token_urlsafe(32)}"
        self.hash = _hash(key)
        return key

    def matches(self, key: str) -> bool:
        """Compare in constant time."""
        return secrets.compare_digest(self.hash, _hash(key))

    @classmethod
    def find(cls, key: str, at: datetime | None = None) -> ApiKey | None:
        """The usable key that was sent, or None. Notes its use, at most once a minute."""
        if not _FORM.fullmatch(key):
            return None
        now = at or timezone.now()
        found = cls.objects.usable(now).filter(prefix=key[:PREFIX_LENGTH]).first()
        if found is None or not found.matches(key):
            return None
        if found.last_used_at is None or now - found.last_used_at >= LAST_USED_RESOLUTION:
            cls.objects.filter(pk=found.pk).update(last_used_at=now)
        return found
