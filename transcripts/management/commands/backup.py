from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from transcripts import backup


class Command(BaseCommand):
    help = "Write the database and all recordings into one archive. The service may run meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("destination", type=Path, help="a folder, or the path of a file that is not there yet")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            path, manifest = backup.make(options["destination"])
        except backup.BackupError as error:
            raise CommandError(str(error)) from error
        size = sum(file.size for file in manifest.files.values())
        self.stdout.write(self.style.SUCCESS(f"{path}: {len(manifest.media)} recordings, {size / 1e6:.1f} MB."))
        if manifest.missing:
            self.stdout.write(f"Deleted while it was made: {len(manifest.missing)} recordings.")
