"""Train on two CPU cores, about an hour and a half: `./run.sh python -m demo.recipe.train [--first 0] [--last 5]`."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from demo.recipe.batches import draw_batch
from demo.recipe.phases import PHASES, Phase
from demo.recipe.trainer import Trainer
from demo.recipe.utterances import Utterance, load
from demo.recipe.windows import Windows
from demo.recipe.work import UTTERANCES, add_work_option, checkpoint

THREADS = 2
LOG_EVERY, SAVE_EVERY = 50, 100


class Log:
    """Prints the means since the line before."""

    def __init__(self, phase: int) -> None:
        self._phase = phase
        self._start = time.monotonic()
        self._numbers: list[list[float]] = []

    def add(self, numbers: list[float]) -> None:
        """Take the numbers of one step."""
        self._numbers.append(numbers)

    def print(self, step: int, learning_rate: float) -> None:
        """One line."""
        main, guide, phoneme, word, accuracy, timestamp_error = np.nanmean(self._numbers, axis=0)
        print(
            f"{self._phase}:{step:5d} {time.monotonic() - self._start:5.0f}s lr {learning_rate:.1e} main {main:.3f} "
            f"guide {guide:.3f} phoneme {phoneme:.3f} word {word:.3f} acc {accuracy:.3f} ts {timestamp_error:.2f}s",
            flush=True,
        )
        self._numbers.clear()


def train(material: list[Utterance], work: Path, phases: Sequence[Phase], first: int = 0) -> None:
    """Run the phases from number `first` on; each leaves its checkpoint in `work`."""
    torch.set_num_threads(THREADS)
    for number, phase in enumerate(phases[first:], first):
        train_phase(number, phase, material, work)


def train_phase(number: int, phase: Phase, material: list[Utterance], work: Path) -> None:
    """Run one phase, seeded by its number."""
    torch.manual_seed(number)
    windows = Windows(material, seed=number)
    trainer = Trainer(len(windows.phoneme_ids) + 1, phase.first_rate)
    if number:
        trainer.resume(checkpoint(work, number - 1))
    log = Log(number)
    for step in range(1, phase.steps + 1):
        learning_rate = phase.learning_rate(step, warm_up=number == 0)
        batch = draw_batch(windows, phase.n_positions, phase.batch_size, phase.prompted)
        log.add(trainer.step(step, batch, learning_rate, phase.aids).numbers())
        if step % LOG_EVERY == 0 or step == phase.steps:
            log.print(step, learning_rate)
        if step % SAVE_EVERY == 0 or step == phase.steps:
            trainer.save(checkpoint(work, number))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="number of the first phase to run")
    parser.add_argument("--last", type=int, default=len(PHASES), help="number of the phase to stop before")
    add_work_option(parser)
    options = parser.parse_args()
    train(load(options.work / UTTERANCES), options.work, PHASES[: options.last], options.first)


if __name__ == "__main__":
    main()
