"""Making a backup while the service runs."""

from __future__ import annotations

import os
import tarfile
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from transcripts.stored_media import open_part

from .archive import MEDIA, BackupError, Manifest, Writer
from .databases import copied

_SHORTEST_NAME = "whisperhub-%Y%m%d-%H%M%S.tar"


def make(destination: Path, at: datetime | None = None) -> tuple[Path, Manifest]:
    """Write an archive into a folder, or to a path that is not there yet; where it lies, and what it holds.

    First the database, then the media that this copy names: what comes in meanwhile is left to the next backup, what is
    deleted meanwhile is noted as missing. The archive has its name only when it is whole. Mode 0600.

    Raises:
        BackupError: it cannot be made.
    """
    now = at or timezone.now()
    path = destination / now.strftime(_SHORTEST_NAME) if destination.is_dir() else destination
    if path.exists():
        raise BackupError(f"{path} is there already; backups are not overwritten.")
    partial = path.with_name(f"{path.name}.partial")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                manifest = _fill(tar, now, path.parent)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return path, manifest


def _fill(tar: tarfile.TarFile, now: datetime, folder: Path) -> Manifest:
    # Beside the archive, where there is room for it, and not in a /tmp that may be memory.
    with tempfile.TemporaryDirectory(dir=folder, prefix=".backup-") as scratch, copied(Path(scratch)) as (copy, media):
        applied = MigrationRecorder(connection).applied_migrations()
        manifest = Manifest(
            version=settings.VERSION,
            vendor=connection.vendor,
            made_at=now.isoformat(timespec="seconds"),
            database=copy.name,
            migrations=sorted(name for app, name in applied if app == "transcripts"),
            tables=sorted(connection.introspection.table_names()),
        )
        writer = Writer(tar, manifest)
        with copy.open("rb") as source:
            writer.add(copy.name, source, copy.stat().st_size)
    for name in media:
        try:
            _add_media(writer, name)
        except FileNotFoundError:
            manifest.missing.append(name)
    writer.finish()
    return manifest


def _add_media(writer: Writer, name: str) -> None:
    """One recording, streamed: a remote storage's own file would first fetch all of it into a /tmp."""
    try:
        size = default_storage.size(name)
        with closing(open_part(name)) as stored:
            writer.add(MEDIA + name, stored, size)
    except OSError:
        raise
    except Exception as error:  # each remote storage has errors of its own
        raise BackupError(f"The storage of the recordings does not answer: {error}") from error
