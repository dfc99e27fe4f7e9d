"""`manage.py create_api_key NAME`: a new key, printed once, alone on the last line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from transcripts import keys
from transcripts.models import ApiKey, Scope


class Command(BaseCommand):
    help = "Make an API key and print it: the only time that it is shown."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="which program uses it")
        parser.add_argument(
            "--scope",
            action="append",
            choices=Scope.values,
            help="what it may do; may be repeated (default: transcribe)",
        )
        parser.add_argument("--days", type=int, help="days until it expires (default: never)")

    def handle(self, *args: Any, **options: Any) -> None:
        name: str = options["name"].strip()
        days: int | None = options["days"]
        if not name or len(name) > 100:
            raise CommandError("The name must have 1 to 100 characters.")
        if days is not None and not 1 <= days <= 36500:
            raise CommandError("--days must lie between 1 and 36500.")
        row = ApiKey(
            name=name,
            scopes=options["scope"] or [Scope.TRANSCRIBE.value],
            expires_at=timezone.now() + timedelta(days=days) if days else None,
        )
        key = keys.make(row, None)
        self.stdout.write(f"Key for {name}, scopes {', '.join(row.scopes)}. It is shown once:")
        self.stdout.write(key)
