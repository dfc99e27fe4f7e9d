"""What the model thread does with a batch: language detection, or windows → tokens, scores and word times.

Quality rules are those of Whisper's own sequential path, per window: a failed decoding is tried again at a higher
temperature, and a window without speech gives nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any, Final

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_compression_ratio, get_suppressed_tokens, merge_punctuations
from numpy.typing import NDArray

from .audio import Audio
from .scheduler import AGAIN, Again

BEAM_SIZE: Final = 5
BEST_OF: Final = 5
TEMPERATURES: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
COMPRESSION_LIMIT: Final = 2.4
LOGPROB_LIMIT: Final = -1.0
NO_SPEECH_LIMIT: Final = 0.6
"""Whisper's own defaults (`transcribe.py` of openai/whisper), all six."""
MAX_LENGTH: Final = 448
"""Tokens of prompt and answer together: the decoder's positions."""
FRAMES_PER_SECOND: Final = 100
PREPENDED: Final = "\"'“¿([{-"
APPENDED: Final = "\"'.。,，!！?？:：”)]}、"
"""Marks that belong to the word after or before them; faster-whisper's lists."""

Encoded = NDArray[Any]


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word in window time (seconds), and how many tokens it is made of."""

    text: str
    start: float
    end: float
    probability: float
    tokens: int


@dataclass(frozen=True, slots=True)
class Take:
    """One decoding of a window: its tokens, timestamps among them, and the numbers by which it is judged."""

    tokens: tuple[int, ...]
    temperature: float
    avg_logprob: float
    compression_ratio: float
    no_speech_prob: float
    words: tuple[TimedWord, ...] = ()

    @property
    def is_silent(self) -> bool:
        """No speech by the model's own word, and no confident text against it."""
        return self.no_speech_prob > NO_SPEECH_LIMIT and self.avg_logprob < LOGPROB_LIMIT

    @property
    def is_good(self) -> bool:
        """Neither repetitive nor improbable."""
        return self.compression_ratio <= COMPRESSION_LIMIT and self.avg_logprob >= LOGPROB_LIMIT

    def text_tokens(self, tokenizer: Tokenizer) -> list[int]:
        """Without timestamps and other special tokens; nothing of a silent window."""
        return [] if self.is_silent else [token for token in self.tokens if token < tokenizer.eot]


@dataclass(eq=False, slots=True)
class DetectWork:
    """Ask for the language of a window. `encoded` is kept for the decoding that follows."""

    features: Audio
    seconds: float
    encoded: Encoded | None = None
    key: Hashable = "detect"


@dataclass(eq=False, slots=True)
class DecodeWork:
    """A window to decode: `features` is float32[n_mels, 3000], `encoded` its encoder output where that is known."""

    features: Audio
    seconds: float
    tokenizer: Tokenizer
    prompt: list[int]
    word_timestamps: bool
    temperatures: tuple[float, ...] = TEMPERATURES
    encoded: Encoded | None = None
    takes: list[Take] = field(default_factory=list)

    @property
    def temperature(self) -> float:
        """Of the round to come."""
        return self.temperatures[len(self.takes)]

    @property
    def key(self) -> Hashable:
        """One CTranslate2 call takes one temperature and one position of `<|startoftranscript|>`."""
        return ("decode", len(self.prompt), self.temperature)


AnyWork = DetectWork | DecodeWork
Languages = dict[str, float]
Answer = Take | Languages


def temperatures(first: float) -> tuple[float, ...]:
    """The ladder from `first` up."""
    return (first, *(step for step in TEMPERATURES if step > first))


