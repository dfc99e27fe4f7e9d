"""One job from file to results: decode → windows → the scheduler → segments, in order, a few windows ahead."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Final

from faster_whisper.tokenizer import Tokenizer

from .audio import Audio, decode
from .decoding import Answer, AnyWork, Decoder, DecodeWork, DetectWork, Encoded, Take, temperatures
from .errors import EngineClosed, JobCancelled
from .scheduler import MAX_BATCH, Lane
from .segments import segments
from .types import Options, WindowResult
from .whisper import LoadedModel
from .windows import FRAME_SECONDS, TimeMap, Window, aligned, windows

IN_FLIGHT: Final = 2 * MAX_BATCH
"""Windows of one job between decoding and delivery: one batch that runs, one that waits. About 1 MB each."""
VOTERS: Final = 3
"""Windows, from the first with speech on, that decide on the language."""
WARM_UP: Final = 1875
"""Frames (60 s) before the point of resumption that only bring the voice detector into the state that it had there.

Silero's LSTM remembers long: after 30 s its probabilities still differ by up to 0.1, after 60 s by 0.01 (measured)."""
POLL_SECONDS: Final = 0.2


@dataclass(slots=True)
class Heard:
    """A window without its audio: features (None for silence), and `encoded` where language detection has left it."""

    end: float
    seconds: float
    times: TimeMap
    features: Audio | None
    encoded: Encoded | None = None


@dataclass(frozen=True, slots=True)
class Language:
    """Code and, where it was detected, probability."""

    code: str
    probability: float | None = None


class JobRun:
    """One run of one job; lives in the job's thread, talks to the model through its lane."""

    def __init__(
        self,
        model: LoadedModel,
        decoder: Decoder,
        lane: Lane[AnyWork, Answer],
        options: Options,
        cancelled: Callable[[], bool],
    ) -> None:
        self._model = model
        self._decoder = decoder
        self._lane = lane
        self._options = options
        self._cancelled = cancelled

    def results(self, media: Path, resume_from: float) -> Iterator[WindowResult]:
        """The job's results from `resume_from` seconds on."""
        first = aligned(resume_from)
        warm_up = min(first, WARM_UP)
        with closing(decode(media, (first - warm_up) * FRAME_SECONDS)) as blocks:
            heard = self._hear(windows(blocks, first, warm_up))
            opening = yield from self._silence(heard)
            if opening:
                language = self._known_language() or self._vote([item for item in opening if item.features is not None])
                yield from self._in_order(chain(opening, heard), language)

    def _hear(self, cut: Iterable[Window]) -> Iterator[Heard]:
        for window in cut:
            self._check()
            features = self._decoder.features(window.audio) if window.audio.size else None
            yield Heard(window.end, window.seconds, window.times, features)

    def _silence(self, heard: Iterator[Heard]) -> Generator[WindowResult, None, list[Heard]]:
        """Results for the silence at the beginning; returns the windows that follow, enough to tell the language."""
        needed = VOTERS if self._known_language() is None else 1
        for item in heard:
            if item.features is not None:
                return [item, *islice(heard, needed - 1)]
            yield WindowResult(item.end, (), None, None)
        return []

    def _known_language(self) -> Language | None:
        """What needs no detection."""
        if self._options.language is not None:
            return Language(self._options.language)
        return None if self._model.info.multilingual else Language("en")

    def _vote(self, voters: list[Heard]) -> Language:
        """The language with the most seconds of speech, each weighted by the model's probability."""
        works = [DetectWork(item.features, item.seconds) for item in voters if item.features is not None]
        ballots = [self._wait(future) for future in [self._lane.submit(work) for work in works]]
        votes: defaultdict[str, float] = defaultdict(float)
        for item, work, ballot in zip(voters, works, ballots, strict=True):
            item.encoded = work.encoded
            for code, probability in ballot.items() if isinstance(ballot, dict) else ():
                votes[code] += probability * work.seconds
        code = max(votes, key=lambda key: votes[key])
        return Language(code, votes[code] / sum(work.seconds for work in works))

    def _in_order(self, items: Iterable[Heard], language: Language) -> Iterator[WindowResult]:
        """Submit ahead, deliver in order: what is ready goes out before more is prepared."""
        tokenizer = self._tokenizer(language)
        submit = partial(self._submit, tokenizer=tokenizer, prompt=self._prompt(tokenizer))
        waiting: deque[tuple[Heard, Future[Answer] | None]] = deque()
        for item in items:
            waiting.append((item, submit(item)))
            item.features = item.encoded = None
            while waiting and (len(waiting) >= IN_FLIGHT or _is_ready(waiting[0][1])):
                yield self._result(*waiting.popleft(), tokenizer, language)
        while waiting:
            yield self._result(*waiting.popleft(), tokenizer, language)

    def _submit(self, item: Heard, tokenizer: Tokenizer, prompt: list[int]) -> Future[Answer] | None:
        if item.features is None:
            return None
        work = DecodeWork(
            features=item.features,
            seconds=item.seconds,
            tokenizer=tokenizer,
            prompt=prompt,
            word_timestamps=self._options.word_timestamps,
            temperatures=temperatures(self._options.temperature),
            encoded=item.encoded,
        )
        return self._lane.submit(work)

    def _result(
        self, item: Heard, future: Future[Answer] | None, tokenizer: Tokenizer, language: Language
    ) -> WindowResult:
        take = self._wait(future) if future is not None else None
        said = segments(take, tokenizer, item.times, item.seconds) if isinstance(take, Take) else ()
        return WindowResult(item.end, said, language.code, language.probability)

    def _tokenizer(self, language: Language) -> Tokenizer:
        whisper = self._model.whisper
        return Tokenizer(
            whisper.hf_tokenizer, self._model.info.multilingual, task=self._options.task, language=language.code
        )

    def _prompt(self, tokenizer: Tokenizer) -> list[int]:
        """The same for every window: initial prompt and hotwords, then language and task."""
        text = (self._options.initial_prompt or "").strip()
        previous = tokenizer.encode(f" {text}") if text else []
        prompt: list[int] = self._model.whisper.get_prompt(tokenizer, previous, hotwords=self._options.hotwords)
        return prompt

    def _wait(self, future: Future[Answer]) -> Answer:
        while True:
            self._check()
            try:
                return future.result(timeout=POLL_SECONDS)
            except CancelledError as error:
                raise EngineClosed("The engine was closed while the job ran.") from error
            except TimeoutError:
                continue

    def _check(self) -> None:
        if self._cancelled():
            raise JobCancelled("The job was cancelled.")


def _is_ready(future: Future[Answer] | None) -> bool:
    return future is None or future.done()
