from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from transcripts import backup


class Command(BaseCommand):
    help = "Make this installation what it was when the archive was made. Stop the service before."
    # There may be no tables yet, or those of another version.
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path)
        parser.add_argument("--check", action="store_true", help="only look whether the archive is whole")
        parser.add_argument("--replace", action="store_true", help="though there are recordings or people here")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["check"]:
                manifest = backup.verify(options["archive"])
            else:
                manifest = backup.restore(options["archive"], replace=options["replace"])
        except backup.BackupError as error:
            raise CommandError(str(error)) from error
        done = "whole" if options["check"] else "restored"
        words = f"The backup of {manifest.made_at} is {done}: {len(manifest.media)} recordings."
        self.stdout.write(self.style.SUCCESS(words))
