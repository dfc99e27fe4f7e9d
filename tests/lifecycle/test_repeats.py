"""A request that comes again gets its first transcript: by its key exactly, without one where nobody can mind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from tests.conftest import KeyMaker
from tests.rows import claimed
from tests.speech import SAMPLES
from tests.together import together
from transcripts import lifecycle, repeats, submissions
from transcripts.access import Actor
from transcripts.errors import BadOptions, KeyReused, NotAudio, QueueFull
from transcripts.incoming import receive
from transcripts.models import Failure, IdempotencyKey, Recording, Transcript
from transcripts.orders import Order, order
from transcripts.repeats import Request, Sending

SAMPLE = (SAMPLES / "en-short-1.flac").read_bytes()
OTHER = (SAMPLES / "en-short-2.flac").read_bytes()
KEYED = Sending(route="/transcribe", key="order-4711", waits=True)
WAITS = Sending(route="/transcribe", waits=True)
RETRY = Sending(route="/transcribe", waits=True, is_retry=True)
ASYNC = Sending(route="/transcribe")


def _send(
    sending: Sending, actor: Actor | None = None, content: bytes = SAMPLE, wanted: Order | None = None
) -> Transcript:
    with receive("a.flac", [content]) as file:
        return submissions.submit(file, wanted or Order(), actor or Actor(), sending=sending)


def _finish(transcript: Transcript) -> None:
    lifecycle.complete(claimed(transcript), processing_ms=10)


@pytest.fixture
def key(make_key: KeyMaker) -> Actor:
    """A program."""
    return Actor(key=make_key()[0])


@pytest.mark.django_db(transaction=True)
def test_a_hundred_requests_with_one_key_at_once_make_one_transcript(key: Actor, settings: Settings) -> None:
    made = together(*[lambda: _send(KEYED, key).pk] * 100)
    assert len(set(made)) == 1
    assert (Transcript.objects.count(), Recording.objects.count(), IdempotencyKey.objects.count()) == (1, 1, 1)
    assert len([path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["open", "done", "failed", "cancelled"])
def test_the_same_key_gives_the_same_transcript_whatever_became_of_it(key: Actor, end: str) -> None:
    first = _send(KEYED, key)
    if end == "done":
        _finish(first)
    if end == "failed":
        lifecycle.fail(claimed(first), Failure.MEDIA, "Broken.", processing_ms=1)
    if end == "cancelled":
        lifecycle.cancel(first.pk)
    assert _send(KEYED, key) == first


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other",
    [
        {"content": OTHER},
        {"wanted": order({"language": "de"})},
        {"wanted": order({"prompt": "Peter"})},
        {"sending": replace(KEYED, route="/v1/audio/transcriptions")},
    ],
    ids=["file", "language", "prompt", "route"],
)
def test_the_same_key_with_another_request_is_refused_and_nothing_is_kept(key: Actor, other: dict[str, object]) -> None:
    _send(KEYED, key)
    with pytest.raises(KeyReused, match="came before with another file, address or options"):
        _send(**{"sending": KEYED, "actor": key, **other})  # type: ignore[arg-type]
    assert Recording.objects.count() == 1


@pytest.mark.django_db
def test_keys_of_different_senders_never_meet(key: Actor, make_key: KeyMaker, alice: User) -> None:
    senders = [key, Actor(key=make_key()[0]), Actor(user=alice), Actor()]
    assert len({_send(KEYED, sender).pk for sender in senders}) == 4


@pytest.mark.django_db
def test_after_a_day_the_key_is_free_again(key: Actor) -> None:
    first = _send(KEYED, key)
    request = Request(KEYED, key, Order(), content=first.recording.sha256)
    later = timezone.now() + timedelta(hours=24)
    assert repeats.earlier(request, later - timedelta(minutes=1)) == first
    assert repeats.earlier(request, later) is None
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=24))
    assert _send(KEYED, key) != first
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.django_db
def test_the_sweep_forgets_what_is_older_than_a_day(key: Actor) -> None:
    _send(KEYED, key)
    repeats.forget(timezone.now() + timedelta(hours=23))
    assert IdempotencyKey.objects.exists()
    repeats.forget(timezone.now() + timedelta(hours=25))
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db
def test_a_recording_in_the_bin_or_deleted_frees_its_key(key: Actor) -> None:
    first = _send(KEYED, key)
    Recording.objects.update(deleted_at=timezone.now())
    second = _send(KEYED, key)
    assert second != first
    second.recording.delete()
    assert _send(KEYED, key) not in (first, second)


@pytest.mark.django_db
def test_a_request_that_was_refused_leaves_its_key_free(key: Actor, settings: Settings) -> None:
    with pytest.raises(NotAudio):
        _send(KEYED, key, content=b"no sound")
    settings.MAX_QUEUE = 0
    with pytest.raises(QueueFull):
        _send(KEYED, key)
    settings.MAX_QUEUE = 10
    assert not IdempotencyKey.objects.exists()
    assert _send(KEYED, key).pk


@pytest.mark.django_db
def test_a_full_queue_refuses_no_repetition(key: Actor, settings: Settings) -> None:
    first = _send(KEYED, key)
    settings.MAX_QUEUE = 1
    assert _send(KEYED, key) == first
    assert _send(RETRY, key) == first


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["x" * 256, "ключ", "a\tb", " a", "a "])
def test_a_key_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(BadOptions, match="1 to 255 visible ASCII characters"):
        Sending(key=text)


@pytest.mark.django_db
def test_who_waits_joins_what_is_in_the_works_and_keeps_no_second_file(key: Actor, settings: Settings) -> None:
    first = _send(WAITS, key)
    claimed(first)
    assert _send(WAITS, key) == first
    assert Recording.objects.count() == 1
    assert len([path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]) == 1


@pytest.mark.django_db
def test_who_does_not_wait_is_given_a_transcript_of_its_own(key: Actor) -> None:
    assert _send(ASYNC, key) != _send(ASYNC, key)


@pytest.mark.django_db
def test_the_same_file_after_the_first_is_done_is_transcribed_again_unless_it_is_a_retry(key: Actor) -> None:
    first = _send(WAITS, key)
    _finish(first)
    assert _send(RETRY, key) == first
    assert _send(WAITS, key) != first


@pytest.mark.django_db
def test_a_retry_of_what_failed_or_was_cancelled_tries_again(key: Actor) -> None:
    first = _send(WAITS, key)
    lifecycle.cancel(first.pk)
    second = _send(RETRY, key)
    assert second != first
    lifecycle.fail(claimed(second), Failure.INTERNAL, "The GPU fell out.", processing_ms=1)
    assert _send(RETRY, key) not in (first, second)


@pytest.mark.django_db
def test_another_sender_file_or_option_is_no_repetition(key: Actor, make_key: KeyMaker, alice: User) -> None:
    first = _send(WAITS, key)
    others = [
        _send(RETRY, Actor(key=make_key()[0])),
        _send(RETRY, Actor(user=alice)),
        _send(RETRY),
        _send(RETRY, key, content=OTHER),
        _send(RETRY, key, wanted=order({"language": "en"})),
        _send(RETRY, key, wanted=order({"hotwords": "Peter"})),
        _send(RETRY, key, wanted=order({"priority": "bulk"})),
    ]
    assert first not in others
    assert len({row.pk for row in others}) == len(others)
    assert _send(RETRY, key, wanted=order({"hotwords": "Peter"})) == others[5]


@pytest.mark.django_db
def test_what_came_before_the_window_is_another_request(key: Actor, settings: Settings) -> None:
    first = _send(WAITS, key)
    Transcript.objects.update(created_at=timezone.now() - timedelta(seconds=settings.JOIN_SECONDS))
    assert _send(RETRY, key) != first
    settings.JOIN_SECONDS = 0
    assert _send(RETRY, key) != _send(RETRY, key)


@pytest.mark.django_db
def test_who_wants_it_gone_sooner_is_not_joined_to_what_stays(key: Actor) -> None:
    kept, tomorrow = order({}), order({"retention_days": "1"})
    first = _send(WAITS, key, wanted=kept)
    second = _send(WAITS, key, wanted=tomorrow)
    assert second != first
    assert _send(WAITS, key, wanted=tomorrow) == second
    assert _send(WAITS, key, wanted=kept) == first
