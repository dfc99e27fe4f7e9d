"""`/api/v1/webhooks`: endpoints set up, tested and watched by program, and the callback of one request."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from pytest_django import Settings

from tests.api.conftest import SAMPLE, Caller
from tests.conftest import KeyMaker
from tests.receiver import Receiver, receiving
from tests.rows import claimed
from transcripts import lifecycle
from transcripts.models import AuditEntry, Delivery, Scope, Transcript, Webhook
from transcripts.webhooks import delivery as sending

pytestmark = pytest.mark.django_db
ROUTE = "/api/v1/webhooks"
URL = "https://werify.example/hook?token=t"


@pytest.fixture
def manager(make_key: KeyMaker) -> Caller:
    """May manage the hub."""
    return Caller(*make_key(Scope.MANAGE, name="manager"))


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A program that the administrator has allowed to be called."""
    settings.URL_ALLOWED_NETWORKS = (ip_network("127.0.0.0/8"),)
    with receiving() as found:
        settings.URL_ALLOWED_PORTS = [found.port]
        yield found


def _post(caller: Caller, path: str = ROUTE, **body: Any) -> Any:
    return caller.client.post(path, body, "application/json")


def _patch(caller: Caller, path: str, **body: Any) -> Any:
    return caller.client.patch(path, body, "application/json")


def test_an_endpoint_is_made_for_all_events_and_shows_its_secret_once(manager: Caller) -> None:
    answer = _post(manager, url=URL)
    made = answer.json()
    assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
    hook = Webhook.objects.get()
    assert (made["secret"], made["enabled"], made["key"]) == (hook.secret, True, None)
    assert sorted(made["events"]) == [
        "transcript.cancelled",
        "transcript.completed",
        "transcript.failed",
        "transcript.reviewed",
    ]
    shown = manager.get(answer["Location"]).json()
    assert shown == {name: value for name, value in made.items() if name != "secret"}
    assert hook.secret not in str(manager.get(ROUTE).json())
    entry = AuditEntry.objects.get(object_kind="webhook")
    assert (entry.verb, entry.object_name, entry.who) == ("create", "https://werify.example/hook", str(manager.row))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "url: This field is required."),
        ({"url": "ftp://werify.example/"}, "Only URLs that begin with http"),
        ({"url": "http://werify.example:22/"}, "Port 22 cannot be opened"),
        ({"url": URL, "events": []}, "events: This list may not be empty."),
        ({"url": URL, "events": ["ping"]}, '"ping" is not a valid choice'),
        ({"url": URL, "key": 10**9}, "key: There is no such key."),
        ({"url": URL, "key": 2**70}, "key: There is no such key."),
        ({"url": URL, "secret": "whsec_mine"}, "secret: There is no such field."),
    ],
)
def test_what_cannot_be_an_endpoint_is_refused_in_words(manager: Caller, body: dict[str, Any], words: str) -> None:
    answer = _post(manager, **body)
    assert answer.status_code == 400
    assert words in answer.json()["detail"]
    assert not Webhook.objects.exists()


def test_an_endpoint_is_changed_switched_off_and_on_and_deleted(manager: Caller, caller: Caller) -> None:
    where = _post(manager, url=URL, key=caller.row.pk)["Location"]
    changed = _patch(manager, where, events=["transcript.failed"], enabled=False).json()
    assert (changed["events"], changed["enabled"], changed["key"]) == (["transcript.failed"], False, caller.row.pk)
    assert changed["disabled_reason"] == f"Switched off by {manager.row}."
    assert _patch(manager, where, enabled=True).json()["disabled_at"] is None
    assert manager.client.delete(where).status_code == 204
    assert manager.get(where).status_code == 404
    verbs = AuditEntry.objects.filter(object_kind="webhook").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["create", "change", "disable", "enable", "delete"]


@pytest.mark.django_db(transaction=True)
def test_a_ping_a_rotation_and_the_log(manager: Caller, receiver: Receiver) -> None:
    made = _post(manager, url=receiver.url)
    where, old = made["Location"], made.json()["secret"]
    rotated = _post(manager, f"{where}/rotate", overlap_seconds=60).json()
    assert rotated["secret"] != old
    answer = _post(manager, f"{where}/test")
    assert (answer.status_code, answer.json()["status"], answer.json()["event"]) == (202, "pending", "ping")
    sending.deliver_due()
    for secret in (old, rotated["secret"]):
        assert receiver.messages[0].verified(secret) == answer.json()["payload"]
    (entry,) = manager.get(f"{where}/deliveries").json()["results"]
    assert (entry["id"], entry["status"]) == (receiver.messages[0].headers["webhook-id"], "delivered")
    assert [attempt["status_code"] for attempt in entry["log"]] == [204]

    again = _post(manager, f"{where}/deliveries/{entry['id']}/resend")
    assert (again.status_code, again.json()["status"], again.json()["attempts"]) == (202, "pending", 0)
    sending.deliver_due()
    assert len(receiver.messages) == 2
    other = _post(manager, url=receiver.url)["Location"]
    assert _post(manager, f"{other}/deliveries/{entry['id']}/resend").status_code == 404


@pytest.mark.parametrize("seconds", [-1, 31 * 24 * 3600, "60", True])
def test_an_overlap_that_cannot_be_is_refused(manager: Caller, seconds: object) -> None:
    where = _post(manager, url=URL)["Location"]
    assert _post(manager, f"{where}/rotate", overlap_seconds=seconds).status_code == 400


def test_a_request_may_name_its_own_callback(caller: Caller) -> None:
    answer = caller.upload(SAMPLE, callback_url=URL)
    assert answer.status_code == 202, answer.content
    transcript = Transcript.objects.get()
    lifecycle.complete(claimed(transcript), processing_ms=1)
    delivery = Delivery.objects.get()
    assert (delivery.url, delivery.event, delivery.webhook) == (URL, "transcript.completed", None)
