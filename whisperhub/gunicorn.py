"""Gunicorn's configuration, for `manage.py run` and for production alike."""

from __future__ import annotations

import gc
import os
import resource
import shutil
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from . import heaps
from .env import data_dir, env
from .logs import formatter
from .patient_socket import PatientSocket
from .systemd import watchdog
from .web_threads import WebThreads


class WatchedThreadWorker(ThreadWorker):  # type: ignore[misc]  # the library has no types
    """The main loop, which takes in every connection, feeds systemd's watchdog beside gunicorn's own.

    No connection holds a thread for ever with a request that trickles in or an answer that nobody reads, and none the
    main loop.
    """

    def get_thread_pool(self) -> WebThreads:
        """Called once."""
        return WebThreads(self.cfg.threads)

    def enqueue_req(self, conn: Any) -> None:
        """Called for a new connection, and for one that is kept alive when its next request begins."""
        if not isinstance(conn.sock, PatientSocket):
            conn.sock = PatientSocket.of(conn.sock)
        conn.sock.expect_request()
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """A thread's work. What follows it, the main loop does: there nobody must be waited for."""
        result = super().handle(conn)
        if not result:  # the connection ends here
            conn.sock.part()
        return result

    def notify(self) -> None:
        """Called by the main loop at least every second."""
        super().notify()
        watchdog.feed()


# Threads, not async: measured, an ASGI server spools a large multipart body twice and buffers sync streams.
worker_class = WatchedThreadWorker
# Two: while the interpreter of one is busy with bodies of uploads, the other's serves pages. Measured with 100 pages,
# 100 programs and 20 uploads on two cores: a page of the library took 0.3 s at the median, with one process 8.9 s.
workers = env.int("WHISPERHUB_WEB_PROCESSES", default=2)
preload_app = True  # what all of them loaded is in memory once, and loaded once
threads = env.int("WHISPERHUB_WEB_THREADS", default=512)
worker_connections = 2000
keepalive = 30
# The heartbeat is the main thread's, not a request's: a request may wait for its words for fifteen minutes.
timeout = 60
graceful_timeout = 5
# Our own middleware writes it, with what gunicorn cannot know: the route and the transcript.
accesslog = None
errorlog = "-"
loglevel = "warning"
proc_name = "whisperhub-web"

heaps.keep_few()

# A connection is an open file, and a waiting client is a connection: the usual soft limit of 1,024 is soon reached.
_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (_hard, _hard))


# Each web process keeps its part of the figures here; whichever is asked for /metrics tells the sum.
METRICS_DIR: Path = data_dir() / "metrics"
# The library looks for it when it is imported, which the application does.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS_DIR)


def on_starting(server: Any) -> None:
    """What the processes of an earlier start counted is no longer ours."""
    shutil.rmtree(METRICS_DIR, ignore_errors=True)
    METRICS_DIR.mkdir(parents=True)


def when_ready(server: Any) -> None:
    """The application is loaded, and the processes are forked next.

    Their collectors leave alone what is frozen: to look at an object they write to it, and then it is shared no longer.
    """
    gc.collect()
    gc.freeze()


class GunicornLogger(Logger):  # type: ignore[misc]  # the library has no types
    """Gunicorn's own words in the shape of our log."""

    def setup(self, cfg: Any) -> None:
        """In every process of the server, before Django is there."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(formatter())


logger_class = GunicornLogger
