"""Decoding and voice detection of a few files at a time, however many jobs run."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from faster_whisper.vad import get_vad_model

from transcripts.engine.decoding import Decoder
from transcripts.engine.engine import Engine
from transcripts.engine.gate import Gate
from transcripts.engine.heard import hear
from transcripts.engine.timemap import TimeMap
from transcripts.engine.windows import Track, Window

WAIT = 10.0
JOBS = 6
AT_ONCE = 2


class Workshop:
    """Makes windows; counts who is at work at the same time."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.doors = threading.Event()
        self.most = 0
        self._inside = 0
        self._lock = threading.Lock()

    def windows(self) -> Iterator[Window]:
        """Three, each made behind the doors."""
        for number in range(3):
            with self._lock:
                self._inside += 1
                self.most = max(self.most, self._inside)
            self.entered.release()
            assert self.doors.wait(WAIT)
            with self._lock:
                self._inside -= 1
            yield Window((Track(np.zeros(16_000, np.float32), ((0.0, 1.0),)),), 1.0, TimeMap([]), float(number))


def test_no_more_files_than_the_gate_admits_are_prepared_at_once(engine: Engine) -> None:
    workshop, gate = Workshop(), Gate(AT_ONCE)
    decoder = Decoder(engine._model.whisper)
    with ThreadPoolExecutor(JOBS) as pool:
        jobs = [pool.submit(lambda: list(hear(workshop.windows(), decoder, gate))) for _ in range(JOBS)]
        for _ in range(AT_ONCE):
            assert workshop.entered.acquire(timeout=WAIT)
        workshop.doors.set()
        made = [job.result(WAIT) for job in jobs]
    assert [[heard.end for heard in job] for job in made] == [[0.0, 1.0, 2.0]] * JOBS
    assert workshop.most == AT_ONCE


def test_a_job_that_is_dropped_frees_its_place(engine: Engine) -> None:
    workshop, gate = Workshop(), Gate(1)
    workshop.doors.set()
    heard = hear(workshop.windows(), Decoder(engine._model.whisper), gate)
    next(heard)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(gate.do, 0.0, lambda: "in").result(WAIT) == "in"


def test_voice_detection_takes_one_thread_per_file() -> None:
    options = get_vad_model().session.get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)
