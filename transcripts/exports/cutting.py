"""Which words stand on the screen together: what one person says in one go, cut into cues that can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from .breaking import Widths, break_cost, partition, rows
from .cue import Cue
from .document import Line
from .profile import SubtitleProfile
from .spacing import wanted_ms
from .tokens import Token, tokens

# A silence this long ends a cue: the next words would give away what has not been said yet.
_SILENCE_MS = 1_000
# Nobody hurries the reader of the last words.
_NEVER_MS = 10**15

# Costs, in hundredths of those of `break_cost`; a millisecond below the shortest duration costs one. A better break is
# worth one more cue. To join segments across the end of a sentence costs more than a cue, and is done where one of them
# would be most of a second too short. Fast speech stays fast however it is cut, so it moves breaks but a little. An end
# of a segment within a sentence, as Whisper leaves it at the end of a window, is worth no more than a pause.
_BREAK = 100
_PER_CUE = 400
_PER_JOINED_SENTENCE = 1_200
_MS_TOO_FAST_PER_COST = 4
_AT_SEGMENT_END = 3


def cut(written: list[Line], profile: SubtitleProfile) -> Iterator[Cue]:
    """Cues of lines by start time, each from its first word's start to its last word's end.

    A cue fits the profile's lines and longest duration, holds one speaker and no long silence. Among the ways to do so
    it takes the one that reads best: parted after sentences, clauses and pauses, and segments that end a sentence kept
    apart unless one of them would be too short to read.
    """
    for lines, until_ms in _speeches(written):
        yield from _cut_speech(lines, until_ms, profile)


def _speeches(written: list[Line]) -> Iterator[tuple[list[Line], int]]:
    """Lines that one person says, none of them over another, and when the line after them begins."""
    speech: list[Line] = []
    for line in written:
        if speech and not _goes_on(speech[-1], line):
            yield speech, line.start_ms
            speech = []
        speech.append(line)
    if speech:
        yield speech, _NEVER_MS


def _goes_on(line: Line, following: Line) -> bool:
    return following.speaker == line.speaker and following.start_ms >= line.end_ms


def _cut_speech(lines: list[Line], until_ms: int, profile: SubtitleProfile) -> Iterator[Cue]:
    per_line = [tokens(line, profile.max_characters) for line in lines]
    words = [token for line in per_line for token in line]
    widths = Widths(words)
    cost = _cost(words, _breaks(per_line), widths, until_ms, profile)
    for start, end in partition(_reach(words, widths, profile), cost):
        shown = words[start:end]
        yield Cue(shown[0].start_ms, shown[-1].end_ms, rows(shown, profile.max_characters), lines[0].speaker)


def _reach(words: list[Token], widths: Widths, profile: SubtitleProfile) -> list[int]:
    """For each word the end of the longest cue that may start with it."""
    row_ends = [*widths.reach(profile.max_characters), len(words)]
    silences = _silences(words)
    ends = []
    for start, word in enumerate(words):
        end = start
        for _ in range(profile.max_lines):
            end = row_ends[end]
        end = min(end, silences[start])
        while end > start + 1 and words[end - 1].end_ms - word.start_ms > profile.max_duration_ms:
            end -= 1
        ends.append(end)
    return ends


def _silences(words: list[Token]) -> list[int]:
    """For each word where the next silence is: the number of the first word behind it, or the end."""
    ends = [len(words)] * len(words)
    for i in range(len(words) - 2, -1, -1):
        silent = words[i + 1].start_ms - words[i].end_ms >= _SILENCE_MS
        ends[i] = i + 1 if silent else ends[i + 1]
    return ends


@dataclass(frozen=True, slots=True)
class _Break:
    """The place after a word: what a break costs there, and how many segments have ended a sentence before it."""

    cost: int
    sentences: int


def _breaks(per_line: list[list[Token]]) -> list[_Break]:
    breaks = []
    sentences = 0
    for line, following in zip(per_line, [*per_line[1:], None], strict=True):
        breaks += [_Break(break_cost(*pair), sentences) for pair in pairwise(line)]
        cost = break_cost(line[-1], following[0]) if following else 0
        breaks.append(_Break(min(cost, _AT_SEGMENT_END), sentences))
        sentences += cost == 0
    return breaks


def _cost(
    words: list[Token], breaks: list[_Break], widths: Widths, until_ms: int, profile: SubtitleProfile
) -> Callable[[int, int], int]:
    """What one cue of `words[start:end]` costs its reader; its spare room counts so little that it only decides ties.

    It is asked millions of times for a long recording: all that depends on one word or one width is in lists.
    """
    room = profile.max_characters * profile.max_lines
    # Two lines side by side have a space between them.
    possible = range(room + profile.max_lines)
    wanted = [wanted_ms(width, profile) for width in possible]
    fixed = [_PER_CUE + (_BREAK - 1) * max(0, room - width) ** 2 // room**2 for width in possible]
    starts = [word.start_ms for word in words]
    latest = [start - profile.min_gap_ms for start in [*starts[1:], until_ms]]
    ending = [_BREAK * place.cost + _PER_JOINED_SENTENCE * place.sentences for place in breaks]
    begun = [_PER_JOINED_SENTENCE * place.sentences for place in breaks]
    between = widths.between

    def cost(start: int, end: int) -> int:
        width = between(start, end)
        room_ms = latest[end - 1] - starts[start]
        if room_ms >= wanted[width]:
            return fixed[width] + ending[end - 1] - begun[start]
        too_short = max(0, profile.min_duration_ms - room_ms)
        too_fast = (wanted[width] - room_ms) // _MS_TOO_FAST_PER_COST
        return fixed[width] + too_short + too_fast + ending[end - 1] - begun[start]

    return cost
