"""Who goes away ends only what nobody else wants."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.conftest import KeyMaker
from tests.rows import in_state
from tests.speech import SAMPLES
from tests.together import together
from transcripts import attendance, lifecycle, submissions
from transcripts.access import Actor
from transcripts.incoming import receive
from transcripts.models import Status, Transcript
from transcripts.orders import Order
from transcripts.repeats import Sending

SAMPLE = (SAMPLES / "en-short-1.flac").read_bytes()
CANCELS = Sending(route="/transcribe", waits=True, cancels=True)
WAITS = Sending(route="/transcribe", waits=True)
KEYED = replace(CANCELS, key="order-4711")
KEYED_ASYNC = Sending(route="/transcribe", key="order-4711")

pytestmark = pytest.mark.django_db


def _send(sending: Sending, actor: Actor) -> Transcript:
    with receive("a.flac", [SAMPLE]) as file:
        return submissions.submit(file, Order(), actor, sending=sending)


def _status(transcript: Transcript) -> str:
    return Transcript.objects.get(pk=transcript.pk).status


@pytest.fixture
def key(make_key: KeyMaker) -> Actor:
    """A program."""
    return Actor(key=make_key()[0])


def test_who_alone_wanted_it_ends_it_by_going(key: Actor) -> None:
    sent = _send(CANCELS, key)
    assert attendance.leave(sent.pk)
    assert _status(sent) == Status.CANCELLED


@pytest.mark.parametrize("sending", [CANCELS, KEYED], ids=["joined", "by its key"])
def test_of_two_who_want_it_while_connected_the_last_to_go_ends_it(key: Actor, sending: Sending) -> None:
    sent = _send(sending, key)
    assert _send(sending, key) == sent
    assert not attendance.leave(sent.pk)
    assert _status(sent) == Status.QUEUED
    assert attendance.leave(sent.pk)
    assert _status(sent) == Status.CANCELLED


@pytest.mark.parametrize(
    ("first", "second"),
    [(CANCELS, WAITS), (WAITS, CANCELS), (KEYED, KEYED_ASYNC), (KEYED_ASYNC, KEYED)],
    ids=["it waits too", "it waited first", "it comes back later", "it came first and will be back"],
)
def test_what_another_request_wants_whoever_goes_goes_on(key: Actor, first: Sending, second: Sending) -> None:
    sent = _send(first, key)
    assert _send(second, key) == sent
    assert not attendance.leave(sent.pk)
    assert _status(sent) == Status.QUEUED


def test_what_was_ended_by_going_is_not_joined_but_made_anew(key: Actor) -> None:
    left = _send(CANCELS, key)
    attendance.leave(left.pk)
    assert _status(_send(WAITS, key)) == Status.QUEUED
    assert Transcript.objects.count() == 2


def test_what_ends_while_a_request_would_join_it_is_made_anew(key: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    left = _send(CANCELS, key)
    join = attendance.join

    def late(transcript_id: object, *, cancels: bool) -> bool:
        attendance.leave(left.pk)
        return join(left.pk, cancels=cancels)

    monkeypatch.setattr(attendance, "join", late)
    assert _status(_send(WAITS, key)) == Status.QUEUED
    assert _status(left) == Status.CANCELLED


def test_who_tries_it_again_wants_it_whoever_went_before(key: Actor) -> None:
    sent = _send(CANCELS, key)
    attendance.leave(sent.pk)
    lifecycle.retry(sent.pk)
    assert not attendance.leave(sent.pk)
    assert _status(sent) == Status.QUEUED


@pytest.mark.django_db(transaction=True)
def test_of_many_who_come_and_go_at_once_none_loses_what_it_still_wants(key: Actor) -> None:
    sent = _send(CANCELS, key)

    def come() -> bool:
        return attendance.join(sent.pk, cancels=True)

    assert all(together(*[come] * 10))
    assert not any(together(*[lambda: attendance.leave(sent.pk)] * 10))
    assert _status(sent) == Status.QUEUED
    assert attendance.leave(sent.pk)


@pytest.mark.parametrize("state", [Status.DONE, Status.FAILED, Status.CANCELLED])
def test_what_has_ended_is_neither_joined_nor_ended_again(state: Status) -> None:
    ended = in_state(state, wanted_by=1).transcript
    assert not attendance.join(ended.pk, cancels=False)
    assert not attendance.leave(ended.pk)
    assert _status(ended) == state
