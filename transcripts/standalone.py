"""Transcribing files without the service: an engine in this process, many files at once, no rows and no queue."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from .engine import Job, JobCancelled, MediaError, Options, ReaderLost
from .engine.engine import Engine
from .engine.types import Segment
from .exports import Document, Line, Provenance, Timed, milliseconds

# Files in work at once. They share one model; each one more keeps its batches full while another is being read.
AT_ONCE = 4

Heard = Callable[[float], object]
Write = Callable[[Path, Document], object]


def transcribe_files(
    engine: Engine, paths: Sequence[Path], options: Options, write: Write, heard: Heard = lambda seconds: None
) -> dict[Path, str]:
    """Transcribe `paths` and call `write` with each document, in this thread, as they are done.

    `heard` is called from any thread with seconds of media that are done. Returns the reasons of those that failed.
    A KeyboardInterrupt stops all of them within a second, and is raised again.
    """
    stop = threading.Event()
    failed: dict[Path, str] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        jobs = {pool.submit(_document, engine, path, options, heard, stop): path for path in paths}
        try:
            for job in as_completed(jobs):
                try:
                    write(jobs[job], job.result())
                except (MediaError, ReaderLost, OSError) as error:
                    failed[jobs[job]] = str(error)
        except BaseException:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return failed


def _document(engine: Engine, path: Path, options: Options, heard: Heard, stop: threading.Event) -> Document:
    if stop.is_set():
        raise JobCancelled("It was stopped before it began.")
    done, language = 0.0, ""
    said: list[Line] = []
    for result in engine.transcribe(path, options, job=Job(path.name), cancelled=stop.is_set):
        heard(result.end - done)
        done, language = result.end, language or result.language or ""
        said += [_line(segment) for segment in result.segments]
    info = engine.info_for(options)
    return Document(
        title=path.name,
        language="en" if options.task == "translate" else language,
        duration_ms=milliseconds(done),
        segments=tuple(said),
        provenance=Provenance(
            media_sha256=_sha256(path),
            media_name=path.name,
            model=info.model,
            model_revision=info.revision,
            parameters={"task": options.task, "language": options.language or "detect"},
        ),
    )


def _line(segment: Segment) -> Line:
    words = (Timed(w.text, milliseconds(w.start), milliseconds(w.end), round(w.probability, 4)) for w in segment.words)
    return Line(milliseconds(segment.start), milliseconds(segment.end), segment.text, segment.speaker, tuple(words))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
