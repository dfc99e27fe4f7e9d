"""One measurement on SQLite and, where its address is given, on PostgreSQL: each in a process of its own settings."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import Any

Measured = dict[str, Any]


def compare(
    about: str | None, module: str, measure: Callable[[], Measured], report: Callable[[dict[str, Measured]], None]
) -> None:
    """Measure on each database, by `python -m module --measure` in a child process, and report all by their vendors.

    The child calls `measure` with Django set up and the database migrated; what it returns must be JSON.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--postgresql", metavar="URL")
    parser.add_argument("--measure", action="store_true", help="(the child process) measure DATABASE_URL")
    options = parser.parse_args()
    if options.measure:
        _set_up()
        json.dump(measure(), sys.stdout)
        return
    with tempfile.TemporaryDirectory() as folder:
        urls = {"sqlite": f"sqlite:///{folder}/measured.sqlite3"}
        if options.postgresql:
            urls["postgresql"] = options.postgresql
        report({vendor: _child(module, url, folder) for vendor, url in urls.items()})


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whisperhub.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _child(module: str, url: str, folder: str) -> Measured:
    environment = os.environ | {"DATABASE_URL": url, "WHISPERHUB_DATA_DIR": folder}
    command = [sys.executable, "-m", module, "--measure"]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    measured: Measured = json.loads(done.stdout)
    return measured
