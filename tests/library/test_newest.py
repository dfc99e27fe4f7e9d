"""Of each recording one transcript is the newest, whoever asks for another, and when."""

from __future__ import annotations

from functools import partial

import pytest

from tests.rows import in_state, recording
from tests.together import together
from transcripts import lifecycle
from transcripts.models import Recording, Status, Transcript


@pytest.mark.django_db
def test_the_last_one_asked_for_is_the_newest() -> None:
    twice, once = recording(), recording()
    in_state(Status.DONE, twice)
    alone, last = in_state(Status.DONE, once), in_state(Status.QUEUED, twice)
    assert set(Transcript.objects.filter(is_newest=True)) == {alone.transcript, last.transcript}


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_is_the_newest_and_none_is_lost() -> None:
    row = recording()
    together(*[partial(lifecycle.submit, Recording.objects.get(pk=row.pk)) for _ in range(4)])
    assert Transcript.objects.count() == 4
    assert Transcript.objects.filter(is_newest=True).count() == 1
