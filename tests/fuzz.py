"""A property test driven by atheris, which sees which lines each input reaches: `python -m tests.fuzz SECONDS TEST`.

TEST is a property that needs no fixture, e.g. `tests.search.test_query:test_any_text_is_a_query_of_clean_words`.
Atheris is no requirement of the tests: `.venv/bin/uv pip install atheris` brings it, up to Python 3.13.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore]  # see above


def main(seconds: str, test: str) -> None:
    """Run until the time is over; an input that breaks the property is written beside, and its example printed."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    with atheris.instrument_imports(include=["transcripts", "whisperhub"]):
        import django

        django.setup()
        module, _, name = test.partition(":")
        run = getattr(import_module(module), name).hypothesis.fuzz_one_input
    atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", "-max_len=4096"], run)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
