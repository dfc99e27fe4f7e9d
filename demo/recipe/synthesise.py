"""Speak the training material: `python -m demo.recipe.synthesise [--per-language 7000]`."""

from __future__ import annotations

import argparse
import multiprocessing
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from demo.recipe.utterances import Utterance, save, utterances
from demo.recipe.voices import Language
from demo.recipe.work import UTTERANCES, add_work_option

CHUNK = 500
FIRST_SEED = 1000
PROCESSES = 2


class Job(NamedTuple):
    """One worker's share."""

    language: Language
    size: int
    seed: int


def jobs(per_language: int) -> list[Job]:
    """Shares of `CHUNK` utterances (the last ones may be smaller), the languages in turn, each with its own seed."""
    languages: tuple[Language, Language] = ("en", "es")
    return [
        Job(language, min(CHUNK, per_language - start), FIRST_SEED + 2 * index + offset)
        for index, start in enumerate(range(0, per_language, CHUNK))
        for offset, language in enumerate(languages)
    ]


def speak(job: Job) -> list[Utterance]:
    """Do one share."""
    return list(islice(utterances(job.language, job.seed), job.size))


def synthesise(per_language: int, work: Path) -> None:
    """Write `per_language` utterances of each language into the work directory."""
    work.mkdir(parents=True, exist_ok=True)
    material: list[Utterance] = []
    with multiprocessing.Pool(PROCESSES) as pool:
        for share in pool.imap(speak, jobs(per_language)):
            material += share
            print(f"{len(material)} utterances", flush=True)
    save(material, work / UTTERANCES)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-language", type=int, default=7000, help="how many utterances")
    add_work_option(parser)
    options = parser.parse_args()
    synthesise(options.per_language, options.work)


if __name__ == "__main__":
    main()
