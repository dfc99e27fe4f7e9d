"""The Celery application. Messages are doorbells: small, repeatable, and nothing is lost with them."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, heartbeat_sent, setup_logging, worker_ready

from . import (
    folder_queue,  # noqa: F401  # `folder://`
    systemd,
)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whisperhub.settings")

app = Celery("whisperhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    # The row is the truth, so a broker that is away must not hold up the request that rings: the sweeper rings again.
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2},
    broker_connection_retry_on_startup=True,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    # No remote control, no events, no gossip: nobody listens, and the filesystem transport pays for each.
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    task_default_queue="tasks",
    task_routes={"transcripts.transcribe": {"queue": "gpu"}},
    beat_schedule={
        "sweep": {"task": "transcripts.sweep", "schedule": 5.0, "options": {"expires": 30}},
        "tidy": {"task": "transcripts.tidy", "schedule": 3600.0, "options": {"expires": 1800}},
    },
    beat_scheduler="whisperhub.beat:WatchedScheduler",
)
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_log(**kwargs: Any) -> None:
    """Django has configured it (`whisperhub.logs`): Celery, hearing that somebody did, leaves it as it is."""


@worker_ready.connect
@beat_init.connect
def _tell_ready(**_: Any) -> None:
    systemd.notify("READY=1")


@heartbeat_sent.connect
def _tell_alive(**_: Any) -> None:
    systemd.watchdog.feed()
