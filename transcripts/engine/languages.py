"""Which language a job is in: given, voted by its first speech, or asked for every window."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from heapq import nlargest
from itertools import count, islice
from typing import Final

from .heard import Ballot, Heard, HeardTrack, Language
from .line import Line
from .speech import FRAME_SECONDS
from .types import Options
from .whisper import LoadedModel
from .windows import MAX_FRAMES
from .work import DetectWork

VOTERS: Final = 3
"""Windows, from the first with speech on, that decide on the language of a channel."""
LONGEST_SECONDS: Final = MAX_FRAMES * FRAME_SECONDS
"""Of speech in one window."""
ASKED_AHEAD: Final = 8
"""Windows whose language is asked for ahead of their decoding, where every window has its own."""


class LanguageFinder:
    """Gives every track its language. Channels are asked one by one: their speakers need not share it."""

    def __init__(self, model: LoadedModel, options: Options, line: Line) -> None:
        self._options = options
        self._line = line
        self._allowed = options.languages
        self._chosen: dict[int, Language] = {}
        self._given = Language(options.language) if options.language is not None else None
        if not model.info.multilingual:
            self._given = Language("en")

    @property
    def first(self) -> Language | None:
        """The language that was found first: that of the job."""
        return next(iter(self._chosen.values()), None)

    def assign(self, items: Iterator[Heard]) -> Iterator[Heard]:
        """Pass the windows on when their tracks have a language; looks a few windows ahead where it must."""
        choose = self._ask_each if self._options.multilingual and self._given is None else self._vote_once
        ahead: deque[Heard] = deque()
        while item := ahead.popleft() if ahead else next(items, None):
            choose(item, ahead, items)
            yield item

    def _ask_each(self, item: Heard, ahead: deque[Heard], items: Iterator[Heard]) -> None:
        """Every track for itself; the questions go out ahead, so that they share batches."""
        ahead.extend(islice(items, ASKED_AHEAD - len(ahead)))
        for near in (item, *ahead):
            for track in near.tracks:
                self._ask(track)
        for track in item.tracks:
            track.language = self._winner([track])
            self._chosen.setdefault(track.channel, track.language)

    def _vote_once(self, item: Heard, ahead: deque[Heard], items: Iterator[Heard]) -> None:
        """The channel's language, voted by its first windows."""
        for track in item.tracks:
            if self._given is not None:
                self._chosen[track.channel] = self._given
            elif track.channel not in self._chosen:
                self._chosen[track.channel] = self._elected(track.channel, _near(item, ahead, items))
            track.language = self._chosen[track.channel]

    def _elected(self, channel: int, near: Iterator[Heard]) -> Language:
        """Each voter is asked as soon as it is prepared, and none that cannot change the outcome."""
        voters: list[HeardTrack] = []
        for left, heard in zip(reversed(range(VOTERS)), near, strict=False):
            asked = [track for track in heard.tracks if track.channel == channel]
            for track in asked:
                self._ask(track)
            voters += asked
            if self._is_decided(voters, left * LONGEST_SECONDS):
                break
        return self._winner(voters)

    def _is_decided(self, voters: Sequence[HeardTrack], seconds_left: float) -> bool:
        """Whether voters with so many seconds of speech, all for another language, would come too late."""
        if sum(track.spoken for track in voters) <= seconds_left:
            return False  # whatever they say: they are not waited for
        first, second = nlargest(2, [0.0, 0.0, *self._votes(voters).values()])
        return first - second > seconds_left

    def _ask(self, track: HeardTrack) -> None:
        if track.ballot is None:
            work = DetectWork(track.features)
            track.ballot = Ballot(work, self._line.submit(work))

    def _winner(self, tracks: Sequence[HeardTrack]) -> Language:
        """The allowed language with the most seconds of speech, each weighted by the model's probability."""
        votes = self._votes(tracks)
        code = max(votes, key=lambda key: votes[key])
        return Language(code, votes[code] / sum(track.spoken for track in tracks))

    def _votes(self, tracks: Sequence[HeardTrack]) -> dict[str, float]:
        votes: defaultdict[str, float] = defaultdict(float)
        for track in tracks:
            answer = self._line.wait(track.ballot.answer) if track.ballot is not None else {}
            for code, probability in answer.items() if isinstance(answer, dict) else ():
                if not self._allowed or code in self._allowed:
                    votes[code] += probability * track.spoken
        return votes


def _near(item: Heard, ahead: deque[Heard], items: Iterator[Heard]) -> Iterator[Heard]:
    """`item` and those behind it, which are taken from `items` only when they are asked for, and kept in `ahead`."""
    yield item
    for number in count():
        if number == len(ahead):
            ahead.extend(islice(items, 1))
        if number == len(ahead):
            return
        yield ahead[number]
