"""Where somebody is signed in: one row for each browser, beside Django's session and gone with it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone

DEVICE_LENGTH = 300


class SignInQuerySet(models.QuerySet["SignIn"]):
    """Conditions by name."""

    def open(self) -> Self:
        """Those whose session has not run out."""
        return self.filter(session__expire_date__gt=timezone.now())


class SignIn(models.Model):
    """One browser in which a person is signed in."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins")
    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="sign_in")
    device = models.CharField(max_length=DEVICE_LENGTH, blank=True, help_text="What the browser says of itself.")
    address = models.GenericIPAddressField(null=True, help_text="Unknown behind a Unix socket.")
    signed_in_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField()

    objects = SignInQuerySet.as_manager()

    class Meta:
        ordering = ["-last_used_at"]

    def __str__(self) -> str:
        return f"{self.user}, {self.device[:40]}"
