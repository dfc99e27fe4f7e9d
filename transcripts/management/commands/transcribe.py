"""`manage.py transcribe FILE…`: words out of files on this machine, without the service."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from transcripts.engine import MediaError, Options, ReaderLost, UnsupportedTask
from transcripts.engine.apart.media import probe
from transcripts.errors import BadOptions
from transcripts.exports import FORMATS, Document
from transcripts.models import Task
from transcripts.orders import engine_options, order
from transcripts.standalone import transcribe_files
from transcripts.whole_files import write_whole

from .gpu_worker import load_or_exit

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells count


class Command(BaseCommand):
    help = "Transcribe files on this machine and write the words beside them. Needs no running service."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--format", choices=FORMATS, default="srt", help="what is written (default: srt)")
        parser.add_argument("--output", type=Path, metavar="DIR", help="write there instead of beside each file")
        parser.add_argument("--stdout", action="store_true", help="write to standard output instead")
        parser.add_argument("--force", action="store_true", help="write over what is there")
        parser.add_argument("--language", help="code or English name (default: detect)")
        parser.add_argument("--task", choices=Task.values, default=Task.TRANSCRIBE.value)
        parser.add_argument("--prompt", help="what was said before, or names to spell that way")
        parser.add_argument("--hotwords", help="names and terms to expect")
        parser.add_argument("--model", help="instead of WHISPER_MODEL: a model id, a directory, or demo")

    def handle(self, *args: Any, **given: Any) -> None:
        options, files = _options(given), list(dict.fromkeys(given["files"]))
        missing = [str(path) for path in files if not path.is_file()]
        if missing:
            raise CommandError(f"{', '.join(missing)}: no such file.")
        targets = {} if given["stdout"] else _targets(files, given)
        engine = load_or_exit(self, given["model"])
        chosen = FORMATS[given["format"]]

        def write(path: Path, document: Document) -> None:
            if given["stdout"]:
                sys.stdout.buffer.write(chosen.render(document))
                sys.stdout.buffer.flush()
            else:
                write_whole(targets[path], chosen.render(document))

        try:
            with tqdm(total=round(sum(map(_seconds, files))), unit="s", disable=None, file=sys.stderr) as bar:
                failed = transcribe_files(engine, files, options, write, bar.update)
        except UnsupportedTask as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            sys.exit(EXIT_INTERRUPTED)
        finally:
            engine.close()
        for path, reason in failed.items():
            self.stderr.write(self.style.ERROR(f"{path}: {reason}"))
        if failed:
            sys.exit(EXIT_FAILED)


def _options(given: dict[str, Any]) -> Options:
    """The engine's options. The task is asked of the model itself: there may be no database to tell of workers."""
    try:
        wanted = order({name: given[name] for name in ("language", "prompt", "hotwords")})
        return Options(language=wanted.language or None, task=given["task"], **engine_options(wanted.options))
    except BadOptions as error:
        raise CommandError(str(error)) from error


def _targets(files: list[Path], given: dict[str, Any]) -> dict[Path, Path]:
    """Where each file's words go; all of it is checked before the model is loaded."""
    folder: Path | None = given["output"]
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    ending = FORMATS[given["format"]].extension
    targets = {path: (folder or path.parent) / f"{path.stem}.{ending}" for path in files}
    taken = [str(target) for target, count in Counter(targets.values()).items() if count > 1]
    if taken:
        raise CommandError(f"Several files would be written to {', '.join(taken)}. Transcribe them one by one.")
    there = [str(target) for target in targets.values() if target.exists()]
    if there and not given["force"]:
        raise CommandError(f"{', '.join(there)}: there already. --force writes over it.")
    return targets


def _seconds(path: Path) -> float:
    """For the progress bar only: what cannot be read is told when its turn comes."""
    try:
        return probe(path).duration or 0.0
    except (MediaError, ReaderLost, OSError):
        return 0.0
