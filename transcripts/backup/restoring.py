"""Putting a backup back: checked to its last byte before anything is touched."""

from __future__ import annotations

import hashlib
import re
import tempfile
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from transcripts import audit
from transcripts.models import Recording, Transcript, Upload, Worker
from transcripts.stored_media import open_part

from .archive import MEDIA, BackupError, Manifest, Member, Reader, reading
from .databases import put_back

_CHUNK_BYTES = 1024**2
# As `models.recording.storage_name` makes them: an archive from elsewhere cannot write anywhere else.
_OURS = re.compile(r"recordings/[0-9a-f]{2}/[0-9a-f]{32}")


def restore(path: Path, *, replace: bool = False) -> Manifest:
    """Make this installation what it was when the archive was made, and bring it up to this version.

    Media first, then the database in one step: interrupted, it is run again.

    Raises:
        BackupError: the archive is damaged, of another database or of a later version; somebody is at work here; or
            there are recordings or people here and `replace` is not set. Nothing was changed.
    """
    with reading(path) as reader:
        manifest = reader.manifest
        _check_fits(manifest)
        _check_target(replace)
        reader.verify()
        for name in manifest.media:
            _put_media(reader, name, manifest.files[MEDIA + name])
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=".restore-") as scratch:
            copy = Path(scratch) / Path(manifest.database).name
            with reader.opened(manifest.database) as member, copy.open("wb") as target:
                while chunk := member.read(_CHUNK_BYTES):
                    target.write(chunk)
            put_back(copy, manifest.tables)
    call_command("migrate", verbosity=0, interactive=False)
    _settle(manifest)
    return manifest


def _check_fits(manifest: Manifest) -> None:
    if manifest.vendor != connection.vendor:
        raise BackupError(f"The archive is of {manifest.vendor}, this installation uses {connection.vendor}.")
    if strange := [name for name in manifest.media if not _OURS.fullmatch(name)]:
        raise BackupError(f"The archive holds {strange[0]!r}, which is no recording of ours.")
    known = {
        name for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations if app == "transcripts"
    }
    if later := set(manifest.migrations) - known:
        raise BackupError(f"The archive is of version {manifest.version}, later than this one: it knows {max(later)}.")


def _check_target(replace: bool) -> None:
    if Recording._meta.db_table not in connection.introspection.table_names():
        return
    if Worker.objects.alive().exists():
        raise BackupError("A worker is at work here. Stop the service first: all of its processes.")
    if not replace and (Recording.objects.exists() or User.objects.exists()):
        raise BackupError("There are recordings or people here. With --replace they are replaced by the archive's.")


def _put_media(reader: Reader, name: str, expected: Member) -> None:
    """One recording, under its own name. What is there already and is the same stays."""
    if default_storage.exists(name):
        if default_storage.size(name) == expected.size and _hash(name) == expected.sha256:
            return
        default_storage.delete(name)
    with reader.opened(MEDIA + name) as member:
        kept = default_storage.save(name, File(member, name))
    if kept != name:
        raise BackupError(f"The storage keeps {name} as {kept}.")


def _hash(name: str) -> str:
    found = hashlib.sha256()
    with closing(open_part(name)) as stored:
        while chunk := stored.read(_CHUNK_BYTES):
            found.update(chunk)
    return found.hexdigest()


def _settle(manifest: Manifest) -> None:
    """What the archive cannot hold: halves of uploads, whoever was at work, and media that was deleted meanwhile."""
    Transcript.objects.exclude(lease_expires_at=None).update(lease_expires_at=timezone.now())
    Upload.objects.unfinished().delete()
    gone = Recording.objects.filter(file__in=manifest.missing) if manifest.missing else Recording.objects.none()
    gone.update(file="", audio_deleted_at=timezone.now())
    audit.record(None, "restore backup", None, made_at=manifest.made_at, version=manifest.version)
