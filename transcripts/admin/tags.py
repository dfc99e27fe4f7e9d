"""Tags: renamed, merged, deleted, each with word of what it touches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from transcripts import tags
from transcripts.access import Actor
from transcripts.models import RetentionRule, Tag

from .audited import AuditedAdmin


class TagForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """One name, the same in any case."""

    class Meta:
        model = Tag
        fields = ("name",)

    def clean_name(self) -> str:
        """As it is kept; refused in words where it cannot be."""
        try:
            wanted = tags.names(self.cleaned_data["name"])
        except tags.BadTag as error:
            raise forms.ValidationError(str(error)) from error
        if len(wanted) != 1:
            raise forms.ValidationError(_("A tag has one name, without commas."))
        other = tags.called(wanted).get(wanted[0].casefold())
        if other is not None and other.pk != self.instance.pk:
            raise forms.ValidationError(
                _("There is a tag “%(name)s” already. Merge the two instead.") % {"name": other.name}
            )
        return wanted[0]


@admin.register(Tag)
class TagAdmin(AuditedAdmin):
    """How often each is used, and what hangs on it."""

    form = TagForm
    list_display = ("name", "recording_count", "rule_count")
    search_fields = ("name",)
    actions = ("merge",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        """With the counts, for the list."""
        return Tag.objects.annotate(
            recording_total=Count("recordings", distinct=True), rule_total=Count("retention_rules", distinct=True)
        )

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:
        """Rename it everywhere, or add one that is offered from now on."""
        if change:
            tags.rename(Tag.objects.get(pk=obj.pk), obj.name, Actor.person(request.user))
        else:
            super().save_model(request, obj, form, change)

    def log_change(self, request: HttpRequest, obj: Tag, message: Any) -> Any:  # type: ignore[override]
        """The verb that changed it has told the audit trail."""
        return admin.ModelAdmin.log_change(self, request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """The verb that deletes it tells the audit trail."""
        return admin.ModelAdmin.log_deletions(self, request, queryset)

    def delete_model(self, request: HttpRequest, obj: Tag) -> None:
        """One tag."""
        tags.delete(obj, Actor.person(request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Tag]) -> None:
        """Several tags."""
        for tag in queryset:
            tags.delete(tag, Actor.person(request.user))

    def get_deleted_objects(
        self, objs: Iterable[Tag] | QuerySet[Tag], request: HttpRequest
    ) -> tuple[list[Any], dict[Any, Any], set[str], list[str]]:
        """What the confirmation page says: in words, with the rules that go too. Recordings stay."""
        chosen = (
            Tag.objects.filter(pk__in=[tag.pk for tag in objs]).annotate(total=Count("recordings")).order_by("name")
        )
        rules = RetentionRule.objects.filter(tag__in=chosen).select_related("tag", "api_key")
        lines = [_("%(tag)s, off %(count)d recordings") % {"tag": tag.name, "count": tag.total} for tag in chosen]
        lines += [_("With it the retention rule: %(rule)s") % {"rule": rule} for rule in rules]
        missing = set() if self.has_delete_permission(request) else {"tag"}
        return lines, {_("tags"): len(chosen), _("retention rules"): len(rules)}, missing, []

    @admin.action(description=gettext_lazy("Merge the selected tags"), permissions=["change"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Ask which one stays, and what that means; then do it."""
        chosen = list(queryset.order_by("name"))
        into = next((tag for tag in chosen if str(tag.pk) == request.POST.get("into")), None)
        if len(chosen) < 2:
            self.message_user(request, _("Choose two tags or more."), messages.WARNING)
            return None
        if into is None:
            rules = RetentionRule.objects.filter(tag__in=chosen).select_related("tag", "api_key")
            context = {"title": _("Merge tags"), "tags": chosen, "rules": rules, "opts": self.opts}
            return render(request, "admin/transcripts/tag/merge.html", self.admin_site.each_context(request) | context)
        try:
            count = tags.merge(chosen, into, Actor.person(request.user))
        except tags.BadTag as error:
            self.message_user(request, str(error), messages.ERROR)
            return None
        words = ngettext(
            "“%(tag)s” stands for all of them, new on %(count)d recording.",
            "“%(tag)s” stands for all of them, new on %(count)d recordings.",
            count,
        )
        self.message_user(request, words % {"tag": into.name, "count": count}, messages.SUCCESS)
        return None

    @admin.display(description=gettext_lazy("recordings"), ordering="recording_total")
    def recording_count(self, tag: Any) -> SafeString:
        """How many have it, with the way to them."""
        address = f"{reverse('admin:transcripts_recording_changelist')}?{urlencode({'tags__id__exact': tag.pk})}"
        return format_html('<a href="{}">{}</a>', address, tag.recording_total)

    @admin.display(description=gettext_lazy("retention rules"), ordering="rule_total")
    def rule_count(self, tag: Any) -> int:
        """How many are for it."""
        total: int = tag.rule_total
        return total
