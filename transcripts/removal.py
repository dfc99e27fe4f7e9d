"""Deleting a recording: its rows and its file, from every face the same way."""

from __future__ import annotations

import logging
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction

from . import lifecycle
from .models import Recording

logger = logging.getLogger(__name__)


def delete_recording(recording: Recording) -> None:
    """Stop what runs on it, delete its rows, then its file: a file without a row is found later, the reverse is not."""
    name = str(recording.file.name)
    for transcript_id in recording.transcripts.open().values_list("pk", flat=True):
        lifecycle.cancel(transcript_id)
    with transaction.atomic():
        recording.delete()
        transaction.on_commit(partial(_delete_file, name))


def _delete_file(name: str) -> None:
    try:
        default_storage.delete(name)
    except OSError:
        logger.exception("Could not delete the media file %s; its rows are gone", name)
