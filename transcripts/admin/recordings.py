"""Recordings: what is stored, whose it is, and its removal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html

from transcripts import removal
from transcripts.access import Actor
from transcripts.models import Attempt, Recording, Segment, Transcript
from transcripts.templatetags.presentation import clock, sender


class TranscriptInline(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    """What was made of it."""

    model = Transcript
    fields = readonly_fields = ("status", "task", "language", "model", "created_at", "finished_at")
    can_delete = False
    show_change_link = True
    ordering = ("-created_at",)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The service makes them."""
        return False


@admin.register(Recording)
class RecordingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Only the title may be changed. Deleting takes the file along."""

    list_display = ("title", "length", "size", "container", "sent_by", "created_at")
    list_filter = ("container", "has_video", "api_key", "created_at")
    list_select_related = ("owner", "api_key")
    search_fields = ("id", "title", "sha256", "owner__username", "api_key__name")
    date_hierarchy = "created_at"
    show_full_result_count = False
    fields = (
        "title",
        "length",
        "size",
        "container",
        "has_video",
        "sent_by",
        "source_url",
        "sha256",
        "created_at",
        "id",
    )
    readonly_fields = fields[1:]
    inlines = (TranscriptInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Recordings come in by the pages and the API, which look into the file."""
        return False

    def delete_model(self, request: HttpRequest, obj: Recording) -> None:
        """One recording, with its file."""
        removal.delete_recording(obj, Actor.person(request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Recording]) -> None:
        """Several recordings, each with its file."""
        for recording in queryset:
            removal.delete_recording(recording, Actor.person(request.user))

    def get_deleted_objects(
        self, objs: Iterable[Recording] | QuerySet[Recording], request: HttpRequest
    ) -> tuple[list[Any], dict[Any, Any], set[str], list[str]]:
        """What the confirmation page says: titles and counts. Django would list every segment of every transcript."""
        recordings = list(objs)
        below = {
            "transcripts": Transcript.objects.filter(recording__in=recordings).count(),
            "attempts": Attempt.objects.filter(transcript__recording__in=recordings).count(),
            "segments": Segment.objects.filter(transcript__recording__in=recordings).count(),
        }
        lines = [format_html("Recording: {}, with its file", recording.title) for recording in recordings]
        missing = set() if self.has_delete_permission(request) else {"recording"}
        return lines, {"recordings": len(recordings), **below}, missing, []

    @admin.display(description="duration", ordering="duration_ms")
    def length(self, recording: Recording) -> str:
        """Hours, minutes, seconds."""
        return clock(recording.duration_ms)

    @admin.display(description="size", ordering="size_bytes")
    def size(self, recording: Recording) -> str:
        """In the largest fitting unit."""
        return filesizeformat(recording.size_bytes)

    @admin.display(description="sent by")
    def sent_by(self, recording: Recording) -> str:
        """A person, a key, or a trusted network."""
        return sender(recording)
