"""`manage.py gpu_worker`: load the model, then serve the gpu queue until told to stop."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from celery import current_app
from celery.signals import worker_shutting_down
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from transcripts import hanging, sweeper, worker
from transcripts.engine import EngineConfig, ModelUnavailable, UnsupportedDevice
from transcripts.engine.engine import Engine
from whisperhub import heaps, systemd

# sysexits.h EX_CONFIG: a restart would end the same way until somebody changes the configuration.
EXIT_CONFIG = 78
STARS = "*" * 78
# Niceness of a worker whose model takes the processors that the pages need too: these are asked for seldom and shortly,
# and get three times its share then. It loses next to nothing.
BEHIND_PEOPLE = 5


def engine_config() -> EngineConfig:
    """What the settings say about the model."""
    return EngineConfig(
        model=settings.WHISPER_MODEL,
        models_dir=settings.MODELS_DIR,
        device=settings.WHISPER_DEVICE,
        compute_type=settings.WHISPER_COMPUTE_TYPE,
        revision=settings.WHISPER_MODEL_REVISION,
        cpu_threads=settings.WHISPER_CPU_THREADS,
        translate_model=settings.WHISPER_TRANSLATE_MODEL,
        more_models=tuple(settings.WHISPER_MODELS),
        idle_seconds=settings.WHISPER_IDLE_SECONDS,
    )


def load_or_exit(command: BaseCommand, model: str | None) -> Engine:
    """The configured model, or the one called `model`, for a command that works without the service.

    Where it cannot be had the process ends with `EXIT_CONFIG` and the reason.
    """
    config = replace(engine_config(), more_models=())  # one model is all that such a command names
    try:
        return Engine.load(replace(config, model=model, revision=None) if model else config)
    except (ModelUnavailable, UnsupportedDevice) as error:
        command.stderr.write(command.style.ERROR(f"The model cannot be loaded: {error}"))
        sys.exit(EXIT_CONFIG)


def let_people_go_first() -> None:
    """All threads of this process: those that begin from now on too. On Linux alone each has a niceness of its own."""
    if sys.platform == "linux":
        for entry in Path("/proc/self/task").iterdir():
            thread = int(entry.name)
            with suppress(ProcessLookupError):  # it has ended
                os.setpriority(os.PRIO_PROCESS, thread, max(os.getpriority(os.PRIO_PROCESS, thread), BEHIND_PEOPLE))


class Command(BaseCommand):
    help = "Load the speech model and transcribe what waits, many recordings at once, until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--or-demo",
            action="store_true",
            help="for development: run the bundled demo model, and say so, where the real one cannot be had",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        heaps.keep_few()
        try:
            engine = self.load(engine_config(), or_demo=options["or_demo"])
        except (ModelUnavailable, UnsupportedDevice) as error:
            self.stderr.write(self.style.ERROR(f"The worker cannot start: {error}"))
            sys.exit(EXIT_CONFIG)
        if engine.info.device == "cpu":
            let_people_go_first()
        process = worker.WorkerProcess(engine, alive=systemd.watchdog.feed)
        process.start()
        hanging.watch(engine)
        worker.become(process)
        sweeper.ring_for_the_waiting()
        worker_shutting_down.connect(lambda **_: process.drain(), weak=False)
        logging.getLogger(__name__).info("Model %s on %s is ready", engine.info.model, engine.info.device_name)
        served = current_app.Worker(
            queues=["gpu"],
            pool="threads",
            concurrency=settings.WORKER_JOBS,
            hostname=f"gpu@{process.name}",
            quiet=True,
            # Celery's own would tell systemd that all is well although ours has stopped.
            without_heartbeat=True,
        )
        try:
            served.start()
        finally:
            process.stop()
        # Threads of C++ libraries may outlive Python's; everything is written, so leave without waiting for them.
        sys.stdout.flush()
        os._exit(served.exitcode or 0)

    def load(self, config: EngineConfig, *, or_demo: bool) -> Engine:
        """The configured model; with `or_demo` the demo model instead of none, loudly."""
        try:
            return Engine.load(config)
        except ModelUnavailable as error:
            if not or_demo:
                raise
            self.stderr.write(self.style.WARNING(f"{STARS}\n{error}\nStarting with the DEMO MODEL instead.\n{STARS}"))
            return Engine.load(replace(config, model="demo", compute_type="auto", revision=None, more_models=()))
