"""Loaded models, each with its own thread: the one that is always there, and those that come when they are needed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from .decoding import Decoder
from .figures import LoadFigures, RunningCall, StepFigures
from .gate import Gate
from .job import JobRun, Tools
from .line import Line
from .scheduler import Scheduler
from .turns import MOST, Sizes, Step
from .types import Job, Kept, ModelInfo, Options, WindowResult
from .whisper import LoadedModel
from .work import Answer, AnyWork

logger = logging.getLogger(__name__)


class Closable(Protocol):
    """Something that holds memory until it is closed."""

    def close(self) -> None:
        """Give it back."""


M = TypeVar("M", bound=Closable)
M_co = TypeVar("M_co", bound=Closable, covariant=True)


@dataclass(slots=True)
class Past:
    """What outlives a model's time in memory: how large its calls may be, and what it has done."""

    sizes: Sizes | None = None
    steps: dict[Step, StepFigures] = field(default_factory=dict)


class RunningModel:
    """A loaded model and the thread that owns it. Thread-safe: many threads may ask for results at once."""

    def __init__(self, model: LoadedModel, gate: Gate, *, owned: bool = False, past: Past | None = None) -> None:
        """`past` is what there is from the same model's earlier times; it is kept up."""
        past = past or Past()
        past.sizes = past.sizes or Sizes(most=MOST[model.info.device])
        self._owned = owned
        self._tools = Tools(model, Decoder(model.whisper), gate)
        self._scheduler: Scheduler[AnyWork, Answer] = Scheduler(self._tools.decoder, past.sizes, past.steps)

    @property
    def info(self) -> ModelInfo:
        """What really runs."""
        return self._tools.model.info

    @property
    def languages(self) -> list[str]:
        """Codes of all languages that may be asked for."""
        return self._tools.model.languages

    def results(
        self, media: Path, options: Options, job: Job, kept: Kept, cancelled: Callable[[], bool]
    ) -> Iterator[WindowResult]:
        """One job's results, in order."""
        with closing(self._scheduler.lane(job)) as lane:
            yield from JobRun(self._tools, Line(lane, cancelled), options, kept).results(media)

    def load_figures(self) -> LoadFigures:
        """What waits, what runs, what was done."""
        return self._scheduler.figures()

    @property
    def running_call(self) -> RunningCall | None:
        """The call that its thread is in now."""
        return self._scheduler.running_call

    def close(self) -> None:
        """End the thread after its running batch; weights that are `owned` are freed at once."""
        self._scheduler.close()
        model = self._tools.model.whisper.model
        # CTranslate2 3.24 (the `legacy` profile) cannot be told: there the weights go with the last reference.
        if self._owned and hasattr(model, "unload_model"):
            model.unload_model()


class Shelf(Protocol[M_co]):
    """Where something heavy is to be had."""

    @property
    def loaded(self) -> M_co | None:
        """What takes memory now, if anything does."""

    def using(self) -> AbstractContextManager[M_co]:
        """The loaded thing, for as long as the block runs."""

    def close(self) -> None:
        """Close what is loaded, users or not."""


class Resident(Generic[M]):
    """A shelf with something that is always there."""

    def __init__(self, loaded: M) -> None:
        self.loaded = loaded

    def using(self) -> AbstractContextManager[M]:
        """It."""
        return nullcontext(self.loaded)

    def close(self) -> None:
        """Close it."""
        self.loaded.close()


class OnDemand(Generic[M]):
    """Loads when somebody needs it, closes what was loaded when nobody has for `idle_seconds`."""

    def __init__(self, load: Callable[[], M], idle_seconds: float) -> None:
        self._load = load
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._loaded: M | None = None
        self._users = 0
        self._timer: threading.Timer | None = None

    @property
    def loaded(self) -> M | None:
        """What takes memory now, if anything does."""
        return self._loaded

    @contextmanager
    def using(self) -> Iterator[M]:
        """The loaded thing, for as long as the block runs; raises whatever loading raises."""
        with self._lock:  # a second user waits for the first one's loading instead of loading again
            loaded = self._loaded = self._loaded or self._load()
            self._users += 1
            self._stop_timer()
        try:
            yield loaded
        finally:
            with self._lock:
                self._users -= 1
                if not self._users and self._loaded is not None:
                    self._timer = threading.Timer(self._idle_seconds, self._unload_idle)
                    self._timer.daemon = True
                    self._timer.start()

    def close(self) -> None:
        """Close what is loaded, users or not."""
        with self._lock:
            self._stop_timer()
            self._unload()

    def _unload_idle(self) -> None:
        with self._lock:
            if not self._users:
                logger.info("unloading a model that nobody has used for %.0f s", self._idle_seconds)
                self._unload()

    def _unload(self) -> None:
        loaded, self._loaded = self._loaded, None
        if loaded is not None:
            loaded.close()

    def _stop_timer(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
