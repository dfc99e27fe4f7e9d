"""The one place where models meet the engine: claim a row, run the engine over its media, store what comes, finish.

Runs in the GPU worker only. Many threads may be in `transcribe` at once; they share one engine.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import cast

from django.conf import settings
from django.core.files.storage import default_storage

from . import lifecycle, limits, reasons, tracing
from .access import Actor
from .engine import Job, JobCancelled, Kept, MediaError, Options, UnsupportedTask, WindowResult
from .engine import Segment as EngineSegment
from .engine.types import Priority, Task
from .errors import TooLong
from .exports import milliseconds
from .lifecycle import Lease, LeaseLost
from .models import Failure, Recording, Segment, Transcript
from .orders import engine_options
from .patience import patiently
from .stored_media import open_part
from .worker import Holding, WorkerProcess

logger = logging.getLogger(__name__)

# Enough of them for the longest history that the engine passes on (192 tokens), of two speakers in turn.
KEPT_SEGMENTS = 50


def transcribe_next(worker: WorkerProcess) -> None:
    """Work on the transcript whose turn it is, to its end; at once back where none may be taken now."""
    with worker.next_job() as holding:
        if holding is not None:
            with tracing.working_on(holding.lease.transcript_id):
                _work(holding, worker)


def _work(holding: Holding, worker: WorkerProcess) -> None:
    lease, started = holding.lease, time.monotonic()
    try:
        _run(lease, worker, holding)
        _write(partial(lifecycle.complete, lease, processing_ms=_milliseconds_since(started)))
        logger.info("Transcript %s is done after %.1f s", lease.transcript_id, time.monotonic() - started)
    except LeaseLost:
        logger.info("Transcript %s is no longer ours, stopping", lease.transcript_id)
    except Exception as error:
        with suppress(LeaseLost):  # then the row has already been put right by somebody else
            _write(partial(_end_badly, lease, error, _milliseconds_since(started)))


def _end_badly(lease: Lease, error: Exception, processing_ms: int) -> None:
    if isinstance(error, JobCancelled):  # only a worker that is being stopped cancels a job whose lease it holds
        lifecycle.release(lease, processing_ms=processing_ms)
    elif isinstance(error, MediaError | TooLong):
        lifecycle.fail(lease, Failure.MEDIA, str(error), processing_ms=processing_ms)
    elif isinstance(error, UnsupportedTask):
        lifecycle.fail(lease, Failure.UNSUPPORTED, str(error), processing_ms=processing_ms)
    else:
        logger.error("Transcript %s broke off", lease.transcript_id, exc_info=error)
        reason = reasons.BROKE_OFF % {"error": f"{type(error).__name__}: {error}"}
        lifecycle.requeue(lease, reason, processing_ms=processing_ms)


def _run(lease: Lease, worker: WorkerProcess, holding: Holding) -> None:
    transcript = Transcript.objects.select_related("recording__owner", "recording__api_key").get(pk=lease.transcript_id)
    tracing.current().request_id = transcript.request_id
    recording, options = transcript.recording, _options(transcript)
    info = worker.engine.info_for(options)
    lifecycle.note_model(
        lease,
        model=info.model,
        model_revision=info.revision,
        device=info.device_name,
        compute_type=info.compute_type,
    )
    job = Job(
        id=str(transcript.pk),
        owner=Actor(user=recording.owner, key=recording.api_key).share,
        priority=cast(Priority, transcript.priority),
    )
    with _local_file(recording) as path:
        results = worker.engine.transcribe(
            path,
            options,
            job=job,
            kept=_kept(transcript),
            cancelled=holding.must_stop,
        )
        end = _store(lease, results)
    if options.clip_end is not None:
        return  # what was heard says nothing of the whole
    if recording.duration_ms is None and recording.api_key is not None:
        limits.charge(recording.api_key, end or transcript.transcribed_ms)
    # What decoding counted: some containers only guess (bare AAC, MP3 without an index), some say nothing.
    Recording.objects.filter(pk=recording.pk).update(duration_ms=end or transcript.transcribed_ms)


def _store(lease: Lease, results: Iterator[WindowResult]) -> int:
    """Store every result as it comes; the end of the last one in milliseconds.

    Raises:
        TooLong: the file lied about its length, or told none. What was heard up to there is stored.
    """
    end = 0
    for result in results:
        end = milliseconds(result.end)
        limits.check_heard(end)
        _write(partial(_store_window, lease, result, end))
    return end


def _store_window(lease: Lease, result: WindowResult, end_ms: int) -> None:
    lifecycle.store_window(
        lease,
        [_row(segment) for segment in result.segments],
        transcribed_ms=end_ms,
        language=result.language,
        language_probability=result.language_probability,
        peaks=result.peaks,
    )


def _write(verb: Callable[[], None]) -> None:
    """A database that is away costs nothing while our lease may still be good."""
    patiently(verb, seconds=settings.LEASE_SECONDS)


def _options(transcript: Transcript) -> Options:
    # A resumed transcript keeps the language that its first windows were heard in.
    language = transcript.language_requested or (transcript.language if transcript.transcribed_ms else "")
    return Options(language=language or None, task=cast(Task, transcript.task), **engine_options(transcript.options))


def _kept(transcript: Transcript) -> Kept:
    """What earlier attempts stored: where the next window begins, and what was said last."""
    last = list(transcript.segments.order_by("-index")[:KEPT_SEGMENTS]) if transcript.transcribed_ms else []
    said = [
        EngineSegment(
            start=row.start_ms / 1000,
            end=row.end_ms / 1000,
            text=row.text,
            speaker=row.speaker,
            language=row.language,
            tokens=tuple(row.tokens),
            temperature=row.temperature,
            compression_ratio=row.compression_ratio,
        )
        for row in reversed(last)
    ]
    return Kept(transcript.transcribed_ms / 1000, tuple(said))


def _row(segment: EngineSegment) -> Segment:
    """Seconds become integer milliseconds here, and nowhere else."""
    return Segment(
        start_ms=milliseconds(segment.start),
        end_ms=milliseconds(segment.end),
        text=segment.text,
        speaker=segment.speaker,
        language=segment.language,
        words=[
            {
                "word": w.text,
                "start_ms": milliseconds(w.start),
                "end_ms": milliseconds(w.end),
                "probability": round(w.probability, 4),
            }
            for w in segment.words
        ],
        seek=segment.seek,
        tokens=list(segment.tokens),
        temperature=segment.temperature,
        avg_logprob=segment.avg_logprob,
        compression_ratio=segment.compression_ratio,
        no_speech_prob=segment.no_speech_prob,
        flags=list(segment.flags),
    )


@contextmanager
def _local_file(recording: Recording) -> Iterator[Path]:
    """The media as a local path: decoding seeks, which remote storage does badly.

    Raises:
        FileNotFoundError: the storage has no such file. Not the sender's fault, so not an error of the media.
    """
    name = str(recording.file.name)
    with closing(open_part(name)) as source:
        try:
            path = default_storage.path(name)
        except NotImplementedError:  # Django's word for a storage without local paths
            with tempfile.NamedTemporaryFile(prefix="media-") as copy:
                shutil.copyfileobj(source, copy, 1024 * 1024)
                copy.flush()
                yield Path(copy.name)
        else:
            yield Path(path)


def _milliseconds_since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
