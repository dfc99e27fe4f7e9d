"""The engine's door: one model, any number of jobs at once, each a stream of results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Self

from .decoding import Answer, AnyWork, Decoder
from .errors import UnsupportedTask
from .job import JobRun
from .scheduler import Scheduler
from .types import EngineConfig, Job, ModelInfo, Options, WindowResult
from .whisper import LoadedModel, load


class Engine:
    """A loaded model and the thread that owns it. Thread-safe: many threads may transcribe at once."""

    def __init__(self, model: LoadedModel) -> None:
        self._model = model
        self._decoder = Decoder(model.whisper)
        self._scheduler: Scheduler[AnyWork, Answer] = Scheduler(self._decoder.step)

    @classmethod
    def load(cls, config: EngineConfig) -> Self:
        """Fetch the model if needed, load it, start the model thread.

        Raises:
            ModelUnavailable: no weights, and why.
            UnsupportedDevice: this machine cannot do what the configuration asks for.
        """
        return cls(load(config))

    @property
    def info(self) -> ModelInfo:
        """What really runs."""
        return self._model.info

    def transcribe(
        self,
        media: Path,
        options: Options,
        *,
        job: Job,
        resume_from: float = 0.0,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[WindowResult]:
        """Stream the results of one file, in order; refuses at once, before any work, what the model cannot do.

        `resume_from` is the `end` (seconds) of the last result that was kept. To keep the language of the first run,
        give it in the options. `cancelled` is asked several times a second from the calling thread.

        Raises:
            UnsupportedTask: not with this model.
            Unreadable, NoAudio: the file, on the first result.
            JobCancelled: `cancelled()` became true.
            EngineClosed: the engine was closed meanwhile.
        """
        self._refuse(options)
        return self._results(media, options, job, resume_from, cancelled)

    def _results(
        self, media: Path, options: Options, job: Job, resume_from: float, cancelled: Callable[[], bool]
    ) -> Iterator[WindowResult]:
        with closing(self._scheduler.lane(job)) as lane:
            yield from JobRun(self._model, self._decoder, lane, options, cancelled).results(media, resume_from)

    def close(self) -> None:
        """End the model thread after its running batch; jobs that still run get `EngineClosed`."""
        self._scheduler.close()

    def _refuse(self, options: Options) -> None:
        info, language = self._model.info, options.language
        if options.task == "translate" and not info.can_translate:
            raise UnsupportedTask(
                f"The model {info.model} was not trained to translate: it would answer in the language that is spoken."
            )
        if language is not None and language not in self._model.languages:
            raise UnsupportedTask(f"The model {info.model} does not know the language {language!r}.")
