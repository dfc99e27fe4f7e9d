"""Recordings: what is stored, whose it is, and its removal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Exists, Model, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from transcripts import recordings, removal, tags
from transcripts.access import Actor
from transcripts.models import Attempt, Recording, Segment, Status, Transcript
from transcripts.templatetags.presentation import clock, sender


class TranscriptInline(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    """What was made of it."""

    model = Transcript
    fields = readonly_fields = ("status", "task", "language", "model", "created_at", "finished_at")
    template = "admin/parts/rows.html"
    can_delete = False
    show_change_link = True
    ordering = ("-created_at",)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The service makes them."""
        return False


class RecordingForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What may be changed: the title, and the tags as people write them."""

    tag_names = forms.CharField(
        required=False,
        label=gettext_lazy("Tags"),
        help_text=gettext_lazy("Between commas."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    class Meta:
        model = Recording
        fields = ("title",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["tag_names"] = ", ".join(tag.name for tag in self.instance.tags.all())

    def clean_title(self) -> str:
        """On one line."""
        title = recordings.readable(self.cleaned_data["title"])
        if not title:
            raise forms.ValidationError(_("A recording needs a title."))
        return title

    def clean_tag_names(self) -> list[str]:
        """Each once; refused in words where they cannot be kept."""
        try:
            return tags.names(self.cleaned_data["tag_names"])
        except tags.BadTag as error:
            raise forms.ValidationError(str(error)) from error


class PlaceFilter(admin.SimpleListFilter):
    """In the library or in the bin."""

    title = gettext_lazy("place")
    parameter_name = "place"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Both."""
        return [("library", gettext_lazy("In the library")), ("bin", gettext_lazy("In the bin"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Recording]) -> QuerySet[Recording]:
        """Those that are there."""
        places = {"library": queryset.filter(deleted_at=None), "bin": queryset.exclude(deleted_at=None)}
        return places.get(self.value() or "", queryset)


class StateFilter(admin.SimpleListFilter):
    """By where the newest transcript stands."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All states."""
        return [(status.value, str(status.label)) for status in Status]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Recording]) -> QuerySet[Recording]:
        """Those whose newest transcript is in it."""
        if self.value() not in Status.values:
            return queryset
        newest = Transcript.objects.filter(recording=OuterRef("pk"), is_newest=True, status=self.value())
        return queryset.filter(Exists(newest))


@admin.register(Recording)
class RecordingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Title and tags may be changed. Deleting goes by the bin, or for good and takes the file along."""

    form = RecordingForm
    list_display = ("title", "state", "length", "size", "sent_by", "tag_list", "created_at", "in_bin")
    list_filter = (
        PlaceFilter,
        StateFilter,
        ("owner", admin.RelatedOnlyFieldListFilter),
        ("api_key", admin.RelatedOnlyFieldListFilter),
        ("tags", admin.RelatedOnlyFieldListFilter),
        "has_video",
        "created_at",
    )
    list_select_related = ("owner", "api_key")
    actions = ("discard", "restore")
    search_fields = ("id", "title", "sha256", "owner__username", "api_key__name")
    date_hierarchy = "created_at"
    show_full_result_count = False
    fields = (
        "title",
        "tag_names",
        "length",
        "size",
        "container",
        "has_video",
        "sent_by",
        "source_url",
        "sha256",
        "created_at",
        "deleted_at",
        "audio_deleted_at",
        "id",
    )
    readonly_fields = fields[2:]
    inlines = (TranscriptInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Recordings come in by the pages and the API, which look into the file."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recording]:
        """With tags and newest transcript, for the list."""
        newest = Prefetch("transcripts", Transcript.objects.filter(is_newest=True), to_attr="newest")
        return super().get_queryset(request).prefetch_related("tags", newest)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Django's own deletes for good, and says so."""
        actions = super().get_actions(request)
        if found := actions.get("delete_selected"):
            actions["delete_selected"] = (found[0], found[1], _("Delete the selected recordings for good"))
        return actions

    def save_model(self, request: HttpRequest, obj: Recording, form: Any, change: bool) -> None:
        """By the verbs that the pages call too: each is a deed in the audit trail."""
        actor, before = Actor.person(request.user), Recording.objects.get(pk=obj.pk)
        recordings.rename(before, obj.title, actor)
        tags.replace(before, form.cleaned_data["tag_names"], actor)

    @admin.action(description=gettext_lazy("Move the selected recordings to the bin"), permissions=["delete"])
    def discard(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """What runs on them is cancelled."""
        count = sum(removal.discard(recording, Actor.person(request.user)) for recording in queryset)
        self.message_user(request, _("%(count)d moved to the bin.") % {"count": count}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Restore the selected recordings from the bin"), permissions=["delete"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """As they were; what was cancelled goes on."""
        count = sum(removal.restore(recording, Actor.person(request.user)) for recording in queryset)
        self.message_user(request, _("%(count)d restored.") % {"count": count}, messages.SUCCESS)

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
        chosen = list(objs)
        below = {
            _("transcripts"): Transcript.objects.filter(recording__in=chosen).count(),
            _("attempts"): Attempt.objects.filter(transcript__recording__in=chosen).count(),
            _("segments"): Segment.objects.filter(transcript__recording__in=chosen).count(),
        }
        lines = [format_html(_("Recording: {title}, with its file"), title=recording.title) for recording in chosen]
        missing = set() if self.has_delete_permission(request) else {"recording"}
        return lines, {_("recordings"): len(chosen), **below}, missing, []

    @admin.display(description=gettext_lazy("state"))
    def state(self, recording: Any) -> str:
        """Where the newest transcript stands."""
        return str(recording.newest[0].get_status_display()) if recording.newest else "–"

    @admin.display(boolean=True, description=gettext_lazy("in the bin"), ordering="deleted_at")
    def in_bin(self, recording: Recording) -> bool:
        """Seen by nobody, and not gone."""
        return recording.deleted_at is not None

    @admin.display(description=gettext_lazy("tags"))
    def tag_list(self, recording: Recording) -> str:
        """In one line."""
        return ", ".join(tag.name for tag in recording.tags.all())

    @admin.display(description=gettext_lazy("duration"), ordering="duration_ms")
    def length(self, recording: Recording) -> str:
        """Hours, minutes, seconds."""
        return clock(recording.duration_ms)

    @admin.display(description=gettext_lazy("size"), ordering="size_bytes")
    def size(self, recording: Recording) -> str:
        """In the largest fitting unit."""
        return filesizeformat(recording.size_bytes)

    @admin.display(description=gettext_lazy("sent by"))
    def sent_by(self, recording: Recording) -> str:
        """A person, a key, or a trusted network."""
        return sender(recording)
