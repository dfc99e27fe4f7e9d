"""Comments on passages: found, settled, and taken away by whoever manages the hub."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from transcripts import comments
from transcripts.access import Actor
from transcripts.models import Comment
from transcripts.templatetags.people import author
from transcripts.templatetags.presentation import clock, seconds

from .read_only import ReadOnlyAdmin


class SettledFilter(admin.SimpleListFilter):
    """Open or settled."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Both."""
        return [("open", gettext_lazy("Open")), ("settled", gettext_lazy("Settled"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        """Those that are."""
        states = {"open": queryset.filter(resolved_at=None), "settled": queryset.exclude(resolved_at=None)}
        return states.get(self.value() or "", queryset)


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    """Nobody writes in another's name; the verbs are those of the transcript page."""

    list_display = ("excerpt", "passage", "written_by", "created_at", "is_settled")
    list_filter = (
        SettledFilter,
        "created_at",
        ("author", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("transcript__recording", "author", "api_key")
    search_fields = ("text", "transcript__recording__title", "author__username", "api_key__name")
    date_hierarchy = "created_at"
    show_full_result_count = False
    fields = ("text", "passage", "written_by", "created_at", "edited_at", "resolved_at", "resolved_by")
    actions = ("settle", "reopen")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Django's own rule; who may nothing of the hub's is refused by the verb."""
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Who may use the actions; Django asks by this name."""
        return request.user.has_perm("transcripts.change_comment")

    def delete_model(self, request: HttpRequest, obj: Comment) -> None:
        """One comment. Raises `PermissionDenied`."""
        comments.delete(obj, actor=Actor.person(request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        """Several comments. Raises `PermissionDenied`."""
        for comment in queryset.select_related("transcript__recording"):
            comments.delete(comment, actor=Actor.person(request.user))

    @admin.action(description=gettext_lazy("Settle the selected comments"), permissions=["operate"])
    def settle(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Those that are open."""
        self._set_resolved(request, queryset.filter(resolved_at=None), True)

    @admin.action(description=gettext_lazy("Open the selected comments again"), permissions=["operate"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Those that are settled."""
        self._set_resolved(request, queryset.exclude(resolved_at=None), False)

    def _set_resolved(self, request: HttpRequest, rows: QuerySet[Any], resolved: bool) -> None:
        chosen = list(rows)
        for comment in chosen:
            comments.set_resolved(comment, resolved, actor=Actor.person(request.user))
        words = _("%(count)d settled.") if resolved else _("%(count)d open again.")
        self.message_user(request, words % {"count": len(chosen)}, messages.SUCCESS)

    @admin.display(description=gettext_lazy("comment"), ordering="text")
    def excerpt(self, comment: Comment) -> str:
        """Its beginning."""
        return Truncator(comment.text).chars(120)

    @admin.display(description=gettext_lazy("passage"), ordering="transcript__recording__title")
    def passage(self, comment: Comment) -> SafeString:
        """Recording and time, with the way there."""
        address = f"{reverse('transcript', args=[comment.transcript_id])}?{urlencode({'t': seconds(comment.start_ms)})}"
        title = Truncator(comment.transcript.recording.title).chars(60)
        return format_html('<a href="{}">{}, {}</a>', address, title, clock(comment.start_ms))

    @admin.display(description=gettext_lazy("by"))
    def written_by(self, comment: Comment) -> str:
        """A person, or a program by its key."""
        return author(comment)

    @admin.display(boolean=True, description=gettext_lazy("settled"), ordering="resolved_at")
    def is_settled(self, comment: Comment) -> bool:
        """Nothing is left to do."""
        return comment.resolved_at is not None
