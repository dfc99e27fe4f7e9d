"""One job from file to results: decode → windows → the scheduler → segments, in order, a few windows ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from faster_whisper.tokenizer import Tokenizer

from .apart.sound import decode
from .decoding import Decoder
from .gate import Gate
from .heard import Heard, HeardTrack, Language, hear
from .languages import LanguageFinder
from .line import Line
from .peaks import PeakMeter
from .prompts import Prompter
from .segments import Place, segments
from .speech import FRAME, FRAME_SECONDS, frames
from .types import Kept, Options, Segment, WindowResult
from .whisper import LoadedModel
from .windows import MAX_FRAMES, Cut, windows
from .work import Answer, DecodeWork, temperatures

IN_FLIGHT: Final = 16
"""Windows of one job between decoding and delivery: some that run, some that wait. About 1 MB each, encoded 5."""
MULTILINGUAL_FRAMES: Final = frames(10.0)
"""Of a window where languages may change: it is heard in one language, whichever has more of it."""
WARM_UP: Final = 1875
"""Frames (60 s) before the point of resumption that only bring the voice detector into the state that it had there.

Silero's LSTM remembers long: after 30 s its probabilities still differ by up to 0.1, after 60 s by 0.01 (measured)."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What all jobs of a model share; `gate` bounds how many of them prepare audio at once."""

    model: LoadedModel
    decoder: Decoder
    gate: Gate


@dataclass(frozen=True, slots=True)
class Pending:
    """A track in the model's hands, and where its text belongs."""

    place: Place
    tokenizer: Tokenizer
    answer: Future[Answer]


class JobRun:
    """One run of one job; lives in the job's thread, talks to the model through its line."""

    def __init__(self, tools: Tools, line: Line, options: Options, kept: Kept) -> None:
        self._tools = tools
        self._line = line
        self._options = options
        self._languages = LanguageFinder(tools.model, options, line)
        self._kept = kept
        self._prompters: dict[str, Prompter] = {}
        self._tokenizer = cache(self._new_tokenizer)

    def results(self, media: Path) -> Iterator[WindowResult]:
        """The job's results, from the end of what was kept on."""
        options = self._options
        first = frames(max(self._kept.end, options.clip_start))
        begin = first - min(first, WARM_UP)
        longest = MULTILINGUAL_FRAMES if options.multilingual else MAX_FRAMES
        cut = Cut(options.vad, contiguous=options.profile == "careful", longest=longest)
        self._peaks = PeakMeter(begin * FRAME, first * FRAME)
        with closing(decode(media, begin * FRAME_SECONDS, options.clip_end, split=options.channels)) as blocks:
            made = windows(self._peaks.tap(blocks), first, first - begin, cut)
            heard = hear(made, self._tools.decoder, self._tools.gate)
            yield from self._language(heard) if options.language_only else self._in_order(heard)

    def _language(self, items: Iterator[Heard]) -> Iterator[WindowResult]:
        """One result without words, as soon as the first speech has told its language."""
        for item in self._languages.assign(items):
            self._line.check()
            if item.last or self._languages.first is not None:
                yield self._result(item, [])
                return

    def _in_order(self, items: Iterator[Heard]) -> Iterator[WindowResult]:
        """Submit ahead, deliver in order: what is ready goes out before more is prepared.

        With previous text as prompt nothing can be submitted ahead; other jobs' windows fill the batch.
        """
        is_careful = self._options.profile == "careful"
        waiting: deque[tuple[Heard, list[Pending]]] = deque()
        for item in self._languages.assign(items):
            self._line.check()
            while is_careful and waiting:
                yield self._result(*waiting.popleft())
            waiting.append((item, [self._submit(item, track) for track in item.tracks]))
            item.tracks.clear()  # the model has the features now; they go when it is done
            while waiting and (len(waiting) >= IN_FLIGHT or all(sent.answer.done() for sent in waiting[0][1])):
                yield self._result(*waiting.popleft())
        while waiting:
            yield self._result(*waiting.popleft())

    def _submit(self, item: Heard, track: HeardTrack) -> Pending:
        code = _code(track.language)
        tokenizer = self._tokenizer(code)
        speaker = f"Channel {track.channel + 1}" if item.channels > 1 else ""
        work = DecodeWork(
            features=track.features,
            seconds=item.seconds,
            speech=track.speech,
            tokenizer=tokenizer,
            prompt=self._prompter(speaker).prompt(tokenizer),
            word_timestamps=self._options.word_timestamps,
            temperatures=temperatures(self._options.temperature),
            encoded=track.ballot.work.encoded if track.ballot is not None else None,
        )
        place = Place(item.times, item.seconds, track.speech, code, speaker)
        return Pending(place, tokenizer, self._line.submit(work))

    def _prompter(self, speaker: str) -> Prompter:
        if speaker not in self._prompters:
            said = self._kept.segments if self._options.profile == "careful" else ()
            before = [segment for segment in said if segment.speaker == speaker]
            self._prompters[speaker] = Prompter(self._options, before)
        return self._prompters[speaker]

    def _result(self, item: Heard, sent: list[Pending]) -> WindowResult:
        said = [segment for pending in sent for segment in self._segments(pending)]
        language = self._languages.first
        return WindowResult(
            end=item.end,
            segments=tuple(sorted(said, key=lambda segment: segment.start)),
            language=language.code if language else None,
            language_probability=language.probability if language else None,
            peaks=self._peaks.take_all() if item.last else self._peaks.take(item.end),
        )

    def _segments(self, pending: Pending) -> tuple[Segment, ...]:
        takes = self._line.wait(pending.answer)
        if not isinstance(takes, tuple):
            raise TypeError("a decoding was answered like a question for the language")
        if self._options.profile == "careful":
            self._prompter(pending.place.speaker).remember(takes, pending.tokenizer)
        return segments(takes, pending.tokenizer, pending.place)

    def _new_tokenizer(self, code: str) -> Tokenizer:
        model = self._tools.model
        return Tokenizer(model.whisper.hf_tokenizer, model.info.multilingual, task=self._options.task, language=code)


def _code(language: Language | None) -> str:
    if language is None:
        raise ValueError("a window was passed on before its language was known")
    return language.code
