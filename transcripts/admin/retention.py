"""Retention rules: made switched off, looked at, then put in force."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone

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
        will = "deletes" if obj.enabled else "is not in force; it would delete"
        self.message_user(request, f"This rule {will} {_today(obj)} today.", messages.WARNING)

    @admin.display(description="rule")
    def rule(self, rule: RetentionRule) -> str:
        """In words."""
        return str(rule)

    @admin.display(description="due today")
    def due_today(self, rule: RetentionRule) -> str:
        """What it alone deletes by midnight, or would if it were in force."""
        return _today(rule)


def _today(rule: RetentionRule) -> str:
    tomorrow = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return _words(retention.due(tomorrow, [rule]))


def _words(due: Due) -> str:
    recordings = f"{due.recordings} recording{'' if due.recordings == 1 else 's'}"
    return f"{recordings}, and of {due.audio} more the audio"
