"""`manage.py benchmark`: how fast this machine is with its model, beside what is documented for a Quadro M4000."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from transcripts.engine import MediaError, ReaderLost
from transcripts.engine.engine import Engine
from transcripts.measuring import Measured, measure, write_repeated

from .gpu_worker import load_or_exit

SAMPLE: Path = settings.BASE_DIR / "demo" / "samples" / "en-long.flac"
WARM_UP_SECONDS = 10.0
MOST_MINUTES = 600.0
# Documented for large-v3-turbo on a Quadro M4000, by minutes of audio.
DOCUMENTED = {1.0: "10–15 s", 5.0: "45–60 s", 30.0: "4–5 min"}


class Command(BaseCommand):
    help = "Measure how fast this machine transcribes, with the model that is configured. Stop the worker before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--minutes", type=_minutes, nargs="+", default=[1.0, 5.0], help="lengths to measure (default: 1 5)"
        )
        parser.add_argument("--file", type=Path, default=SAMPLE, help="speech of your own, instead of the demo's")
        parser.add_argument("--model", help="instead of WHISPER_MODEL: a model id, a directory, or demo")

    def handle(self, *args: Any, **options: Any) -> None:
        engine = load_or_exit(self, options["model"])
        try:
            self.stdout.write(_heading(engine))
            with tempfile.TemporaryDirectory(prefix="whisperhub-benchmark-") as folder:
                # The first call of a model compiles and allocates: that is the start's time, not the audio's.
                _measured(engine, options["file"], WARM_UP_SECONDS, Path(folder))
                for minutes in options["minutes"]:
                    row = _row(minutes, _measured(engine, options["file"], minutes * 60, Path(folder)))
                    self.stdout.write(row)
        except (MediaError, ReaderLost, OSError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        finally:
            engine.close()
        note = engine.info.note
        if note:
            self.stderr.write(self.style.WARNING(note))


def _minutes(text: str) -> float:
    minutes = float(text)
    if not 0 < minutes <= MOST_MINUTES:
        raise ValueError
    return minutes


def _measured(engine: Engine, sample: Path, seconds: float, folder: Path) -> Measured:
    path = write_repeated(sample, seconds, folder / "speech.wav")
    with tqdm(total=round(seconds), unit="s", disable=None, file=sys.stderr, leave=False) as bar:
        return measure(engine, path, seconds, bar.update)


def _heading(engine: Engine) -> str:
    info = engine.info
    names = ("audio", "took", "real-time factor", "words", "documented for a Quadro M4000")
    return f"{info.model} on {info.device_name}, {info.compute_type}\n\n{_columns(*names)}"


def _row(minutes: float, found: Measured) -> str:
    took = f"{found.took:.1f} s" if found.took < 120 else f"{found.took / 60:.1f} min"
    known = DOCUMENTED.get(minutes, "")
    return _columns(f"{minutes:g} min", took, f"{found.real_time_factor:.3f}", str(found.words), known)


def _columns(audio: str, took: str, factor: str, words: str, known: str) -> str:
    return f"{audio:>8}  {took:>10}  {factor:>16}  {words:>7}  {known}".rstrip()
