"""The engine's door: a model, any number of jobs at once, each a stream of results."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, Self

from .choice import Candidate, Choice, choice
from .figures import LoadFigures, RunningCall
from .gate import Gate
from .models import RunningModel
from .types import NOTHING_KEPT, EngineConfig, Job, Kept, ModelInfo, Options, WindowResult
from .whisper import LoadedModel, load

PREPARATIONS: Final = (2, 4)
"""Files decoded and searched for speech at once, least and most: one core prepares 240 times real time."""


class Engine:
    """A loaded model and its thread, and others on demand. Thread-safe: many threads may transcribe at once.

    `gate` bounds how many files are prepared at once; weights that are `owned` are freed by `close`.
    """

    def __init__(self, model: LoadedModel, *, gate: Gate | None = None, owned: bool = False) -> None:
        self._model = model
        self._main = RunningModel(model, gate or Gate(preparations(0)), owned=owned)
        self._choice = Choice(Candidate.resident(model, self._main))

    @classmethod
    def load(cls, config: EngineConfig) -> Self:
        """Fetch the models if needed, load them, start the model thread.

        Other models than the main one are loaded once at the start too, so that it is known whether they can be had and
        whether all fit; they go again after `config.idle_seconds`.

        Raises:
            ModelUnavailable: no weights, a translation model that cannot translate, or two of one name; and why.
            UnsupportedDevice: this machine cannot do what the configuration asks for.
        """
        gate = Gate(preparations(config.preparation_threads))
        model = load(config)
        engine = cls(model, gate=gate, owned=True)
        try:
            engine._choice = choice(config, Candidate.resident(model, engine._main), gate)
        except BaseException:
            engine.close()
            raise
        return engine

    @property
    def info(self) -> ModelInfo:
        """What really runs; `can_translate` counts the models on demand."""
        return replace(self._model.info, can_translate=any(info.can_translate for info in self.models))

    @property
    def models(self) -> tuple[ModelInfo, ...]:
        """All that a job may name, the main one first."""
        return self._choice.infos

    def info_for(self, options: Options) -> ModelInfo:
        """The model that does a job with these options. Raises `UnsupportedTask` where none can."""
        return self._choice.of(options).info

    def load_figures(self) -> dict[str, LoadFigures]:
        """What each model has waiting and running, and what it has done, by name; for metrics."""
        return self._choice.load_figures()

    def running_calls(self) -> list[RunningCall]:
        """What the threads of all models are in now, for whoever watches that it comes back."""
        return [call for model in self._choice.loaded() if (call := model.running_call) is not None]

    def transcribe(
        self,
        media: Path,
        options: Options,
        *,
        job: Job,
        kept: Kept = NOTHING_KEPT,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[WindowResult]:
        """Stream the results of one file, in order; refuses at once, before any work, what the model cannot do.

        A job that was interrupted goes on after what was `kept`. To keep the language of the first run, give it in the
        options. `cancelled` is asked several times a second from the calling thread.

        Raises:
            UnsupportedTask: not with this model, or no model of that name.
            Unreadable, NoAudio: the file, on the first result.
            ModelUnavailable: a model on demand cannot be loaded any more, on the first result.
            JobCancelled: `cancelled()` became true.
            EngineClosed: the engine was closed meanwhile.
        """
        chosen = self._choice.of(options)
        return _results(chosen, media, options, job, kept, cancelled)

    def close(self) -> None:
        """End the model threads after their running batch; jobs that still run get `EngineClosed`."""
        self._choice.close()


def preparations(wanted: int) -> int:
    """How many files are prepared at once: what is wanted, or half the cores within `PREPARATIONS`."""
    least, most = PREPARATIONS
    return wanted if wanted > 0 else min(most, max(least, (os.cpu_count() or 1) // 2))


def _results(
    chosen: Candidate, media: Path, options: Options, job: Job, kept: Kept, cancelled: Callable[[], bool]
) -> Iterator[WindowResult]:
    with chosen.shelf.using() as running:
        yield from running.results(media, options, job, kept, cancelled)
