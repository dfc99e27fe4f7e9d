"""What the model thread does with a batch: language detection, or windows → tokens, scores and word times.

Quality rules are those of Whisper's own sequential path, per window: a failed decoding is tried again at a higher
temperature, a window without speech gives nothing, and where the decoder stopped before the speech did, it goes on from
its last timestamp.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import Any, Final, TypeVar

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_compression_ratio, get_suppressed_tokens, merge_punctuations

from .audio import Audio
from .scheduler import AGAIN, Again
from .takes import Take, best
from .words import TimedWord
from .work import FRAMES_PER_SECOND, MAX_LENGTH, Answer, AnyWork, DecodeWork, DetectWork, Encoded, Languages

BEAM_SIZE: Final = 5
BEST_OF: Final = 5
"""Whisper's own defaults (`transcribe.py` of openai/whisper), both."""
UNHEARD_SECONDS: Final = 1.0
"""Speech after the last timestamp, by the voice detector, that is worth another decoding; less is its margin."""
PROGRESS_SECONDS: Final = 1.0
"""What a decoding must have covered for another one to go on from there; so a window ends after 30 at most."""
PREPENDED: Final = "\"'“¿([{-"
APPENDED: Final = "\"'.。,，!！?？:：”)]}、"
"""Marks that belong to the word after or before them; faster-whisper's lists."""
PIECES: Final[Mapping[str, int]] = {"cpu": 1, "cuda": 8}
"""Windows that are encoded or aligned in one call. Each takes memory for all that it computes at once: 35 MB a window
with the demo model, most of it for the probability of every word at every token, which no model makes smaller. On a
processor more at once are no quicker (0.02 s of it to align one alone, 0.05 s for each of eight), a card should be full
with eight. Decoding, where a batch pays, keeps next to nothing for each."""

T = TypeVar("T")


class Decoder:
    """The model thread's step; stateless between calls but for the model."""

    def __init__(self, whisper: WhisperModel) -> None:
        self._whisper = whisper
        self._model = whisper.model
        self._piece = PIECES[whisper.model.device]

    def features(self, audio: Audio) -> Audio:
        """Log-mel features, float32[n_mels, 3000], of at most 30 s; for the job threads, needs no model."""
        mel: Audio = pad_or_trim(self._whisper.feature_extractor(audio)[..., :-1])
        return mel

    def encode(self, batch: Sequence[AnyWork]) -> None:
        """Run the encoder alone; its output stays with the works."""
        # All or none: a call that fails leaves the works as they were.
        for work, row in zip(batch, list(self._rows(batch)), strict=True):
            work.encoded = row

    def step(self, batch: Sequence[AnyWork]) -> Sequence[Answer | Again]:
        """Run a batch of equal keys; what a window brings along of the encoder's output is not computed again."""
        fresh = self._rows([work for work in batch if work.encoded is None])
        rows = [next(fresh) if work.encoded is None else work.encoded for work in batch]
        if isinstance(batch[0], DetectWork):
            return self._detect(batch, rows)
        return self._decode([work for work in batch if isinstance(work, DecodeWork)], rows)

    def _rows(self, batch: Sequence[AnyWork]) -> Iterator[Encoded]:
        """Encoder output, window by window, in the processor's memory: rows of several calls can share the next one."""
        to_cpu = self._model.device == "cuda"
        for piece in _pieces(batch, self._piece):
            encoded = self._model.encode(_stacked([work.features for work in piece]), to_cpu=to_cpu)
            # Copies: on a CPU the view is on memory that the model uses again.
            yield from [row.copy() for row in np.asarray(encoded)]

    def _detect(self, batch: Sequence[AnyWork], rows: Sequence[Encoded]) -> list[Languages]:
        answers = self._model.detect_language(_stacked(rows))
        for work, row in zip(batch, rows, strict=True):
            work.encoded = row
        return [{token[2:-2]: probability for token, probability in answer} for answer in answers]

    def _decode(self, batch: Sequence[DecodeWork], rows: Sequence[Encoded]) -> list[Answer | Again]:
        takes = self._generate(batch, rows)
        chosen = [_choose(work, take) for work, take in zip(batch, takes, strict=True)]
        timed = self._with_words(batch, chosen, rows)
        # Only now, so that a call that fails leaves the work as it was.
        return [_conclude(*ended) for ended in zip(batch, takes, timed, rows, strict=True)]

    def _generate(self, batch: Sequence[DecodeWork], rows: Sequence[Encoded]) -> list[Take]:
        temperature = batch[0].temperature
        sampling = {"beam_size": 1, "num_hypotheses": BEST_OF, "sampling_topk": 0, "sampling_temperature": temperature}
        results = self._model.generate(
            _stacked(rows),
            [work.prompt for work in batch],
            max_length=MAX_LENGTH,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=get_suppressed_tokens(batch[0].tokenizer, [-1]),
            **(sampling if temperature > 0 else {"beam_size": BEAM_SIZE}),
        )
        return [_take(work, result) for work, result in zip(batch, results, strict=True)]

    def _with_words(
        self, batch: Sequence[DecodeWork], takes: Sequence[Take | None], rows: Sequence[Encoded]
    ) -> list[Take | None]:
        """Add word times where they are asked for and there are words; one language and task a call."""
        groups: dict[tuple[int, ...], list[int]] = {}
        for index, (work, take) in enumerate(zip(batch, takes, strict=True)):
            if work.word_timestamps and take is not None and take.text_tokens(work.tokenizer):
                groups.setdefault(tuple(work.tokenizer.sot_sequence), []).append(index)
        timed = list(takes)
        for piece in (piece for group in groups.values() for piece in _pieces(group, self._piece)):
            members = [(batch[index], take) for index in piece if (take := takes[index]) is not None]
            aligned = self._align(members, [rows[index] for index in piece])
            for index, (_, take), words in zip(piece, members, aligned, strict=True):
                timed[index] = replace(take, words=words)
        return timed

    def _align(
        self, members: Sequence[tuple[DecodeWork, Take]], rows: Sequence[Encoded]
    ) -> list[tuple[TimedWord, ...]]:
        """Words of windows in one language, by cross-attention."""
        tokenizer = members[0][0].tokenizer
        alignments = self._whisper.find_alignment(
            tokenizer,
            [take.text_tokens(tokenizer) for _, take in members],
            _stacked(rows),
            [ceil((work.seconds - work.offset) * FRAMES_PER_SECOND) for work, _ in members],
        )
        for alignment in alignments:
            merge_punctuations(alignment, PREPENDED, APPENDED)
        return [
            tuple(_timed_word(word, work.offset) for word in alignment if word["word"])
            for (work, _), alignment in zip(members, alignments, strict=True)
        ]


