"""The audit trail: who saw, changed, exported or deleted what. Append-only, and readable when what it names is gone.

The database itself refuses what is refused here, also to who comes past this code: `transcripts.append_only`.
"""

from __future__ import annotations

from typing import Any, Never

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .api_key import ApiKey


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Read it, and add to it."""

    def update(self, **kwargs: Any) -> Never:
        """Never. Raises TypeError."""
        raise TypeError("Audit entries are never changed.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> Never:
        """Never. Raises TypeError."""
        raise TypeError("Audit entries are never changed.")

    def delete(self) -> Never:
        """Never. Raises TypeError."""
        raise TypeError("Audit entries are never deleted.")


class AuditEntry(models.Model):
    """One deed. Names are kept as text beside the references: they outlive users, keys and recordings."""

    at = models.DateTimeField(_("at"), auto_now_add=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    api_key = models.ForeignKey(
        ApiKey, verbose_name=_("API key"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    who = models.CharField(
        _("who"), max_length=200, help_text=_("User name, key with its prefix, or the network that was trusted.")
    )
    verb = models.CharField(_("verb"), max_length=40, help_text=_("What was done, e.g. export, delete, approve."))
    object_kind = models.CharField(_("object kind"), max_length=40, blank=True)
    object_id = models.CharField(_("object ID"), max_length=64, blank=True)
    object_name = models.CharField(_("object name"), max_length=500, blank=True)
    detail = models.JSONField(_("detail"), default=dict, blank=True)
    once = models.CharField(  # noqa: DJ001  # many have none, and those that have are unique
        max_length=100,
        null=True,
        unique=True,
        editable=False,
        help_text=_("Names a deed that is written down only once, e.g. who saw what in which hour."),
    )

    # When a user or key is deleted, Django empties the references by its own plain manager.
    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at"], name="audit_newest"),  # the trail, newest first
            models.Index(fields=["object_kind", "object_id"], name="audit_object"),  # "what happened to this one?"
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.who}: {self.verb} {self.object_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it once.

        Raises:
            TypeError: when an entry that is written is to be changed.
        """
        if not self._state.adding:
            raise TypeError("An audit entry is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never.

        Raises:
            TypeError: always.
        """
        raise TypeError("An audit entry is never deleted.")
