"""Backup and restore: one archive with the database as it was at one moment and the recordings that it names.

The service may run while a backup is made; it must not while one is restored. Archives are tar files: a copy of the
database, then the media, then a manifest with the size and SHA-256 of each.
"""

from .archive import BackupError, Manifest, verify
from .making import make
from .restoring import restore

__all__ = ["BackupError", "Manifest", "make", "restore", "verify"]
