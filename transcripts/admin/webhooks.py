"""Webhooks: who is told of events, and what became of each telling."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from transcripts.access import Actor
from transcripts.errors import Refused
from transcripts.models import Delivery, DeliveryAttempt, Webhook
from transcripts.webhooks import endpoints, outbox

from .read_only import ReadOnlyAdmin


class WebhookForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Events as boxes to tick, each with when it comes."""

    events = forms.MultipleChoiceField(
        choices=[(event.value, format_lazy("{}: {}", event.value, event.label)) for event in endpoints.EVENTS],
        widget=forms.CheckboxSelectMultiple,
        initial=[event.value for event in endpoints.EVENTS],
        label=gettext_lazy("events"),
    )

    class Meta:
        model = Webhook
        fields = ("url", "events", "description", "api_key")

    def clean(self) -> dict[str, Any]:
        """Refused in words where it cannot be an endpoint."""
        found = super().clean() or self.cleaned_data
        if "url" in found and "events" in found:
            try:
                endpoints.check(Webhook(url=found["url"], events=found["events"]))
            except Refused as error:
                raise forms.ValidationError(str(error)) from error
        return found


@admin.register(Webhook)
class WebhookAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Made, changed, tested and switched by the verbs that the API calls too."""

    form = WebhookForm
    list_display = ("__str__", "is_enabled", "disabled_reason", "api_key", "failing_since", "description")
    list_filter = ("disabled_at", "api_key")
    list_select_related = ("api_key",)
    search_fields = ("url", "description")
    readonly_fields = (
        "is_enabled",
        "disabled_at",
        "disabled_reason",
        "failing_since",
        "previous_until",
        "created_at",
        "created_by",
    )
    actions = ("send_test", "rotate", "disable", "enable")

    def get_fields(self, request: HttpRequest, obj: Webhook | None = None) -> tuple[str, ...]:
        """A new one has no past to show."""
        asked = ("url", "events", "description", "api_key")
        return asked + self.readonly_fields if obj else asked

    def save_model(self, request: HttpRequest, obj: Webhook, form: Any, change: bool) -> None:
        """Show the secret of a new one: now and never again."""
        endpoints.save(obj, Actor.person(request.user))
        if not change:
            self._show_secret(request, obj)

    def delete_model(self, request: HttpRequest, obj: Webhook) -> None:
        """One endpoint, with its log."""
        endpoints.delete(obj, Actor.person(request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        """Several endpoints, with their logs."""
        for hook in queryset:
            endpoints.delete(hook, Actor.person(request.user))

    def get_deleted_objects(
        self, objs: Iterable[Webhook] | QuerySet[Webhook], request: HttpRequest
    ) -> tuple[list[Any], dict[Any, Any], set[str], list[str]]:
        """What the confirmation page says: Django would list every delivery, and ask for a right that nobody has."""
        hooks = list(objs)
        count = Delivery.objects.filter(webhook__in=hooks).count()
        missing = set() if self.has_delete_permission(request) else {"webhook"}
        return [str(hook) for hook in hooks], {"webhooks": len(hooks), "deliveries": count}, missing, []

    @admin.display(boolean=True, description=gettext_lazy("enabled"), ordering="disabled_at")
    def is_enabled(self, hook: Webhook) -> bool:
        """Told of events."""
        return hook.disabled_at is None

    @admin.action(description=gettext_lazy("Send a test to the selected webhooks"), permissions=["change"])
    def send_test(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        """A ping; what came of it is among the deliveries."""
        for hook in queryset:
            outbox.ping(hook)
        self.message_user(request, _("A ping is under way; see the deliveries for what came of it."))

    @admin.action(description=gettext_lazy("Give the selected webhooks new secrets"), permissions=["change"])
    def rotate(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        """The ones before sign too for a day."""
        for hook in queryset:
            endpoints.rotate(hook, Actor.person(request.user))
            self._show_secret(request, hook)

    @admin.action(description=gettext_lazy("Disable the selected webhooks"), permissions=["change"])
    def disable(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        """Nothing more is told."""
        actor = Actor.person(request.user)
        for hook in queryset.filter(disabled_at=None):
            endpoints.disable(hook, actor, f"Switched off by {actor.name}.")

    @admin.action(description=gettext_lazy("Enable the selected webhooks"), permissions=["change"])
    def enable(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        """From now on."""
        for hook in queryset.exclude(disabled_at=None):
            endpoints.enable(hook, Actor.person(request.user))

    def _show_secret(self, request: HttpRequest, hook: Webhook) -> None:
        words = _("The secret for {url}: {secret} Copy it now, it is not shown again.")
        code = format_html('<code class="new-key">{}</code>', hook.secret)
        self.message_user(request, format_html(words, url=str(hook), secret=code), messages.WARNING)


class AttemptInline(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    """Every try."""

    model = DeliveryAttempt
    fields = readonly_fields = ("at", "status_code", "duration_ms", "excerpt", "error")
    template = "admin/parts/rows.html"
    can_delete = False
    verbose_name_plural = gettext_lazy("tries")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whoever sends them writes them."""
        return False


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """The log of what was told to whom."""

    list_display = ("event", "target", "status", "attempts", "created_at", "due_at", "delivered_at")
    list_filter = ("status", "event", "webhook", "created_at")
    list_select_related = ("webhook", "transcript")
    search_fields = ("id", "webhook__url", "transcript__id")
    show_full_result_count = False
    inlines = (AttemptInline,)
    actions = ("send_again",)

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Who may use the actions; Django asks by this name."""
        return request.user.has_perm("transcripts.change_webhook")

    @admin.display(description=gettext_lazy("to"))
    def target(self, delivery: Delivery) -> str:
        """Without the query, which may hold a secret of the receiver's."""
        return delivery.url.partition("?")[0]

    @admin.action(description=gettext_lazy("Send the selected deliveries again"), permissions=["operate"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """From the beginning, under the same id."""
        for delivery in queryset:
            outbox.send_again(delivery, Actor.person(request.user))
        self.message_user(request, _("They are under way."), messages.SUCCESS)
