from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from transcripts import search


class Command(BaseCommand):
    help = "Make the search index anew. The service may run meanwhile, but does not find everything until it is done."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--resume", action="store_true", help="go on where an earlier run was interrupted")

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        for progress in search.rebuild(resume=options["resume"]):
            done = progress.done
            self.stdout.write(f"{progress.done} of {progress.total} segments")
        self.stdout.write(self.style.SUCCESS(f"The search index is complete: {done} segments."))
