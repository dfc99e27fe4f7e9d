"""`manage.py watch DIR`: transcribe what is put into a folder, as the key or the person that is named."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from transcripts.access import Actor
from transcripts.errors import BadOptions
from transcripts.exports import FORMATS
from transcripts.models import ApiKey, Scope
from transcripts.orders import order
from transcripts.watching import AlreadyWatched, Watcher, watching_alone


class Command(BaseCommand):
    help = (
        "Send every finished file of a folder to the running service, and put the words beside it. Runs until Ctrl-C."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--key", metavar="NAME", help="whose recordings they are: the API key of this name")
        who.add_argument("--user", metavar="NAME", help="whose recordings they are: this person")
        parser.add_argument("--format", action="append", choices=FORMATS, help="may be repeated (default: srt)")
        parser.add_argument("--output", type=Path, metavar="DIR", help="write the words there")
        parser.add_argument("--language", help="code or English name (default: detect)")
        parser.add_argument("--task", help="transcribe or translate")
        parser.add_argument("--model", help="one of the configured models (default: the hub's)")
        parser.add_argument("--interval", type=float, default=2.0, help="seconds between two looks (default: 2)")
        parser.add_argument("--once", action="store_true", help="end when nothing is left in the folder")

    def handle(self, *args: Any, **given: Any) -> None:
        folder: Path = given["folder"]
        for path in filter(None, (folder, given["output"])):
            if not path.is_dir():
                raise CommandError(f"{path} is no folder.")
        try:
            wanted = order({name: given[name] for name in ("language", "task", "model")})
        except BadOptions as error:
            raise CommandError(str(error)) from error
        formats = [FORMATS[name] for name in given["format"] or ["srt"]]
        watcher = Watcher(folder, _actor(given["key"], given["user"]), wanted, formats, given["output"])
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        try:
            with watching_alone(folder):
                while not stop.is_set():
                    close_old_connections()
                    if watcher.look() == 0 and given["once"]:
                        return
                    stop.wait(given["interval"])
        except AlreadyWatched as error:
            raise CommandError(str(error)) from error


def _actor(key: str | None, user: str | None) -> Actor:
    """The sender of everything that is found."""
    if key is not None:
        rows = list(ApiKey.objects.usable().filter(name=key))
        if len(rows) != 1:
            raise CommandError(f"There is {'no usable' if not rows else 'more than one usable'} API key named {key!r}.")
        found = Actor(key=rows[0])
    else:
        person = User.objects.filter(username=user, is_active=True).first()
        if person is None:
            raise CommandError(f"There is no active user named {user!r}.")
        found = Actor(user=person)
    if not found.may(Scope.TRANSCRIBE):
        raise CommandError(f"{found.name} may not send recordings.")
    return found
