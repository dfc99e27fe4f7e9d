"""Transcripts with their attempts: why one failed, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from transcripts import steering
from transcripts.access import Actor
from transcripts.models import Attempt, Transcript
from transcripts.templatetags.presentation import clock, percent, told

from .read_only import ReadOnlyAdmin


class AttemptInline(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    """The log of attempts."""

    model = Attempt
    fields = readonly_fields = ("worker", "started_at", "ended_at", "resumed_at", "ending", "why")
    template = "admin/parts/rows.html"
    can_delete = False
    verbose_name_plural = gettext_lazy("attempts")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Workers write them."""
        return False

    @admin.display(description=gettext_lazy("resumed at"))
    def resumed_at(self, attempt: Attempt) -> str:
        """Where in the recording it began."""
        return clock(attempt.resumed_ms)

    @admin.display(description=gettext_lazy("error"))
    def why(self, attempt: Attempt) -> str:
        """What ended it, in the reader's language."""
        return told(attempt.error)

    @admin.display(description=gettext_lazy("outcome"))
    def ending(self, attempt: Attempt) -> str:
        """How it ended; `running` has an empty value, which the admin would show as a dash."""
        return str(Attempt.Outcome(attempt.outcome).label)


@admin.register(Transcript)
class TranscriptAdmin(ReadOnlyAdmin):
    """Read, cancel, retry. Deleted with its recording."""

    list_display = (
        "title",
        "status",
        "progress",
        "task",
        "language",
        "priority",
        "attempts",
        "worker",
        "created_at",
    )
    list_filter = ("status", "task", "failure", "priority", "created_at")
    list_select_related = ("recording",)
    search_fields = ("id", "recording__title", "error")
    date_hierarchy = "created_at"
    show_full_result_count = False
    inlines = (AttemptInline,)
    actions = ("cancel", "retry", "raise_priority", "lower_priority")
    fieldsets = (
        (None, {"fields": ("recording", "status", "progress", "page", "why", "failure")}),
        (gettext_lazy("Asked for"), {"fields": ("task", "language_requested", "priority")}),
        (
            gettext_lazy("Result"),
            {"fields": ("language", "language_probability", "segment_count", "model", "model_revision")},
        ),
        (gettext_lazy("Work"), {"fields": ("worker", "device", "compute_type", "attempts", "processing_ms")}),
        (gettext_lazy("Times"), {"fields": ("created_at", "started_at", "finished_at", "lease_expires_at")}),
    )

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Who may use the actions; Django asks by this name."""
        return request.user.has_perm("transcripts.change_transcript")

    @admin.display(description=gettext_lazy("recording"), ordering="recording__title")
    def title(self, transcript: Transcript) -> str:
        """Long names would push the other columns out of the window."""
        return Truncator(transcript.recording.title).chars(60)

    @admin.display(description=gettext_lazy("progress"))
    def progress(self, transcript: Transcript) -> str:
        """Share of the audio done."""
        return f"{percent(transcript.progress)} %"

    @admin.display(description=gettext_lazy("error"))
    def why(self, transcript: Transcript) -> str:
        """Why it failed, in the reader's language."""
        return told(transcript.error)

    @admin.display(description=gettext_lazy("page"))
    def page(self, transcript: Transcript) -> SafeString:
        """Where people read it."""
        return format_html('<a href="{}">{}</a>', reverse("transcript", args=[transcript.pk]), _("Open the transcript"))

    @admin.action(description=gettext_lazy("Cancel the selected transcripts"), permissions=["operate"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Those that wait or run."""
        self._each(request, queryset, steering.cancel, _("cancelled"), _("had ended already"))

    @admin.action(description=gettext_lazy("Try the selected transcripts again"), permissions=["operate"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Those that failed or were cancelled."""
        self._each(request, queryset, steering.retry, _("queued again"), _("neither failed nor cancelled"))

    @admin.action(description=gettext_lazy("Raise the priority of the selected transcripts"), permissions=["operate"])
    def raise_priority(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Those that wait, one step each."""
        self._each(request, queryset, steering.raise_priority, _("go sooner"), _("waiting no longer, or first already"))

    @admin.action(description=gettext_lazy("Lower the priority of the selected transcripts"), permissions=["operate"])
    def lower_priority(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Those that wait, one step each."""
        self._each(request, queryset, steering.lower_priority, _("go later"), _("waiting no longer, or last already"))

    def _each(
        self, request: HttpRequest, rows: QuerySet[Any], verb: Callable[[UUID, Actor], bool], done: str, not_done: str
    ) -> None:
        actor = Actor.person(request.user)
        outcomes = [verb(pk, actor) for pk in rows.values_list("pk", flat=True)]
        if count := outcomes.count(True):
            self.message_user(request, f"{count} {done}.", messages.SUCCESS)
        if count := outcomes.count(False):
            left = _("%(count)d left as they are: %(reason)s.") % {"count": count, "reason": not_done}
            self.message_user(request, left, messages.WARNING)
