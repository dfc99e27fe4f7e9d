"""Windows: segments and the point of resumption are stored together or not at all, and never twice."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tests.rows import claimed, in_state, said
from transcripts import lifecycle
from transcripts.models import Segment, Status, Transcript

pytestmark = pytest.mark.django_db


def _stored() -> list[tuple[int, str]]:
    return list(Segment.objects.order_by("index").values_list("index", "text"))


def test_a_window_moves_the_point_of_resumption_and_counts_its_segments() -> None:
    held = in_state(Status.RUNNING)
    lifecycle.store_window(
        held.lease, said("one", "two"), transcribed_ms=2500, language="en", language_probability=0.75
    )
    row = Transcript.objects.get()
    assert (row.transcribed_ms, row.segment_count, row.language, row.language_probability) == (2500, 2, "en", 0.75)
    assert row.revision == held.transcript.revision + 1
    assert _stored() == [(0, " one"), (1, " two")]


def test_the_numbering_of_segments_goes_on_with_the_next_window_and_the_next_attempt() -> None:
    held = in_state(Status.RUNNING)
    lifecycle.store_window(held.lease, said("one", "two"), transcribed_ms=2000)
    lifecycle.store_window(held.lease, said("three", from_ms=2000), transcribed_ms=3000)
    lifecycle.release(held.lease, processing_ms=5)
    lifecycle.store_window(claimed(held.transcript), said("four", from_ms=3000), transcribed_ms=4000)
    assert _stored() == [(0, " one"), (1, " two"), (2, " three"), (3, " four")]
    assert Transcript.objects.get().text == "one two three four"


def test_a_silent_window_moves_the_point_of_resumption_alone() -> None:
    held = in_state(Status.RUNNING)
    lifecycle.store_window(held.lease, [], transcribed_ms=30_000)
    row = Transcript.objects.get()
    assert (row.transcribed_ms, row.segment_count) == (30_000, 0)


def test_a_silent_window_never_moves_it_back() -> None:
    held = in_state(Status.RUNNING)
    lifecycle.store_window(held.lease, said("one"), transcribed_ms=1000)
    lifecycle.store_window(held.lease, [], transcribed_ms=999)
    assert Transcript.objects.get().transcribed_ms == 1000


def test_a_window_without_a_language_leaves_the_one_that_was_heard() -> None:
    held = in_state(Status.RUNNING)
    lifecycle.store_window(held.lease, said("uno"), transcribed_ms=1000, language="es", language_probability=0.9)
    lifecycle.store_window(held.lease, [], transcribed_ms=2000)
    row = Transcript.objects.get()
    assert (row.language, row.language_probability) == ("es", 0.9)


def test_of_a_window_that_the_database_refuses_nothing_stays() -> None:
    held = in_state(Status.RUNNING)
    lifecycle.store_window(held.lease, said("one"), transcribed_ms=1000)
    before = Transcript.objects.values().get()
    backwards = said("two", from_ms=1000)
    backwards[0].end_ms = 500
    with pytest.raises(IntegrityError), transaction.atomic():
        lifecycle.store_window(held.lease, backwards, transcribed_ms=2000)
    assert Transcript.objects.values().get() == before
    assert _stored() == [(0, " one")]


def test_a_window_that_is_stored_already_is_not_stored_again() -> None:
    held = in_state(Status.RUNNING)
    lifecycle.store_window(held.lease, said("one"), transcribed_ms=1000)
    before = Transcript.objects.values().get()
    for repeated in (1000, 900):
        with pytest.raises(lifecycle.OutOfOrder):
            lifecycle.store_window(held.lease, said("one"), transcribed_ms=repeated)
    assert Transcript.objects.values().get() == before
    assert _stored() == [(0, " one")]


def test_the_database_itself_refuses_two_segments_with_one_number() -> None:
    held = in_state(Status.RUNNING)
    lifecycle.store_window(held.lease, said("one"), transcribed_ms=1000)
    with pytest.raises(IntegrityError), transaction.atomic():
        Segment.objects.create(transcript=held.transcript, index=0, start_ms=0, end_ms=1, text="twice")
