"""The endpoints: made, changed, given another secret, switched off and on. Each is a deed in the audit trail."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from transcripts import audit
from transcripts.access import Actor
from transcripts.errors import BadOptions
from transcripts.fetch import RefusedUrl
from transcripts.fetch.url import parse_url
from transcripts.models import Delivery, Event, Webhook
from transcripts.models.webhook import new_secret

# What an endpoint may ask for; a ping is sent by hand.
EVENTS = tuple(event for event in Event if event is not Event.PING)
# How long the secret before the present one still signs, unless another time is asked for.
OVERLAP = timedelta(hours=24)
LONGEST_OVERLAP = timedelta(days=30)


def save(webhook: Webhook, actor: Actor) -> None:
    """Make it, or keep what was changed in it.

    Raises:
        BadOptions: an address that cannot be, or no event that there is.
    """
    check(webhook)
    is_new = webhook._state.adding
    if is_new:
        webhook.created_by = actor.name[:200]
    with transaction.atomic():
        webhook.save()
        audit.record(actor, "create" if is_new else "change", webhook, events=webhook.events)


def check(webhook: Webhook) -> None:
    """Whether it can be an endpoint; whether its address may be called is asked at each call. Raises `BadOptions`."""
    try:
        parse_url(webhook.url, settings.URL_ALLOWED_PORTS)
    except RefusedUrl as error:
        raise BadOptions(f"url: {error}") from error
    webhook.events = [event.value for event in EVENTS if event in webhook.events]
    if not webhook.events:
        raise BadOptions(f"events: name at least one of {', '.join(EVENTS)}.")


def delete(webhook: Webhook, actor: Actor) -> None:
    """Remove it with the log of its deliveries; what is pending is not sent."""
    with transaction.atomic():
        audit.record(actor, "delete", webhook)
        webhook.delete()


def rotate(webhook: Webhook, actor: Actor, overlap: timedelta = OVERLAP, at: datetime | None = None) -> str:
    """Give it another secret and return that. The one before signs beside it for `overlap`."""
    with transaction.atomic():
        webhook.previous_secret, webhook.previous_until = webhook.secret, (at or timezone.now()) + overlap
        webhook.secret = new_secret()
        webhook.save(update_fields=["secret", "previous_secret", "previous_until"])
        audit.record(actor, "rotate", webhook, overlap_seconds=round(overlap.total_seconds()))
    return webhook.secret


def disable(webhook: Webhook, actor: Actor | None, reason: str, at: datetime | None = None) -> None:
    """Tell it nothing more, for a reason that people can read. What was pending is given up."""
    webhook.disabled_at, webhook.disabled_reason = at or timezone.now(), reason
    with transaction.atomic():
        webhook.save(update_fields=["disabled_at", "disabled_reason"])
        webhook.deliveries.pending().update(status=Delivery.Status.GIVEN_UP)
        audit.record(actor, "disable", webhook, reason=reason)


def enable(webhook: Webhook, actor: Actor) -> None:
    """Tell it again of what happens from now on; what was given up can be sent again by hand."""
    webhook.disabled_at, webhook.disabled_reason, webhook.failing_since = None, "", None
    with transaction.atomic():
        webhook.save(update_fields=["disabled_at", "disabled_reason", "failing_since"])
        audit.record(actor, "enable", webhook)
