"""API keys: made here, shown once, revoked here."""

from __future__ import annotations

import copy
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from transcripts import keys
from transcripts.access import Actor
from transcripts.models import ApiKey, Scope
from transcripts.models.api_key import LIMITS

from . import usage
from .audited import AuditedAdmin


def _choices(scopes: list[Scope]) -> list[tuple[str, str]]:
    return [(scope.value, f"{scope.value}: {scope.label}") for scope in scopes]


class ApiKeyForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Scopes as boxes to tick, each with what it allows."""

    scopes = forms.MultipleChoiceField(
        choices=_choices(list(Scope)),
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.TRANSCRIBE.value],
    )

    expires_at = forms.DateTimeField(
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text=format_lazy(
            gettext_lazy("Leave empty for a key that does not expire. Time zone: {zone}."), zone=settings.TIME_ZONE
        ),
    )

    class Meta:
        model = ApiKey
        fields = ("name", "scopes", "expires_at", *LIMITS)


@admin.register(ApiKey)
class ApiKeyAdmin(AuditedAdmin):
    """The secret is neither shown again nor changed: revoke the key and make another."""

    form = ApiKeyForm
    list_display = ("name", "prefix", "usable", "scope_names", "expires_at", "last_used_at", "created_by")
    list_filter = ("revoked_at", "expires_at")
    list_select_related = ("created_by",)
    search_fields = ("name", "prefix")
    fields = ("name", "scopes", "expires_at", *LIMITS)
    readonly_fields = ("prefix", "revoked_at", "last_used_at", "created_at", "created_by")
    actions = ("revoke",)
    change_form_template = "admin/transcripts/apikey/change_form.html"

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> tuple[str, ...]:
        """A new key has no past to show."""
        return self.fields + self.readonly_fields if obj else self.fields

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With what the key has used lately below its fields."""
        found = usage.of_key(object_id) | (extra_context or {})
        return super().change_view(request, object_id, form_url, found)

    def get_form(self, request: HttpRequest, obj: ApiKey | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Nobody gives a key a scope that they do not hold; one that it has already may stay."""
        form = super().get_form(request, obj, change=change, **kwargs)
        scopes = copy.deepcopy(form.base_fields.get("scopes"))  # the class of the form is made anew, its fields are not
        if isinstance(scopes, forms.MultipleChoiceField):
            maker, kept = Actor.person(request.user), obj.scopes if obj else []
            scopes.choices = _choices([scope for scope in Scope if scope in kept or maker.may(scope)])
            form.base_fields["scopes"] = scopes
        return form

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """Make the key and show it: now and never again."""
        if change:
            super().save_model(request, obj, form, change)
            return
        key = keys.make(obj, Actor.person(request.user))
        shown = format_html(
            _("The key for {name}: {key} Copy it now, it is not shown again."),
            name=obj.name,
            key=format_html('<code class="new-key">{}</code>', key),
        )
        self.message_user(request, shown, messages.WARNING)

    def log_addition(self, request: HttpRequest, obj: ApiKey, message: Any) -> LogEntry:  # type: ignore[override]
        """The verb that made it has told the audit trail."""
        return admin.ModelAdmin.log_addition(self, request, obj, message)

    @admin.action(description=gettext_lazy("Revoke the selected keys"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """They open nothing from now on."""
        count = keys.revoke(queryset, Actor.person(request.user))
        self.message_user(request, _("%(count)d revoked.") % {"count": count}, messages.SUCCESS)

    @admin.display(boolean=True, description=gettext_lazy("usable"))
    def usable(self, key: ApiKey) -> bool:
        """Neither revoked nor expired."""
        return key.is_usable

    @admin.display(description=gettext_lazy("scopes"))
    def scope_names(self, key: ApiKey) -> str:
        """In one line."""
        return ", ".join(key.scopes)
