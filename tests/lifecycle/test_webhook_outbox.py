"""What is to be told: one row for each event and endpoint, there exactly if the event is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.conftest import KeyMaker
from tests.rows import after_the_lease, claimed, in_state, recording
from transcripts import lifecycle, review, sweeper
from transcripts.access import Actor
from transcripts.errors import BadOptions
from transcripts.language_detection import QUESTION
from transcripts.models import Delivery, Event, Failure, Review, Status, Transcript, Webhook
from transcripts.webhooks import endpoints, note, outbox

pytestmark = pytest.mark.django_db
URL = "https://werify.example/hook?token=its-own-secret"


def _hook(*events: Event, **fields: object) -> Webhook:
    return Webhook.objects.create(url=URL, events=list(events or endpoints.EVENTS), **fields)


def _told() -> list[tuple[str, str]]:
    return [(row.event, row.payload["data"]["status"]) for row in Delivery.objects.order_by("created_at", "event")]


def test_each_end_of_a_transcript_is_told_once() -> None:
    _hook()
    for status in Status:
        in_state(status)
    assert sorted(_told()) == [
        ("transcript.cancelled", "cancelled"),
        ("transcript.completed", "done"),
        ("transcript.failed", "failed"),
    ]


def test_a_question_for_the_language_is_no_news() -> None:
    _hook()
    in_state(Status.DONE, options=dict(QUESTION.options))
    assert _told() == []


def test_the_last_of_several_attempts_is_told_and_no_other() -> None:
    _hook()
    transcript = in_state(Status.QUEUED).transcript
    for attempt in (1, 2, 3):
        assert _told() == [], attempt
        lifecycle.requeue(claimed(transcript), "The GPU was away.", processing_ms=1)
    assert _told() == [("transcript.failed", "failed")]


def test_a_transcript_that_kills_every_worker_is_told_by_the_sweeper() -> None:
    _hook()
    transcript = in_state(Status.QUEUED).transcript
    for _ in range(3):
        claimed(transcript)
        sweeper.sweep(after_the_lease())
    assert _told() == [("transcript.failed", "failed")]


def test_the_same_end_after_a_retry_is_another_event() -> None:
    _hook()
    transcript = in_state(Status.CANCELLED).transcript
    lifecycle.retry(transcript.pk)
    lifecycle.cancel(transcript.pk)
    assert _told() == [("transcript.cancelled", "cancelled")] * 2
    assert len(set(Delivery.objects.values_list("revision"))) == 2


def test_an_event_that_is_rolled_back_is_not_told() -> None:
    _hook()
    transcript = in_state(Status.QUEUED).transcript
    with transaction.atomic():
        lifecycle.cancel(transcript.pk)
        transaction.set_rollback(True)
    assert _told() == []


def test_the_database_holds_one_row_for_each_event_and_endpoint() -> None:
    _hook()
    transcript = in_state(Status.DONE, callback_url=URL).transcript
    assert Delivery.objects.count() == 2
    for webhook in (None, Webhook.objects.get()):
        with pytest.raises(IntegrityError), transaction.atomic():
            Delivery.objects.create(
                webhook=webhook,
                transcript=transcript,
                event=Event.COMPLETED,
                revision=transcript.revision,
                payload={},
                give_up_at=timezone.now(),
            )


def test_an_endpoint_is_told_only_what_it_asked_for_while_it_is_enabled() -> None:
    _hook(Event.FAILED)
    _hook(disabled_at=timezone.now())
    in_state(Status.DONE)
    assert _told() == []


def test_an_endpoint_of_a_key_is_told_only_of_what_that_key_sent(make_key: KeyMaker) -> None:
    key, other = make_key()[0], make_key()[0]
    own, hub = _hook(api_key=key), _hook()
    for owner in ({"api_key": key}, {"api_key": other}, {}):
        in_state(Status.DONE, of=recording(**owner))
    assert (own.deliveries.count(), hub.deliveries.count()) == (1, 3)


def test_the_callback_of_a_request_is_told_of_that_transcript() -> None:
    transcript = in_state(Status.DONE, callback_url=URL).transcript
    in_state(Status.DONE)
    delivery = Delivery.objects.get()
    assert (delivery.webhook, delivery.transcript, delivery.url) == (None, transcript, URL)


def test_the_payload_says_which_one_it_is_and_holds_no_words() -> None:
    _hook()
    of = recording(duration_ms=3962, title="Confidential.wav")
    transcript = lifecycle.submit(of, reference="4711", metadata={"case": 9}, language_requested="de")
    now = timezone.now()
    lifecycle.fail(claimed(transcript), Failure.MEDIA, "It is broken.", processing_ms=1, at=now)
    assert Delivery.objects.get().payload == {
        "type": "transcript.failed",
        "timestamp": now.isoformat(timespec="milliseconds"),
        "data": {
            "id": str(transcript.pk),
            "status": "failed",
            "reference": "4711",
            "metadata": {"case": 9},
            "language": "de",
            "duration": 3.962,
            "review": "draft",
            "error": "It is broken.",
            "path": f"/api/v1/transcripts/{transcript.pk}",
        },
    }


def test_an_approval_is_told_and_no_other_step_of_the_review(admin: User) -> None:
    _hook(Event.REVIEWED)
    transcript = in_state(Status.DONE).transcript
    for state in (Review.IN_REVIEW, Review.APPROVED, Review.IN_REVIEW, Review.APPROVED):
        review.set_state(transcript.pk, state, actor=Actor(user=admin))
    assert _told() == [("transcript.reviewed", "done")] * 2
    assert {row.payload["data"]["review"] for row in Delivery.objects.all()} == {"approved"}


def test_without_an_endpoint_an_end_costs_two_queries_more(django_assert_num_queries: object) -> None:
    transcript = in_state(Status.DONE).transcript
    with django_assert_num_queries(2):  # type: ignore[operator]
        note(transcript.pk, Event.COMPLETED)


def test_a_sender_without_a_key_may_not_name_a_callback(make_key: KeyMaker, alices: Actor) -> None:
    for actor in (alices, Actor()):
        with pytest.raises(BadOptions, match="callback_url needs an API key"):
            outbox.check_callback(URL, actor)
        outbox.check_callback("", actor)
    outbox.check_callback(URL, Actor(key=make_key()[0]))


def test_the_log_is_forgotten_after_a_month_and_what_is_pending_is_not() -> None:
    _hook()
    for _ in range(3):
        in_state(Status.DONE)
    done, given_up, _pending = Delivery.objects.all()
    Delivery.objects.filter(pk=done.pk).update(status=Delivery.Status.DELIVERED)
    Delivery.objects.filter(pk=given_up.pk).update(status=Delivery.Status.GIVEN_UP)
    outbox.sweep(timezone.now() + timedelta(days=29))
    assert Delivery.objects.count() == 3
    outbox.sweep(timezone.now() + timedelta(days=31))
    assert [row.status for row in Delivery.objects.all()] == ["pending"]


def test_a_deleted_recording_takes_its_deliveries_along() -> None:
    _hook()
    in_state(Status.DONE).transcript.recording.delete()
    assert not Delivery.objects.exists()
    assert not Transcript.objects.exists()
