"""`python -m benchmarks.quality`: word errors and times, ours against faster-whisper's own: same model, same files.

Baselines:
    sequential  `WhisperModel.transcribe`, beam 5, all its defaults (previous text as prompt), with word times
    with VAD    the same with `vad_filter=True`
    batched     `BatchedInferencePipeline`, batch 8, with timestamps and word times

All recordings are new: held-out sentences in voices that the model was never trained on.
"""

from __future__ import annotations

import argparse
import difflib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel

from benchmarks.report import save, table
from benchmarks.spoken import RATE, Recording, long_recordings, utterances
from demo.recipe.scoring import words
from transcripts.engine import EngineConfig, Job, Options
from transcripts.engine.engine import Engine

MODEL = Path(__file__).parent.parent / "demo" / "model"
SEED = 20261123
SILENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Found:
    """What a system made of a recording: text, and (word, start, end) in seconds."""

    text: str
    words: Sequence[tuple[str, float, float]]
    segments: Sequence[tuple[float, float]]


@dataclass(slots=True)
class Score:
    """Word errors, and how far (seconds) words and sentences are off."""

    errors: int = 0
    words: int = 0
    word_off: list[float] = field(default_factory=list)
    segment_off: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, recording: Recording, found: Found) -> None:
        """Count one recording."""
        true = words(recording.text)
        self.words += len(true)
        self.errors += edits(true, words(found.text))
        self.word_off += word_errors(recording, found)
        self.segment_off += segment_errors(recording, found)

    @property
    def wer(self) -> str:
        """In percent."""
        return f"{100 * self.errors / max(1, self.words):.1f}"

    def times(self) -> list[str]:
        """Median and 95th percentile of both."""
        return [f"{np.percentile(off, q):.2f}" for off in (self.word_off, self.segment_off) for q in (50, 95)]


System = Callable[[Path, bool], Found]


def edits(true: list[str], found: list[str]) -> int:
    """Substituted, missing and invented words."""
    if not true or not found:
        return len(true) + len(found)
    counted = jiwer.process_words(" ".join(true), " ".join(found))
    return counted.substitutions + counted.deletions + counted.insertions


def word_errors(recording: Recording, found: Found) -> list[float]:
    """Seconds between the starts of words that were found and spoken in the same order."""
    spoken = [word for sentence in recording.sentences for word in sentence.words]
    ours = ["".join(words(word[0])) for word in found.words]
    theirs = ["".join(words(word[0])) for word in spoken]
    blocks = difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    return [abs(found.words[a + n][1] - spoken[b + n][1]) for a, b, size in blocks for n in range(size)]


def segment_errors(recording: Recording, found: Found) -> list[float]:
    """Seconds between boundaries, for every spoken sentence that a segment covers for the most part."""
    errors: list[float] = []
    for sentence in recording.sentences:
        for start, end in found.segments:
            if min(end, sentence.end) - max(start, sentence.start) > 0.5 * (sentence.end - sentence.start):
                errors += [abs(start - sentence.start), abs(end - sentence.end)]
    return errors


def ours(engine: Engine, **options: Any) -> System:
    """Our engine with these options."""

    def run(path: Path, mixed: bool) -> Found:
        results = engine.transcribe(path, Options(multilingual=mixed, **options), job=Job(path.stem))
        return _found([segment for result in results for segment in result.segments], "text")

    return run


def theirs(transcribe: Callable[..., Any], **options: Any) -> System:
    """faster-whisper with these options."""
    return lambda path, mixed: _found(
        list(transcribe(str(path), word_timestamps=True, multilingual=mixed, **options)[0]), "word"
    )


def _found(segments: list[Any], name: str) -> Found:
    timed = [(getattr(word, name), word.start, word.end) for segment in segments for word in segment.words or ()]
    return Found(
        " ".join(segment.text for segment in segments), timed, [(segment.start, segment.end) for segment in segments]
    )


def systems(engine: Engine) -> dict[str, System]:
    """All that are compared, baseline first."""
    model = WhisperModel(str(MODEL), device="cpu", compute_type="int8")
    batched = BatchedInferencePipeline(model)
    return {
        "sequential": theirs(model.transcribe),
        "with VAD": theirs(model.transcribe, vad_filter=True),
        "batched": theirs(batched.transcribe, batch_size=8, without_timestamps=False),
        "ours, fast": ours(engine, profile="fast"),
        "ours, careful": ours(engine, profile="careful"),
    }


def measure(system: System, recordings: Sequence[Recording], folder: Path, *, threads: int = 1) -> Iterator[Score]:
    """A score for each recording."""
    paths = [recording.write(folder) for recording in recordings]
    mixed = [len({sentence.language for sentence in recording.sentences}) > 1 for recording in recordings]
    started = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        for recording, found in zip(recordings, pool.map(system, paths, mixed), strict=True):
            score = Score()
            score.add(recording, found)
            yield score
            score.seconds, started = time.perf_counter() - started, time.perf_counter()


def total(scores: Sequence[Score]) -> Score:
    """All of them as one."""
    return Score(
        sum(score.errors for score in scores),
        sum(score.words for score in scores),
        [off for score in scores for off in score.word_off],
        [off for score in scores for off in score.segment_off],
        sum(score.seconds for score in scores),
    )


HEADER = ["WER %", "word start median s", "p95 s", "sentence bounds median s", "p95 s", "run time s"]


def compare(compared: dict[str, System], recordings: Sequence[Recording], folder: Path) -> tuple[str, str]:
    """A table of sums, and one of word error rates recording by recording."""
    rows, columns = [], []
    for name, system in compared.items():
        scores = list(measure(system, recordings, folder, threads=8 if "ours" in name else 1))
        whole = total(scores)
        rows.append([name, whole.wer, *whole.times(), f"{whole.seconds:.0f}"])
        columns.append([score.wer for score in scores])
        print(rows[-1], flush=True)
    each = [[r.name, f"{r.seconds:.0f}", *(column[n] for column in columns)] for n, r in enumerate(recordings)]
    return table(["", *HEADER], rows), table(["WER % of", "s", *compared], each)


def silent(compared: dict[str, System], folder: Path) -> str:
    """Words found where nobody speaks."""
    rng = np.random.default_rng(SEED)
    size = SILENCE_SECONDS * RATE
    sounds = {
        "silence": np.zeros(size, np.float32),
        "white noise": (0.02 * rng.standard_normal(size)).astype(np.float32),
        "hum": (0.1 * np.sin(2 * np.pi * 50 * np.arange(size) / RATE)).astype(np.float32),
    }
    rows = []
    for name, sound in sounds.items():
        path = Recording(name, sound, ()).write(folder)
        rows.append([name, *(len(words(system(path, False).text)) for system in compared.values())])
    return table(["words found in 60 s of", *compared], rows)


def main() -> None:
    """Measure and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--utterances", type=int, default=200)
    args = parser.parse_args()
    engine = Engine.load(EngineConfig(model="demo", device="cpu"))
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            compared = systems(engine)
            long, each = compare(compared, long_recordings(SEED), folder)
            few = {key: compared[key] for key in ("sequential", "ours, fast")}
            short, _ = compare(few, utterances(args.utterances, SEED), folder)
            nothing = silent(compared, folder)
    finally:
        engine.close()
    save(
        "quality",
        "Quality: word errors and times against faster-whisper's own paths",
        "python -m benchmarks.quality",
        f"{args.utterances} single sentences:",
        short,
        "Ten long recordings together:",
        long,
        each,
        nothing,
    )


if __name__ == "__main__":
    main()
