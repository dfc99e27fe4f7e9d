"""The first windows vote on a recording's language: as if all of them had, but with no more of them than it takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import Future
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.engine import Options
from transcripts.engine.heard import Heard, HeardTrack
from transcripts.engine.languages import VOTERS, LanguageFinder
from transcripts.engine.line import Line
from transcripts.engine.timemap import TimeMap
from transcripts.engine.whisper import LoadedModel
from transcripts.engine.work import Answer

Ballots = list[tuple[float, dict[str, float]]]
"""Of each window: seconds of speech (0: it has none), and what the model would say of its language."""


class _Model:
    """What a finder asks of a model beside its answers."""

    class info:  # noqa: N801  # an attribute of a model
        multilingual = True


class _Line:
    """Answers at once, as it was told to, and keeps count."""

    def __init__(self, ballots: Ballots) -> None:
        self.asked = 0
        self._answers = iter([answer for seconds, answer in ballots if seconds])

    def submit(self, _work: object) -> Future[Answer]:
        self.asked += 1
        future: Future[Answer] = Future()
        future.set_result(next(self._answers))
        return future

    def wait(self, future: Future[Answer]) -> Answer:
        return future.result()


def _windows(ballots: Ballots) -> Iterator[Heard]:
    for number, (seconds, _) in enumerate(ballots):
        tracks = [HeardTrack(0, np.zeros((80, 3000), np.float32), ((0.0, seconds),))] if seconds else []
        yield Heard(number + 1.0, number + 1 == len(ballots), 30.0, cast(TimeMap, None), 1, tracks)


def _heard(ballots: Ballots, **options: object) -> tuple[set[str], list[float], int]:
    """The languages that the tracks were given, the windows' ends as they came out, and how many were asked."""
    line = _Line(ballots)
    finder = LanguageFinder(cast(LoadedModel, _Model()), Options(**options), cast(Line, line))  # type: ignore[arg-type]
    passed = list(finder.assign(_windows(ballots)))
    languages = {track.language.code for heard in passed for track in heard.tracks if track.language is not None}
    assert sum(len(heard.tracks) for heard in passed) == sum(1 for seconds, _ in ballots if seconds)
    return languages, [heard.end for heard in passed], line.asked


def _elected(ballots: Ballots) -> str:
    """By the seconds of speech of three windows from the first with speech on, weighted by probability."""
    first = next(index for index, (seconds, _) in enumerate(ballots) if seconds)
    votes: defaultdict[str, float] = defaultdict(float)
    for seconds, answer in ballots[first : first + VOTERS]:
        for code, probability in answer.items():
            votes[code] += probability * seconds
    return max(votes, key=lambda code: votes[code])


_SPLIT = st.floats(0.0, 1.0).map(lambda share: {"en": share, "es": (1 - share) * 0.7, "de": (1 - share) * 0.3})
_BALLOTS = st.lists(st.tuples(st.one_of(st.just(0.0), st.floats(0.5, 30.0)), _SPLIT), min_size=1, max_size=6).filter(
    lambda ballots: any(seconds for seconds, _ in ballots)
)


@given(ballots=_BALLOTS)
def test_the_outcome_is_that_of_all_voters(ballots: Ballots) -> None:
    languages, ends, asked = _heard(ballots)
    assert languages == {_elected(ballots)}
    assert ends == [number + 1.0 for number in range(len(ballots))]
    assert asked <= VOTERS


@pytest.mark.parametrize(
    ("ballots", "asked"),
    [
        ([(30.0, {"en": 0.99, "es": 0.01})] * 5, 2),  # the third could not change it
        ([(30.0, {"en": 0.99, "es": 0.01}), (30.0, {"en": 0.2, "es": 0.8})] + [(30.0, {"es": 1.0})] * 3, 3),
        ([(5.0, {"en": 0.99, "es": 0.01})] * 5, 3),  # a third of more speech could
        ([(30.0, {"en": 0.4, "es": 0.6})], 1),
    ],
    ids=["sure", "disputed", "little speech", "one window"],
)
def test_no_window_is_asked_that_cannot_change_the_outcome(ballots: Ballots, asked: int) -> None:
    assert _heard(ballots)[2] == asked


def test_a_language_that_is_not_allowed_has_no_votes() -> None:
    ballots: Ballots = [(30.0, {"de": 0.8, "en": 0.15, "es": 0.05})] * 3
    assert _heard(ballots, languages=("en", "es"))[0] == {"en"}
