"""Files that no row knows: a process that is killed between storing a file and committing its row leaves one behind."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.core.files.storage import default_storage
from django.utils import timezone

from .models import Recording

logger = logging.getLogger(__name__)

FOLDERS = 256
"""So many folders there are: `models.recording.storage_name` spreads the files by the last two digits of their ids."""
FOLDERS_AT_ONCE = 12
"""Looked at in an hour, so that each one's turn comes every day: listing a large storage takes its time."""
YOUNG = timedelta(days=1)
"""A file may be younger than its row, which is committed after it."""


def remove_orphans(at: datetime | None = None) -> int:
    """Delete old files without a row from the folders whose hour it is. Returns how many.

    Where a folder holds more strangers than files that we know, this is not what a crash leaves: it rather is another
    database, or an old copy of ours, over these files. That is said in the log, and nothing of it is touched.
    """
    now = at or timezone.now()
    hour = int(now.timestamp()) // 3600
    names = (f"recordings/{(hour * FOLDERS_AT_ONCE + number) % FOLDERS:02x}" for number in range(FOLDERS_AT_ONCE))
    return sum(_remove_from(name, now) for name in names)


def _remove_from(folder: str, now: datetime) -> int:
    try:
        _, files = default_storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever kept there
        return 0
    ids = {name: UUID(hex=name) for name in files if _is_ours(name)}
    known = set(Recording.objects.filter(pk__in=ids.values()).values_list("pk", flat=True))
    strangers = [f"{folder}/{name}" for name, pk in ids.items() if pk not in known]
    old = [name for name in strangers if default_storage.get_modified_time(name) < now - YOUNG]
    if len(old) > len(known):
        logger.warning("%d files in %s have no row, %d have one; none is deleted", len(old), folder, len(known))
        return 0
    for name in old:
        default_storage.delete(name)
        logger.warning("Deleted %s, which no row knows", name)
    return len(old)


def _is_ours(name: str) -> bool:
    try:
        return UUID(hex=name).hex == name
    except ValueError:
        return False
