"""The doorbell: a message that says "look at this row". It may be lost or repeated; the row is the truth."""

from __future__ import annotations

import logging
from functools import partial
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def ring(transcript_id: UUID) -> None:
    """Ask the GPU workers to look at this row, once the current transaction is committed. Never raises."""
    transaction.on_commit(partial(_send, f"transcript {transcript_id}", "transcripts.transcribe", str(transcript_id)))


def ring_for_deliveries() -> None:
    """Ask whoever sends webhooks to look what is due, once the current transaction is committed. Never raises."""
    transaction.on_commit(partial(_send, "webhooks", "transcripts.deliver"))


def _send(what: str, task: str, *arguments: str) -> None:
    try:
        current_app.send_task(task, args=arguments)
    except (OperationalError, OSError) as error:
        # The row is stored, the sweeper rings again: a queue that is away delays the work and loses nothing.
        logger.warning("Could not ring for %s, the sweeper will: %s", what, error)
