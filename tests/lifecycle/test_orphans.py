"""Files without a row: found in their folder's hour, and left alone where it is the rows that are missing."""

from __future__ import annotations

import os
import uuid
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from tests.rows import recording
from transcripts import orphans
from transcripts.models.recording import storage_name

pytestmark = pytest.mark.django_db
FOLDER = "3f"


def _id() -> uuid.UUID:
    return uuid.UUID(hex=uuid.uuid4().hex[:-2] + FOLDER)


def _kept_file(name: str) -> Path:
    path = Path(default_storage.path(default_storage.save(name, ContentFile(b"sound"))))
    old = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(path, (old, old))
    return path


def _known() -> Path:
    pk = _id()
    row = recording(pk=pk, file=f"recordings/{FOLDER}/{pk.hex}")
    assert storage_name(row, "") == row.file.name
    return _kept_file(str(row.file.name))


def _stranger() -> Path:
    return _kept_file(f"recordings/{FOLDER}/{_id().hex}")


def _a_whole_day() -> int:
    now = timezone.now()
    return sum(orphans.remove_orphans(now + timedelta(hours=hour)) for hour in range(24))


def test_within_a_day_a_file_that_no_row_knows_is_gone_and_no_other() -> None:
    known, stranger = [_known(), _known()], _stranger()
    assert _a_whole_day() == 1
    assert [path.exists() for path in (*known, stranger)] == [True, True, False]


def test_a_young_file_may_still_get_its_row() -> None:
    _known()
    stranger = _stranger()
    os.utime(stranger)
    assert orphans.remove_orphans(_hour_of_the_folder()) == 0
    assert stranger.exists()


def test_where_the_rows_are_missing_nothing_is_deleted(caplog: pytest.LogCaptureFixture) -> None:
    strangers = [_stranger(), _stranger()]
    _known()
    assert _a_whole_day() == 0
    assert all(path.exists() for path in strangers)
    assert "2 files in recordings/3f have no row, 1 have one; none is deleted" in caplog.text


def test_what_bears_no_name_of_ours_is_left_alone() -> None:
    _known()
    foreign = _kept_file(f"recordings/{FOLDER}/README")
    assert _a_whole_day() == 0
    assert foreign.exists()


def _hour_of_the_folder() -> datetime:
    """An hour from now in which the folder is looked at."""
    wanted = int(FOLDER, 16)
    now = timezone.now()
    for hour in range(24):
        at = now + timedelta(hours=hour)
        first = int(at.timestamp()) // 3600 * orphans.FOLDERS_AT_ONCE % orphans.FOLDERS
        if (wanted - first) % orphans.FOLDERS < orphans.FOLDERS_AT_ONCE:
            return at
    raise AssertionError("no hour of the day looks at it")
