"""`manage.py check_readiness`: what `/health/ready` tells, for a host that has no web process."""

from __future__ import annotations

import socket
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from transcripts import readiness
from transcripts.models import Worker


class Command(BaseCommand):
    help = "Look whether database, queue, storage and disk can be used from here, and a worker is at work."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--here", action="store_true", help="it must be a worker of this very host")

    def handle(self, *args: Any, **options: Any) -> None:
        failed = []
        for check in readiness.look():
            self.stdout.write(f"{'ok' if check.ok else 'NOT READY'} {check.name}: {check.detail}")
            if not check.ok:
                failed.append(check.name)
        if options["here"] and "database" not in failed and not self._workers_here():
            failed.append("a worker of this host")
        if failed:
            raise CommandError(f"Not ready: {', '.join(failed)}.")

    def _workers_here(self) -> bool:
        """Say which there are."""
        here = Worker.objects.alive().filter(name__startswith=f"{socket.gethostname()}:")
        for worker in here:
            self.stdout.write(f"{worker.name} has {worker.model} on {worker.device} as {worker.compute_type}")
        return bool(here)
