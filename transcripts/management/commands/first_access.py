"""`manage.py first_access`: how the first person and the first program come in, each made once."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from django.core.management.base import BaseCommand, CommandParser

from transcripts import first_run, passwords


class Command(BaseCommand):
    help = "Make the first administrator and the first API key where there are none, and tell of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--key", type=Path, required=True, help="file that keeps the first key, for its owner only")
        parser.add_argument("--address", default="", help="what people type to reach the pages: http://hub.example.org")
        parser.add_argument("--only-key", action="store_true", help="make the key, and no administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        first_run.first_key(options["key"])
        if options["only_key"]:
            return
        link = first_run.first_link()
        if link is None:
            self.stdout.write("There is an administrator already.")
        else:
            self.stdout.write(f"Choose the password of {first_run.ADMIN_NAME}, within {passwords.LINK_HOURS} hours:")
            self.stdout.write(urljoin(options["address"], link))
        self.stdout.write(f"First API key, in {options['key']}:")
        self.stdout.write(options["key"].read_text().strip())
