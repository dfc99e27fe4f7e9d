"""Measures single sentences: words, translation, language and word times."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.transcribe import Segment

from demo.recipe.recordings import Recording, SegmentTruth, short_recordings
from demo.recipe.scoring import Score, words


@dataclass
class ShortFormReport:
    """Everything counted so far. A word error is (start, end) in seconds, later being positive."""

    scores: defaultdict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    languages: defaultdict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    probabilities: list[float] = field(default_factory=list)
    word_errors: list[tuple[float, float]] = field(default_factory=list)
    seconds: float = 0

    def lines(self) -> Iterator[str]:
        """The report, a figure a line."""
        for name in sorted(self.scores):
            yield f"{name}: {self.scores[name]}"
        for kind, right in self.languages.items():
            yield f"language identification, {kind}: {sum(right)}/{len(right)}"
        yield f"language probability: median {np.median(self.probabilities):.3f}, min {min(self.probabilities):.3f}"
        if not self.word_errors:
            return
        starts, ends = np.abs(np.array(self.word_errors)).T
        yield f"word start error: {_spread(starts)} (n={len(starts)})"
        yield f"word end error: {_spread(ends)}"


def measure_short(model: WhisperModel, count: int) -> Iterator[str]:
    """Run all measurements over `count` sentences per language and kind of voice."""
    report = ShortFormReport()
    started = time.monotonic()
    for unheard, recording in short_recordings(count):
        kind = "held-out voices" if unheard else "training voices"
        _measure(model, recording, kind, report)
        report.seconds += recording.truth["duration"]
    yield from report.lines()
    elapsed = time.monotonic() - started
    yield f"short recordings: {report.seconds:.0f} s of audio, {elapsed:.0f} s for everything above"


def joined(segments: Iterable[Segment]) -> str:
    """The text of a transcript."""
    return "".join(segment.text for segment in segments).strip()


def _measure(model: WhisperModel, recording: Recording, kind: str, report: ShortFormReport) -> None:
    audio, truth = recording
    language, expected = truth["language"], truth["segments"][0]
    found, info = model.transcribe(audio, word_timestamps=True)
    segments = list(found)
    report.languages[kind].append(info.language == language)
    report.probabilities.append(info.language_probability)
    if info.language != language:
        segments = list(model.transcribe(audio, language=language, word_timestamps=True)[0])
    report.scores[f"{language} transcribe, {kind}"].add(expected["text"], joined(segments))
    report.word_errors += _word_errors(segments, expected)
    variants: dict[str, dict[str, Any]] = {"no timestamps": {"without_timestamps": True}, "greedy": {"beam_size": 1}}
    for name, options in variants.items():
        text = joined(model.transcribe(audio, language=language, **options)[0])
        report.scores[f"{language} transcribe, {name}"].add(expected["text"], text)
    translation = joined(model.transcribe(audio, language=language, task="translate")[0])
    name = f"es->en translate, {kind}" if language == "es" else "en->en translate"
    report.scores[name].add(expected["english"], translation)


def _word_errors(segments: list[Segment], expected: SegmentTruth) -> list[tuple[float, float]]:
    """Times can be compared only where the words are right."""
    heard = [word for segment in segments for word in segment.words or []]
    if [words(word.word) for word in heard] != [words(text) for text, _, _ in expected["words"]]:
        return []
    pairs = zip(heard, expected["words"], strict=True)
    return [(word.start - start, word.end - end) for word, (_, start, end) in pairs]


def _spread(errors: np.ndarray) -> str:
    return f"mean {errors.mean():.3f} s, median {np.median(errors):.3f}, 95 % {np.percentile(errors, 95):.3f}"