class Decoder:
    """The model thread's step; stateless between calls but for the model."""

    def __init__(self, whisper: WhisperModel) -> None:
        self._whisper = whisper
        self._model = whisper.model

    def features(self, audio: Audio) -> Audio:
        """Log-mel features, float32[n_mels, 3000], of at most 30 s; for the job threads, needs no model."""
        mel: Audio = pad_or_trim(self._whisper.feature_extractor(audio)[..., :-1])
        return mel

    def step(self, batch: Sequence[AnyWork]) -> Sequence[Answer | Again]:
        """Run a batch of equal keys."""
        encoded = self._encode(batch)
        if isinstance(batch[0], DetectWork):
            return self._detect(batch, encoded)
        return self._decode([work for work in batch if isinstance(work, DecodeWork)], encoded)

    def _encode(self, batch: Sequence[AnyWork]) -> ctranslate2.StorageView:
        """Encoder output of the batch; what a window brings along is not computed again."""
        missing = [work for work in batch if work.encoded is None]
        if not missing:
            return _storage(np.stack([work.encoded for work in batch if work.encoded is not None]))
        fresh = self._model.encode(_storage(np.stack([work.features for work in missing])), to_cpu=self._on_gpu)
        if len(missing) == len(batch):
            return fresh
        rows = iter(np.asarray(fresh))
        return _storage(np.stack([next(rows) if work.encoded is None else work.encoded for work in batch]))

    @property
    def _on_gpu(self) -> bool:
        # Rows are picked on the CPU; a copy of 4 MB per window is small beside its decoding.
        return bool(self._model.device == "cuda")

    def _detect(self, batch: Sequence[AnyWork], encoded: ctranslate2.StorageView) -> list[Languages]:
        answers = self._model.detect_language(encoded)
        for work, row in zip(batch, np.array(encoded), strict=True):
            work.encoded = row
        return [{token[2:-2]: probability for token, probability in answer} for answer in answers]

    def _decode(self, batch: Sequence[DecodeWork], encoded: ctranslate2.StorageView) -> list[Take | Again]:
        takes = self._generate(batch, encoded)
        chosen = [_choose(work, take) for work, take in zip(batch, takes, strict=True)]
        timed = self._with_words(batch, chosen, encoded)
        again = [index for index, take in enumerate(timed) if isinstance(take, Again)]
        rows = np.array(encoded) if again else None
        for index in again:  # only now, so that a call that fails leaves the work as it was
            batch[index].takes.append(takes[index])
            batch[index].encoded = None if rows is None else rows[index].copy()
        return timed

    def _generate(self, batch: Sequence[DecodeWork], encoded: ctranslate2.StorageView) -> list[Take]:
        temperature = batch[0].temperature
        sampling = {"beam_size": 1, "num_hypotheses": BEST_OF, "sampling_topk": 0, "sampling_temperature": temperature}
        results = self._model.generate(
            encoded,
            [work.prompt for work in batch],
            max_length=MAX_LENGTH,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=get_suppressed_tokens(batch[0].tokenizer, [-1]),
            **(sampling if temperature > 0 else {"beam_size": BEAM_SIZE}),
        )
        return [_take(work, result) for work, result in zip(batch, results, strict=True)]

    def _with_words(
        self, batch: Sequence[DecodeWork], takes: Sequence[Take | Again], encoded: ctranslate2.StorageView
    ) -> list[Take | Again]:
        """Add word times where they are asked for and there are words; one `align` call per language and task."""
        groups: dict[tuple[int, ...], list[int]] = {}
        for index, (work, take) in enumerate(zip(batch, takes, strict=True)):
            if work.word_timestamps and isinstance(take, Take) and take.text_tokens(work.tokenizer):
                groups.setdefault(tuple(work.tokenizer.sot_sequence), []).append(index)
        timed = list(takes)
        for group in groups.values():
            rows = encoded if len(group) == len(batch) else _storage(np.asarray(encoded)[group])
            members = [(batch[index], take) for index in group if isinstance(take := takes[index], Take)]
            for index, (_, take), words in zip(group, members, self._align(members, rows), strict=True):
                timed[index] = replace(take, words=words)
        return timed

    def _align(
        self, members: Sequence[tuple[DecodeWork, Take]], encoded: ctranslate2.StorageView
    ) -> list[tuple[TimedWord, ...]]:
        """Words of windows in one language, by cross-attention."""
        tokenizer = members[0][0].tokenizer
        alignments = self._whisper.find_alignment(
            tokenizer,
            [take.text_tokens(tokenizer) for _, take in members],
            encoded,
            [ceil(work.seconds * FRAMES_PER_SECOND) for work, _ in members],
        )
        for alignment in alignments:
            merge_punctuations(alignment, PREPENDED, APPENDED)
        return [tuple(_timed_word(word) for word in alignment if word["word"]) for alignment in alignments]


def _storage(array: Audio | Encoded) -> ctranslate2.StorageView:
    return ctranslate2.StorageView.from_array(np.ascontiguousarray(array))


def _take(work: DecodeWork, result: ctranslate2.models.WhisperGenerationResult) -> Take:
    tokens = result.sequences_ids[0]
    # The score is the mean over the text's tokens; Whisper counts the end token too.
    avg_logprob = result.scores[0] * len(tokens) / (len(tokens) + 1)
    text = work.tokenizer.decode(tokens).strip()
    return Take(tuple(tokens), work.temperature, avg_logprob, get_compression_ratio(text), result.no_speech_prob)


def _choose(work: DecodeWork, take: Take) -> Take | Again:
    """The take if it will do, another round if not, the best of all when no temperature is left."""
    if take.is_good or take.is_silent:
        return take
    takes = [*work.takes, take]
    if len(takes) < len(work.temperatures):
        return AGAIN
    varied = [made for made in takes if made.compression_ratio <= COMPRESSION_LIMIT]
    return max(varied or takes, key=lambda made: made.avg_logprob)


def _timed_word(word: dict[str, Any]) -> TimedWord:
    start, end, probability = float(word["start"]), float(word["end"]), float(word["probability"])
    return TimedWord(word["word"], start, end, probability, len(word["tokens"]))
