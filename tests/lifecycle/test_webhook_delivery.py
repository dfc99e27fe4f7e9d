"""Sending webhooks to a real receiver on loopback: signed, once by one process, again until it answers 2xx."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks.webhooks import WebhookVerificationError

from tests.conftest import KeyMaker
from tests.receiver import Receiver, receiving
from tests.rows import in_state, recording
from tests.together import together
from transcripts import tracing
from transcripts.access import Actor
from transcripts.models import AuditEntry, Delivery, DeliveryAttempt, Event, Status, Webhook
from transcripts.webhooks import delivery as sending
from transcripts.webhooks import endpoints, outbox
from whisperhub.logs import Traced

Receive = Callable[..., Receiver]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def receive(settings: Settings) -> Iterator[Receive]:
    """`receive(500, 204)` starts a receiver that the administrator has allowed to be called."""
    settings.URL_ALLOWED_NETWORKS = (ip_network("127.0.0.0/8"),)
    settings.URL_ALLOWED_PORTS = range(1024, 65536)
    with ExitStack() as stack:
        yield lambda *statuses, **options: stack.enter_context(receiving(*statuses, **options))


def _hook(url: str, **fields: Any) -> Webhook:
    return Webhook.objects.create(url=url, events=[event.value for event in endpoints.EVENTS], **fields)


def _done(**fields: Any) -> Delivery:
    in_state(Status.DONE, **fields)
    return Delivery.objects.latest("created_at")


def _log(delivery: Delivery) -> list[tuple[int | None, str, str]]:
    rows = DeliveryAttempt.objects.filter(delivery=delivery)
    return [(row.status_code, row.excerpt, row.error) for row in rows]


def _due_now(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(due_at=timezone.now())


def test_an_event_arrives_signed_and_is_logged(receive: Receive) -> None:
    receiver = receive(200)
    hook = _hook(receiver.url)
    delivery = _done()
    sending.deliver_due()
    (message,) = receiver.messages
    assert message.verified(hook.secret) == delivery.payload
    assert message.headers["webhook-id"] == str(delivery.pk)
    assert message.headers["Content-Type"] == "application/json"
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == ("delivered", 1)
    assert delivery.delivered_at is not None
    assert _log(delivery) == [(200, "thanks", "")]
    with pytest.raises(WebhookVerificationError):
        message.verified("whsec_" + base64.b64encode(bytes(24)).decode())


@pytest.mark.parametrize("status", [200, 500])
def test_a_try_is_in_the_log_with_the_request_and_the_transcript_that_caused_it(
    receive: Receive, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level("INFO", logger=sending.__name__)
    caplog.handler.addFilter(Traced())
    _hook(f"{receive(status).url}/a-secret?token=another")
    with tracing.working_on(None, "order-4711"):
        delivery = _done()
    sending.deliver_due()
    (line,) = (record for record in caplog.records if record.name == sending.__name__)
    about = line.__dict__
    assert (about["request_id"], about["transcript_id"]) == ("order-4711", str(delivery.transcript_id))
    assert line.getMessage() == f"transcript.completed for 127.0.0.1, try 1: answered {status}"


def test_a_callback_is_signed_with_what_only_the_holder_of_the_key_can_make(
    receive: Receive, make_key: KeyMaker
) -> None:
    receiver = receive()
    row, key = make_key()
    _done(of=recording(api_key=row), callback_url=receiver.url)
    sending.deliver_due()
    secret = "whsec_" + base64.b64encode(hashlib.sha256(key.encode()).digest()).decode()
    assert receiver.messages[0].verified(secret)["type"] == "transcript.completed"


def test_a_callback_whose_key_is_gone_is_never_sent_unsigned(receive: Receive, make_key: KeyMaker) -> None:
    receiver = receive()
    row, _ = make_key()
    delivery = _done(of=recording(api_key=row), callback_url=receiver.url)
    row.delete()
    sending.deliver_due()
    assert receiver.messages == []
    assert _log(delivery) == [(None, "", "The API key whose secret would sign it is gone.")]


def test_after_a_rotation_both_secrets_sign_until_the_overlap_ends(receive: Receive, alices: Actor) -> None:
    receiver = receive()
    hook = _hook(receiver.url)
    old = hook.secret
    new = endpoints.rotate(hook, alices)
    _done()
    sending.deliver_due()
    assert new != old
    for secret in (old, new):
        assert receiver.messages[0].verified(secret)
    Webhook.objects.update(previous_until=timezone.now())
    _done()
    sending.deliver_due()
    assert receiver.messages[1].verified(new)
    with pytest.raises(WebhookVerificationError):
        receiver.messages[1].verified(old)


def test_a_receiver_that_fails_is_tried_again_with_the_same_id_and_a_new_time(receive: Receive) -> None:
    receiver = receive(500, 302, 204)
    hook = _hook(receiver.url)
    delivery = _done()
    for _ in range(3):
        _due_now(delivery)
        sending.deliver_due()
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == ("delivered", 3)
    # The redirect would have led back to the receiver: it was not followed.
    assert len(receiver.messages) == 3
    assert {message.headers["webhook-id"] for message in receiver.messages} == {str(delivery.pk)}
    assert all(message.verified(hook.secret) for message in receiver.messages)
    assert [code for code, _, _ in _log(delivery)] == [500, 302, 204]
    hook.refresh_from_db()
    assert hook.failing_since is None


def test_until_its_time_has_come_it_is_not_tried_again(receive: Receive) -> None:
    receiver = receive(500)
    _hook(receiver.url)
    delivery = _done()
    for _ in range(3):
        sending.deliver_due()
    assert len(receiver.messages) == 1
    delivery.refresh_from_db()
    assert timedelta(seconds=7) < delivery.due_at - timezone.now() < timedelta(seconds=12.5)


def test_the_pauses_grow_to_three_hours_and_no_two_are_the_same() -> None:
    for attempts, seconds in ((1, 10), (2, 30), (3, 90), (7, 7290), (8, 10800), (100, 10800)):
        pauses = {sending.pause(attempts).total_seconds() for _ in range(20)}
        assert len(pauses) > 10
        assert 0.8 * seconds <= min(pauses) <= max(pauses) <= 1.2 * seconds


def test_an_address_in_our_own_network_is_refused_in_words(receive: Receive, settings: Settings) -> None:
    receiver = receive()
    settings.URL_ALLOWED_NETWORKS = ()
    _hook(receiver.url)
    delivery = _done()
    sending.deliver_due()
    assert receiver.messages == []
    ((code, _, error),) = _log(delivery)
    assert (code, "is not on the public internet" in error) == (None, True)


def test_of_several_processes_one_sends(receive: Receive) -> None:
    receiver = receive()
    _hook(receiver.url)
    for _ in range(3):
        _done()
    read = [row for _ in range(4) for row in Delivery.objects.all()]  # each process has read the rows for itself
    claims = together(*[lambda row=row: sending.claim(row) for row in read])
    assert claims.count(True) == 3
    assert [row.attempts for row in Delivery.objects.all()] == [1, 1, 1]


def test_what_a_crashed_process_had_claimed_is_sent_when_its_lease_is_over(receive: Receive) -> None:
    receiver = receive()
    _hook(receiver.url)
    delivery = _done()
    assert sending.claim(delivery)
    sending.deliver_due()
    assert receiver.messages == []
    assert not Delivery.objects.due(timezone.now() + sending.LEASE - timedelta(seconds=5)).exists()
    assert Delivery.objects.due(timezone.now() + sending.LEASE).exists()
    _due_now(delivery)
    sending.deliver_due()
    assert len(receiver.messages) == 1


def test_a_process_that_lost_its_lease_changes_nothing(receive: Receive) -> None:
    _hook(receive().url)
    delivery = _done()
    assert sending.claim(delivery)
    late = DeliveryAttempt(delivery=delivery, at=timezone.now(), status_code=500, duration_ms=1)
    Delivery.objects.update(due_at=timezone.now() + timedelta(hours=1))  # somebody else has it now
    held = Delivery.objects.get()
    sending.record(delivery, late)
    assert Delivery.objects.get().due_at == held.due_at


def test_a_slow_receiver_holds_up_no_other(receive: Receive, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    slow, quick = receive(hold=go_on), receive()
    _hook(slow.url)
    for _ in range(6):
        _done()
    Webhook.objects.all().update(disabled_at=timezone.now())
    _hook(quick.url)
    _done()

    threads = [threading.Thread(target=lambda: together(sending.deliver_due)) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        quick.wait(1)
        assert len(slow.messages) <= sending.MOST_FOR_ONE
    finally:
        go_on.set()
        for thread in threads:
            thread.join()
    assert len(slow.messages) == 6


def test_after_a_day_it_is_given_up_and_can_be_sent_again_by_hand(receive: Receive, alices: Actor) -> None:
    receiver = receive(500, 204)
    _hook(receiver.url)
    delivery = _done()
    Delivery.objects.update(give_up_at=timezone.now() + timedelta(seconds=5))
    sending.deliver_due()
    delivery.refresh_from_db()
    assert delivery.status == "given_up"
    outbox.send_again(delivery, alices)
    sending.deliver_due()
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == ("delivered", 1)
    assert [code for code, _, _ in _log(delivery)] == [500, 204]


def _give_up(hook: Webhook, failing_since: datetime) -> Webhook:
    Webhook.objects.update(failing_since=failing_since)
    _done()
    Delivery.objects.update(give_up_at=timezone.now(), due_at=timezone.now())
    sending.deliver_due()
    hook.refresh_from_db()
    return hook


def test_an_endpoint_that_is_dead_for_days_is_disabled_and_says_why(receive: Receive) -> None:
    receiver = receive(503)
    hook = _hook(receiver.url)
    assert _give_up(hook, timezone.now() - timedelta(days=2)).disabled_at is None
    since = timezone.now() - timedelta(days=3, minutes=1)
    hook = _give_up(hook, since)
    assert hook.disabled_at is not None
    expected = f"Nothing has been delivered since {since:%Y-%m-%d %H:%M} UTC; the last try: answered 503"
    assert hook.disabled_reason == expected
    assert set(Delivery.objects.values_list("status", flat=True)) == {"given_up"}
    entry = AuditEntry.objects.get(verb="disable")
    assert (entry.who, entry.object_name) == ("WhisperHub", receiver.url.partition("?")[0])
    in_state(Status.DONE)
    assert not Delivery.objects.pending().exists()


def test_an_endpoint_that_says_it_is_gone_is_disabled_at_once(receive: Receive) -> None:
    hook = _hook(receive(410).url)
    _done()
    sending.deliver_due()
    hook.refresh_from_db()
    assert (hook.disabled_reason, hook.deliveries.get().status) == ("It answered 410 Gone.", "given_up")


def test_a_disabled_endpoint_can_be_tested_and_enabled_again(receive: Receive, alices: Actor) -> None:
    receiver = receive()
    hook = _hook(receiver.url)
    endpoints.disable(hook, alices, "While we move.")
    outbox.ping(hook)
    sending.deliver_due()
    assert receiver.messages[0].verified(hook.secret)["type"] == Event.PING
    endpoints.enable(hook, alices)
    _done()
    sending.deliver_due()
    assert len(receiver.messages) == 2
    assert list(AuditEntry.objects.order_by("at").values_list("verb", flat=True)) == ["disable", "enable"]
