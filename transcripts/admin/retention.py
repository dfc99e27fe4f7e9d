"""Retention rules: made switched off, looked at, then put in force."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from transcripts import retention
from transcripts.models import RetentionRule
from transcripts.retention import Due

from .audited import AuditedAdmin


@admin.register(RetentionRule)
class RetentionRuleAdmin(AuditedAdmin):
    """How long recordings are kept, and what each rule would delete today."""

    list_display = ("rule", "enabled", "due_today", "spares_approved")
    list_filter = ("enabled",)
    list_select_related = ("api_key", "tag")
    fields = ("api_key", "tag", "audio_days", "transcript_days", "spares_approved", "enabled")

    def save_model(self, request: HttpRequest, obj: RetentionRule, form: Any, change: bool) -> None:
        """Say what it means before the hour is over."""
        super().save_model(request, obj, form, change)
        in_force = _("This rule deletes today: %(what)s.")
        idle = _("This rule is not in force. Today it would delete: %(what)s.")
        self.message_user(request, (in_force if obj.enabled else idle) % {"what": _today(obj)}, messages.WARNING)

    @admin.display(description=gettext_lazy("rule"))
    def rule(self, rule: RetentionRule) -> str:
        """In words."""
        return str(rule)

    @admin.display(description=gettext_lazy("due today"))
    def due_today(self, rule: RetentionRule) -> str:
        """What it alone deletes by midnight, or would if it were in force."""
        return _today(rule)


def _today(rule: RetentionRule) -> str:
    tomorrow = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return _words(retention.due(tomorrow, [rule]))


def _words(due: Due) -> str:
    words = ngettext(
        "%(count)d recording, and of %(audio)d more the audio",
        "%(count)d recordings, and of %(audio)d more the audio",
        due.recordings,
    )
    return words % {"count": due.recordings, "audio": due.audio}
