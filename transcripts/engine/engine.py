"""The engine's door: a model, any number of jobs at once, each a stream of results."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from .errors import ModelUnavailable, UnsupportedTask
from .figures import LoadFigures, RunningCall
from .gate import Gate
from .models import OnDemand, RunningModel
from .types import NOTHING_KEPT, EngineConfig, Job, Kept, ModelInfo, Options, WindowResult
from .whisper import LoadedModel, load

PREPARATIONS: Final = (2, 4)
"""Files decoded and searched for speech at once, least and most: one core prepares 240 times real time."""


@dataclass(frozen=True, slots=True)
class Translator:
    """The model for `task=translate`: its description, known since it was loaded first, and itself on demand."""

    info: ModelInfo
    model: OnDemand[RunningModel]


class Engine:
    """A loaded model and the thread that runs it. Thread-safe: many threads may transcribe at once.

    `gate` bounds how many files are prepared at once; weights that are `owned` are freed by `close`.
    """

    def __init__(
        self,
        model: LoadedModel,
        *,
        gate: Gate | None = None,
        translator: Translator | None = None,
        owned: bool = False,
    ) -> None:
        self._model = model
        self._main = RunningModel(model, gate or Gate(preparations(0)), owned=owned)
        self._translator = translator

    @classmethod
    def load(cls, config: EngineConfig) -> Self:
        """Fetch the models if needed, load them, start the model thread.

        A translation model is loaded once at the start too, so that it is known whether it can be had and whether both
        fit; it goes again after `config.idle_seconds`.

        Raises:
            ModelUnavailable: no weights, or a translation model that cannot translate; and why.
            UnsupportedDevice: this machine cannot do what the configuration asks for.
        """
        gate = Gate(preparations(config.preparation_threads))
        model = load(config)
        needed = config.translate_model is not None and not model.info.can_translate
        return cls(model, gate=gate, translator=_translator(config, gate) if needed else None, owned=True)

    @property
    def info(self) -> ModelInfo:
        """What really runs; `can_translate` counts the translation model."""
        return replace(self._model.info, can_translate=self._model.info.can_translate or self._translator is not None)

    def info_for(self, options: Options) -> ModelInfo:
        """The model that does a job with these options."""
        translator = self._translator_for(options)
        return self._model.info if translator is None else translator.info

    def load_figures(self) -> LoadFigures:
        """What the main model has waiting and running, and what it has done; for metrics."""
        return self._main.load_figures()

    def running_calls(self) -> list[RunningCall]:
        """What the threads of all models are in now, for whoever watches that it comes back."""
        translating = self._translator.model.loaded if self._translator is not None else None
        models = [self._main, *([translating] if translating is not None else [])]
        return [call for model in models if (call := model.running_call) is not None]

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
            UnsupportedTask: not with this model.
            Unreadable, NoAudio: the file, on the first result.
            ModelUnavailable: the translation model cannot be loaded any more, on the first result.
            JobCancelled: `cancelled()` became true.
            EngineClosed: the engine was closed meanwhile.
        """
        self._refuse(options)
        translator = self._translator_for(options)
        if translator is None:
            return self._main.results(media, options, job, kept, cancelled)
        return _translated(translator.model, media, options, job, kept, cancelled)

    def close(self) -> None:
        """End the model threads after their running batch; jobs that still run get `EngineClosed`."""
        self._main.close()
        if self._translator is not None:
            self._translator.model.close()

    def _translator_for(self, options: Options) -> Translator | None:
        return self._translator if options.task == "translate" and not self._model.info.can_translate else None

    def _refuse(self, options: Options) -> None:
        info = self._model.info
        if options.task == "translate" and not self.info.can_translate:
            raise UnsupportedTask(
                f"The model {info.model} was not trained to translate: it would answer in the language that is spoken."
            )
        asked = (*options.languages, *([options.language] if options.language is not None else []))
        for language in asked:
            if language not in self._model.languages:
                raise UnsupportedTask(f"The model {info.model} does not know the language {language!r}.")


def preparations(wanted: int) -> int:
    """How many files are prepared at once: what is wanted, or half the cores within `PREPARATIONS`."""
    least, most = PREPARATIONS
    return wanted if wanted > 0 else min(most, max(least, (os.cpu_count() or 1) // 2))


def _translator(config: EngineConfig, gate: Gate) -> Translator:
    wanted = replace(config, model=config.translate_model or "", revision=None)
    model = OnDemand(lambda: RunningModel(load(wanted), gate, owned=True), config.idle_seconds)
    with model.using() as running:
        info = running.info
    if not info.can_translate:
        model.close()
        raise ModelUnavailable(f"The translation model {info.model} was not trained to translate.")
    return Translator(info, model)


def _translated(
    model: OnDemand[RunningModel],
    media: Path,
    options: Options,
    job: Job,
    kept: Kept,
    cancelled: Callable[[], bool],
) -> Iterator[WindowResult]:
    with model.using() as running:
        yield from running.results(media, options, job, kept, cancelled)
