"""`python -m benchmarks.occupancy`: how full the batches are, and how near to its computed limit the device works.

Long recordings side by side through the whole engine, for some seconds: decoding, voice detection, scheduling, model.
With `--random turbo` a model of those dimensions with random weights (`benchmarks.random_models`): the arithmetic is
the same; every window is decoded once, with `--tokens`. The limit is computed (`benchmarks.limits`) for the batch and
the tokens that the run had. Without `--random` the demo model is measured.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.bare import DEMO_MODEL
from benchmarks.limits import Limit, Peak, peak_of
from benchmarks.random_models import SIZES, Size, make, speak
from benchmarks.recordings import long_recording
from benchmarks.report import save, table
from transcripts.engine import EngineConfig, Job, JobCancelled, Options
from transcripts.engine.engine import Engine
from transcripts.engine.figures import LoadFigures, StepFigures

DEMO = Size(3, 3, 88, 2)  # demo/README.md
RECORDING_MINUTES = 60
WARM_UP_SECONDS = 5.0
HEADER = [
    *("recordings at once", "audio s/s", "windows a call: encode", "decode", "model at work"),
    *("tokens a decoding", "decodings/s while at work", "limit", "share of the limit"),
]


@dataclass
class Counter:
    """CTranslate2's model, and how much it was asked to decode."""

    model: Any
    windows: int = 0
    tokens: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def generate(self, *args: Any, **options: Any) -> Any:
        """Count, and pass on."""
        results = self.model.generate(*args, **options)
        with self._lock:  # parts of a batch are decoded side by side
            self.windows += len(results)
            self.tokens += sum(len(result.sequences_ids[0]) for result in results)
        return results


def main() -> None:
    """Measure, print, save."""
    options = _arguments()
    with tempfile.TemporaryDirectory(prefix="whisperhub-bench-") as folder:
        path = make(options.random, Path(folder) / options.random) if options.random else DEMO_MODEL
        recording = long_recording(Path(folder), RECORDING_MINUTES)
        if options.random:
            speak(options.tokens)
        engine = Engine.load(EngineConfig(model=str(path), device=options.device, compute_type=options.compute_type))
        try:
            limit = Limit(SIZES.get(options.random, DEMO), _peak(options, engine), engine.info.compute_type)
            counter = _counted(engine)
            _transcribe(engine, recording, max(options.recordings), WARM_UP_SECONDS)
            rows = [_row(engine, counter, limit, recording, jobs, options.seconds) for jobs in options.recordings]
        finally:
            engine.close()
    info = engine.info
    name = "-".join(["occupancy", *filter(None, [options.random]), *([info.device] if info.device != "cpu" else [])])
    where = (
        f"{options.random or 'demo'} on {info.device_name} in {info.compute_type}; {options.seconds:g} s each. Peak: "
        f"{limit.peak.flops / 1e12:.2f} TFLOP/s, {limit.peak.bandwidth / 1e9:.0f} GB/s ({limit.peak.source})."
    )
    command = shlex.join(["python", "-m", "benchmarks.occupancy", *sys.argv[1:]])
    save(name, "Batch occupancy", command, where, table(HEADER, rows))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recordings", type=int, nargs="+", default=[1, 4, 16], help="at once")
    parser.add_argument("--seconds", type=float, default=15.0, help="to measure, for each number of recordings")
    parser.add_argument("--random", choices=SIZES, help="a model of that size with random weights")
    parser.add_argument("--tokens", type=int, default=90, help="of a random model's windows (3 a second of speech)")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--compute-type", default="auto")
    parser.add_argument("--flops", type=float, help="of the device, per second, where it is not known here")
    parser.add_argument("--bandwidth", type=float, help="bytes per second")
    return parser.parse_args()


def _peak(options: argparse.Namespace, engine: Engine) -> Peak:
    if options.flops and options.bandwidth:
        return Peak(options.flops, options.bandwidth, "given")
    return peak_of(engine.info.device_name)


def _counted(engine: Engine) -> Counter:
    decoder = engine._main._tools.decoder
    counter = Counter(decoder._model)
    decoder._model = counter
    return counter


def _transcribe(engine: Engine, path: Path, jobs: int, seconds: float) -> float:
    """Work on so many copies of it for so long; the seconds of audio that came of it.

    The language is named: noise is in none that could be detected.
    """
    over = threading.Event()
    heard = [0.0] * jobs

    def one(number: int) -> None:
        with suppress(JobCancelled):
            job = Job(str(number), str(number), priority="bulk")
            for result in engine.transcribe(path, Options(language="en"), job=job, cancelled=over.is_set):
                heard[number] = result.end

    with ThreadPoolExecutor(jobs) as pool:
        running = [pool.submit(one, number) for number in range(jobs)]
        time.sleep(seconds)
        done = sum(heard)
        over.set()
        for job in running:
            job.result()
    return done


def _row(engine: Engine, counter: Counter, limit: Limit, path: Path, jobs: int, seconds: float) -> list[object]:
    before, windows, tokens, began = engine._main.load_figures(), counter.windows, counter.tokens, time.perf_counter()
    heard = _transcribe(engine, path, jobs, seconds)
    took = time.perf_counter() - began
    done = {step: _since(before, engine._main.load_figures(), step) for step in ("encode", "decode", "interactive")}
    windows, tokens = counter.windows - windows, counter.tokens - tokens
    if not windows:
        raise SystemExit(f"Nothing was decoded within {seconds:g} s: give more --seconds.")
    busy = sum(step.seconds for step in done.values())
    each, batch = tokens / windows, windows / max(done["decode"].calls + done["interactive"].calls, 1)
    rate, best = windows / busy, limit.windows(batch, each)
    return [
        jobs,
        f"{heard / seconds:.0f}",
        f"{done['encode'].batch:.1f}",
        f"{batch:.1f}",
        f"{busy / took:.0%}",
        f"{each:.0f}",
        f"{rate:.2f}",
        f"{best:.2f}",
        f"{rate / best:.0%}",
    ]


def _since(before: LoadFigures, after: LoadFigures, step: Any) -> StepFigures:
    old, new = before.steps.get(step, StepFigures()), after.steps.get(step, StepFigures())
    return StepFigures(
        new.calls - old.calls, new.windows - old.windows, new.seconds - old.seconds, new.audio - old.audio
    )


if __name__ == "__main__":
    main()
