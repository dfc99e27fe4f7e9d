"""The administrator's webhooks: made, tested, switched and watched."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.rows import in_state
from transcripts.models import AuditEntry, Delivery, Status, Webhook

pytestmark = pytest.mark.django_db
LIST = reverse("admin:transcripts_webhook_changelist")
ADD = reverse("admin:transcripts_webhook_add")
DELIVERIES = reverse("admin:transcripts_delivery_changelist")
URL = "https://werify.example/hook?token=t"


def _add(desk: Client, **fields: Any) -> Any:
    form = {"url": URL, "events": ["transcript.completed"], "description": "Werify", "api_key": "", **fields}
    return desk.post(ADD, form, follow=True)


def _act(desk: Client, path: str, action: str, row: Webhook | Delivery) -> str:
    answer = desk.post(path, {"action": action, "_selected_action": [row.pk]}, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_new_webhook_shows_its_secret_once(desk: Client) -> None:
    page = _add(desk).content.decode()
    hook = Webhook.objects.get()
    assert f'<code class="new-key">{hook.secret}</code>' in page
    assert (hook.events, hook.created_by) == (["transcript.completed"], "root")
    again = desk.get(reverse("admin:transcripts_webhook_change", args=[hook.pk])).content.decode()
    assert "whsec_" not in again


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"url": "http://werify.example:22/"}, "Port 22 cannot be opened"),
        ({"events": []}, "This field is required."),
    ],
)
def test_what_cannot_be_an_endpoint_is_said_in_the_form(desk: Client, fields: dict[str, Any], words: str) -> None:
    assert words in _add(desk, **fields).content.decode()
    assert not Webhook.objects.exists()


def test_its_actions_test_rotate_and_switch_it(desk: Client) -> None:
    _add(desk)
    hook = Webhook.objects.get()
    _act(desk, LIST, "send_test", hook)
    assert Delivery.objects.get().event == "ping"
    page = _act(desk, LIST, "rotate", hook)
    secret, hook = hook.secret, Webhook.objects.get()
    assert (hook.previous_secret, hook.secret in page) == (secret, True)
    _act(desk, LIST, "disable", hook)
    assert Webhook.objects.get().disabled_reason == "Switched off by root."
    assert Delivery.objects.get().status == "given_up"
    _act(desk, LIST, "enable", hook)
    assert Webhook.objects.get().disabled_at is None
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["create", "rotate", "disable", "enable"]


def test_a_delivery_is_looked_at_and_sent_again(desk: Client) -> None:
    _add(desk)
    in_state(Status.DONE)
    delivery = Delivery.objects.get()
    Delivery.objects.update(status=Delivery.Status.GIVEN_UP, attempts=15)
    delivery.log.create(at=delivery.created_at, status_code=503, duration_ms=12, excerpt="<b>down</b>")
    page = desk.get(reverse("admin:transcripts_delivery_change", args=[delivery.pk])).content.decode()
    assert "&lt;b&gt;down&lt;/b&gt;" in page
    assert "token=t" not in desk.get(DELIVERIES).content.decode()
    _act(desk, DELIVERIES, "send_again", delivery)
    assert (Delivery.objects.get().status, Delivery.objects.get().attempts) == ("pending", 0)


def test_a_webhook_is_deleted_with_its_log(desk: Client) -> None:
    _add(desk)
    in_state(Status.DONE)
    path = reverse("admin:transcripts_webhook_delete", args=[Webhook.objects.get().pk])
    assert "Deliveries: 1" in desk.get(path).content.decode()
    desk.post(path, {"post": "yes"})
    assert not Webhook.objects.exists()
    assert not Delivery.objects.exists()
