"""Glossaries: names and terms of one subject, kept by name so that people and programs need not send them each time."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from .api_key import ApiKey


class Glossary(models.Model):
    """Words for the model to expect, shared by the whole hub. A transcript keeps a copy of those that it was told."""

    name = models.CharField(
        _("name"), max_length=100, help_text=_("What an upload chooses it by; the same in any case.")
    )
    words = models.TextField(
        _("words"), help_text=_("Names and terms, separated by commas. The model is told the first hundred or so.")
    )
    # By whom: a person, or a program with its key. They may change it, as may whoever manages the hub.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    api_key = models.ForeignKey(
        ApiKey,
        verbose_name=_("API key"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("glossary")
        verbose_name_plural = _("glossaries")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="glossary_once",
                violation_error_message=_("There is a glossary of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
