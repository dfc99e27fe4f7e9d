"""`manage.py fetch_model`: the configured model is on this disk, whole, before a worker needs it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from huggingface_hub import constants

from transcripts.engine import ModelUnavailable
from transcripts.engine.integrity import verify
from transcripts.engine.whisper import fetch_model

from .gpu_worker import engine_config


class Command(BaseCommand):
    help = "Fetch the configured models, compare them with the hub's checksums, and print the revision of the first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--offline", action="store_true", help="only look whether they are there; read no file, ask no network"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        config = engine_config()
        more = dict.fromkeys(filter(None, (config.translate_model, *config.more_models)))
        names = [(config.model, config.revision), *((name, None) for name in more)]
        if options["offline"]:
            constants.HF_HUB_OFFLINE = True
        paths = []
        for name, revision in names:
            try:
                paths.append(path := fetch_model(replace(config, model=name, revision=revision)))
                compared = 0 if options["offline"] else verify(path)
            except ModelUnavailable as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{name} is in {path}; {compared} files compared with their checksums")
        self.stdout.write(paths[0].name)
