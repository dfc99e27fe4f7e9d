"""`/api/v1/webhooks`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers

from transcripts.models import ApiKey, Delivery, DeliveryAttempt, Webhook
from transcripts.webhooks.endpoints import EVENTS, LONGEST_OVERLAP, OVERLAP

from .bodies import Body, Count, Flag, Text
from .pages import PageQuery, page_of
from .problems import problems


class WebhookShown(serializers.ModelSerializer[Webhook]):
    """An endpoint, without its secret."""

    events = serializers.ListField(child=serializers.ChoiceField(choices=EVENTS))
    key = serializers.IntegerField(source="api_key_id", allow_null=True, help_text="null: of the whole hub.")
    enabled = serializers.SerializerMethodField()

    class Meta:
        model = Webhook
        fields: tuple[str, ...] = (
            "id",
            "url",
            "events",
            "description",
            "key",
            "enabled",
            "disabled_at",
            "disabled_reason",
            "failing_since",
            "previous_until",
            "created_at",
            "created_by",
        )
        extra_kwargs = {"previous_until": {"help_text": "Until then the secret before this one signs too."}}

    def get_enabled(self, hook: Webhook) -> bool:
        """Whether it is told of events."""
        return hook.disabled_at is None


class WebhookWithSecret(WebhookShown):
    """An endpoint whose secret is new."""

    secret = serializers.CharField(help_text="What signs its messages, shown this once.")

    class Meta(WebhookShown.Meta):
        fields = ("secret", *WebhookShown.Meta.fields)


class _KeyId(Count):
    def to_internal_value(self, data: Any) -> int:
        """The id of a key that there is."""
        found = super().to_internal_value(data)
        if not ApiKey.objects.filter(pk=found).exists():
            raise serializers.ValidationError("There is no such key.")
        return found


_URL_HELP = "http or https; a public address, unless the administrator has allowed its network."
_KEY_HELP = "The id of a key: only of what it sends. Default: of the whole hub."
_MOST_ID = 2**63 - 1


class NewWebhook(Body):
    """An endpoint to be made."""

    url = Text(max_length=2000, help_text=_URL_HELP)
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=EVENTS), allow_empty=False, required=False, help_text="Default: all."
    )
    description = Text(max_length=200, required=False, allow_blank=True)
    key = _KeyId(
        source="api_key_id", min_value=1, max_value=_MOST_ID, required=False, allow_null=True, help_text=_KEY_HELP
    )


class WebhookChange(Body):
    """What is left out stays as it is."""

    url = Text(max_length=2000, required=False, help_text=_URL_HELP)
    events = serializers.ListField(child=serializers.ChoiceField(choices=EVENTS), allow_empty=False, required=False)
    description = Text(max_length=200, required=False, allow_blank=True)
    enabled = Flag(required=False, help_text="false: nothing more is told, and what is pending is given up.")


class Rotation(Body):
    """How long both secrets are to sign."""

    overlap_seconds = Count(
        min_value=0,
        max_value=int(LONGEST_OVERLAP.total_seconds()),
        default=int(OVERLAP.total_seconds()),
        help_text="Seconds for which the secret before signs too.",
    )


class Attempt(serializers.ModelSerializer[DeliveryAttempt]):
    """One try."""

    class Meta:
        model = DeliveryAttempt
        fields = ("at", "status_code", "duration_ms", "excerpt", "error")


class DeliveryShown(serializers.ModelSerializer[Delivery]):
    """One event for one endpoint."""

    transcript = serializers.UUIDField(source="transcript_id", allow_null=True)
    payload = serializers.DictField()
    log = Attempt(many=True)

    class Meta:
        model = Delivery
        fields = (
            "id",
            "event",
            "transcript",
            "status",
            "attempts",
            "created_at",
            "due_at",
            "give_up_at",
            "delivered_at",
            "payload",
            "log",
        )
        extra_kwargs = {
            "due_at": {"help_text": "When it is sent next, while it is pending."},
            "id": {"help_text": "The header webhook-id."},
        }


_EXAMPLE = OpenApiExample(
    "werify",
    {"url": "https://werify.example/hooks/whisperhub", "events": ["transcript.completed", "transcript.failed"]},
    request_only=True,
)
LIST: dict[str, Any] = {
    "operation_id": "list_webhooks",
    "tags": ["Webhooks"],
    "parameters": [PageQuery],
    "responses": {200: page_of(WebhookShown), **problems(400, 401, 403)},
}
CREATE: dict[str, Any] = {
    "operation_id": "create_webhook",
    "tags": ["Webhooks"],
    "request": NewWebhook,
    "examples": [_EXAMPLE],
    "responses": {
        201: OpenApiResponse(WebhookWithSecret, "Made; `secret` is shown this once."),
        **problems(400, 401, 403, 413, 415),
    },
}
GET: dict[str, Any] = {
    "operation_id": "get_webhook",
    "tags": ["Webhooks"],
    "responses": {200: WebhookShown, **problems(401, 403, 404)},
}
CHANGE: dict[str, Any] = {
    "operation_id": "change_webhook",
    "tags": ["Webhooks"],
    "request": WebhookChange,
    "responses": {200: WebhookShown, **problems(400, 401, 403, 404, 413, 415)},
}
DELETE: dict[str, Any] = {
    "operation_id": "delete_webhook",
    "tags": ["Webhooks"],
    "responses": {204: OpenApiResponse(description="Gone, with its log."), **problems(401, 403, 404)},
}
ROTATE: dict[str, Any] = {
    "operation_id": "rotate_webhook_secret",
    "tags": ["Webhooks"],
    "request": Rotation,
    "responses": {
        200: OpenApiResponse(WebhookWithSecret, "The new `secret` is shown this once."),
        **problems(400, 401, 403, 404, 413, 415),
    },
}
TEST: dict[str, Any] = {
    "operation_id": "test_webhook",
    "tags": ["Webhooks"],
    "request": None,
    "responses": {
        202: OpenApiResponse(DeliveryShown, "A ping is under way; its log is among the deliveries."),
        **problems(401, 403, 404),
    },
}
DELIVERIES: dict[str, Any] = {
    "operation_id": "list_deliveries",
    "tags": ["Webhooks"],
    "parameters": [PageQuery],
    "responses": {200: page_of(DeliveryShown), **problems(400, 401, 403, 404)},
}
RESEND: dict[str, Any] = {
    "operation_id": "resend_delivery",
    "tags": ["Webhooks"],
    "request": None,
    "responses": {
        202: OpenApiResponse(DeliveryShown, "It is sent again, under the same id."),
        **problems(401, 403, 404),
    },
}