def _conclude(work: DecodeWork, take: Take, chosen: Take | None, encoded: Encoded) -> Answer | Again:
    """The answer, or what is needed for another round: at the next temperature, or of the rest of the window."""
    if chosen is None:
        work.try_again(take, encoded)
        return AGAIN
    rest = rest_of(work, chosen)
    if rest is None:
        return (*work.parts, chosen)
    work.go_on(_up_to_last_timestamp(chosen, work.tokenizer) if chosen.cut_short else chosen, rest)
    return AGAIN


def rest_of(work: DecodeWork, take: Take) -> float | None:
    """The window time (seconds) from which on the window must be heard again; None where the take heard all of it.

    A take may end early because it has no more room for tokens, or because the model lost interest.
    """
    phrases = take.phrases(work.tokenizer)
    reached = max((phrase.end for phrase in phrases if phrase.end is not None), default=take.offset)
    if take.is_silent or reached - take.offset < PROGRESS_SECONDS:
        return None
    if not take.cut_short and phrases[-1].end is None:  # the last phrase goes on to the window's end
        return None
    return reached if work.speech_after(reached) >= UNHEARD_SECONDS else None


def _up_to_last_timestamp(take: Take, tokenizer: Tokenizer) -> Take:
    """Without the unfinished phrase at the end, which is heard again."""
    last = max(index for index, token in enumerate(take.tokens) if token >= tokenizer.timestamp_begin)
    tokens = take.tokens[: last + 1]
    left = sum(1 for token in tokens if token < tokenizer.eot)
    words: list[TimedWord] = []
    for word in take.words:
        left -= word.tokens
        if left < 0:
            break
        words.append(word)
    return replace(take, tokens=tokens, text=tokenizer.decode(list(tokens)).strip(), words=tuple(words))


def _pieces(whole: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (whole[begin : begin + size] for begin in range(0, len(whole), size))


def _stacked(rows: Sequence[Audio | Encoded]) -> ctranslate2.StorageView:
    return ctranslate2.StorageView.from_array(np.stack(rows))


def _take(work: DecodeWork, result: ctranslate2.models.WhisperGenerationResult) -> Take:
    tokens = result.sequences_ids[0]
    text = work.tokenizer.decode(tokens).strip()
    return Take(
        tokens=tuple(tokens),
        text=text,
        temperature=work.temperature,
        # The score is the mean over the text's tokens; Whisper counts the end token too.
        avg_logprob=result.scores[0] * len(tokens) / (len(tokens) + 1),
        compression_ratio=get_compression_ratio(text),
        no_speech_prob=result.no_speech_prob,
        offset=work.offset,
        cut_short=len(tokens) >= work.token_limit,
    )


def _choose(work: DecodeWork, take: Take) -> Take | None:
    """The take if it will do, None for another round if not, the best of all when no temperature is left."""
    seconds = work.speech_after(work.offset)
    if take.is_silent or take.is_good(seconds):
        return take
    takes = [*work.takes, take]
    return best(takes, seconds) if len(takes) == len(work.temperatures) else None


def _timed_word(word: dict[str, Any], offset: float) -> TimedWord:
    start, end, probability = float(word["start"]), float(word["end"]), float(word["probability"])
    return TimedWord(word["word"], offset + start, offset + end, probability, len(word["tokens"]))
