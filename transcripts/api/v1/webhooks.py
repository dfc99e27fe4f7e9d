"""`/api/v1/webhooks`: the endpoints that are told of events, and what they were told. Needs the scope `manage`."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from transcripts.api.authentication import acting
from transcripts.api.pagination import Keyset
from transcripts.api.permissions import MayManage
from transcripts.api.schema import webhooks as schema
from transcripts.api.schema.pages import PageQuery
from transcripts.models import Delivery, Webhook
from transcripts.webhooks import endpoints, outbox

from .view import View, read, read_query

_OLDEST_FIRST, _NEWEST_FIRST = Keyset("created_at", "id"), Keyset("-created_at", "-id")
# A secret is nothing for a cache.
_UNCACHED = {"Cache-Control": "no-store"}


class WebhooksView(View):
    """All of them."""

    rules = {"GET": MayManage, "POST": MayManage}

    @extend_schema(**schema.LIST)
    def get(self, request: Request) -> Response:
        """Every endpoint, the oldest first."""
        rows = Webhook.objects.all()
        return _OLDEST_FIRST.answer(rows, read_query(request, PageQuery), lambda row: schema.WebhookShown(row).data)

    @extend_schema(**schema.CREATE)
    def post(self, request: Request) -> Response:
        """Make an endpoint."""
        hook = Webhook(**{"events": [event.value for event in endpoints.EVENTS], **read(request, schema.NewWebhook)})
        endpoints.save(hook, acting(request))
        where = request.build_absolute_uri(reverse("api-webhook", args=[hook.pk]))
        made = schema.WebhookWithSecret(hook).data
        return Response(made, status.HTTP_201_CREATED, headers={"Location": where, **_UNCACHED})


class WebhookView(View):
    """One of them."""

    rules = {"GET": MayManage, "PATCH": MayManage, "DELETE": MayManage}

    @extend_schema(**schema.GET)
    def get(self, request: Request, webhook_id: UUID) -> Response:
        """One endpoint."""
        return Response(schema.WebhookShown(_hook(webhook_id)).data)

    @extend_schema(**schema.CHANGE)
    def patch(self, request: Request, webhook_id: UUID) -> Response:
        """Change it, or switch it off and on."""
        hook, actor, changes = _hook(webhook_id), acting(request), read(request, schema.WebhookChange)
        enabled = changes.pop("enabled", None)
        for name, value in changes.items():
            setattr(hook, name, value)
        with transaction.atomic():
            if changes:
                endpoints.save(hook, actor)
            if enabled is False and hook.disabled_at is None:
                endpoints.disable(hook, actor, f"Switched off by {actor.name}.")
            if enabled is True and hook.disabled_at is not None:
                endpoints.enable(hook, actor)
        return Response(schema.WebhookShown(hook).data)

    @extend_schema(**schema.DELETE)
    def delete(self, request: Request, webhook_id: UUID) -> Response:
        """Delete it with its log; what is pending is not sent."""
        endpoints.delete(_hook(webhook_id), acting(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class RotateView(View):
    """Its secret."""

    rules = {"POST": MayManage}

    @extend_schema(**schema.ROTATE)
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Give it another secret; the one before signs too for a while."""
        overlap = timedelta(seconds=read(request, schema.Rotation)["overlap_seconds"])
        hook = _hook(webhook_id)
        endpoints.rotate(hook, acting(request), overlap)
        return Response(schema.WebhookWithSecret(hook).data, headers=_UNCACHED)


class TestView(View):
    """A ping."""

    rules = {"POST": MayManage}

    @extend_schema(**schema.TEST)
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Send it a ping, also where it is disabled."""
        return _under_way(outbox.ping(_hook(webhook_id)))


class DeliveriesView(View):
    """Its log."""

    rules = {"GET": MayManage}

    @extend_schema(**schema.DELIVERIES)
    def get(self, request: Request, webhook_id: UUID) -> Response:
        """What it was told in the last 30 days, the newest first, with every try."""
        rows = Delivery.objects.filter(webhook=_hook(webhook_id)).prefetch_related("log")
        return _NEWEST_FIRST.answer(rows, read_query(request, PageQuery), lambda row: schema.DeliveryShown(row).data)


class ResendView(View):
    """One of its log."""

    rules = {"POST": MayManage}

    @extend_schema(**schema.RESEND)
    def post(self, request: Request, webhook_id: UUID, delivery_id: UUID) -> Response:
        """Send it again, whatever became of it."""
        delivery = get_object_or_404(Delivery, pk=delivery_id, webhook=webhook_id)
        outbox.send_again(delivery, acting(request))
        return _under_way(delivery)


def _hook(webhook_id: UUID) -> Webhook:
    return get_object_or_404(Webhook, pk=webhook_id)


def _under_way(delivery: Delivery) -> Response:
    delivery.refresh_from_db()
    return Response(schema.DeliveryShown(delivery).data, status.HTTP_202_ACCEPTED)
