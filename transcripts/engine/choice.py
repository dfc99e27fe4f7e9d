"""Which model does a job: the one that it names, else the main one, or for a translation one that can."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Self

from .errors import ModelUnavailable, UnsupportedTask
from .figures import LoadFigures
from .gate import Gate
from .models import OnDemand, Past, Resident, RunningModel, Shelf
from .types import AUTO_MODEL, EngineConfig, ModelInfo, Options, Task
from .whisper import LoadedModel, load


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that may do jobs: what it is, known from its first loading, where to get it, and what it has done."""

    info: ModelInfo
    languages: Collection[str]
    shelf: Shelf[RunningModel]
    past: Past = field(default_factory=Past)

    @classmethod
    def resident(cls, model: LoadedModel, running: RunningModel) -> Self:
        """One that stays in memory."""
        return cls(model.info, model.languages, Resident(running))

    @classmethod
    def on_demand(cls, config: EngineConfig, gate: Gate, held: ExitStack) -> Self:
        """One that is loaded now, stays while `held` is open, and from then on comes and goes with its jobs.

        Raises:
            ModelUnavailable, UnsupportedDevice: as `load`.
        """
        past = Past()
        shelf = OnDemand(lambda: RunningModel(load(config), gate, owned=True, past=past), config.idle_seconds)
        running = held.enter_context(shelf.using())
        return cls(running.info, running.languages, shelf, past)

    def load_figures(self) -> LoadFigures:
        """What waits, what runs, what was done; of one that is not in memory only the last."""
        loaded = self.shelf.loaded
        return LoadFigures(steps=dict(self.past.steps)) if loaded is None else loaded.load_figures()


class Choice:
    """The models of one engine: the main one, and others on demand."""

    def __init__(self, main: Candidate, others: Sequence[Candidate] = ()) -> None:
        self._candidates = (main, *others)

    @property
    def infos(self) -> tuple[ModelInfo, ...]:
        """All of them, the main one first."""
        return tuple(candidate.info for candidate in self._candidates)

    def of(self, options: Options) -> Candidate:
        """The model for a job with these options.

        Raises:
            UnsupportedTask: there is none of that name, or it cannot do what is asked; in words.
        """
        chosen = self._by_task(options.task) if options.model in ("", AUTO_MODEL) else self._named(options.model)
        if options.task == "translate" and not chosen.info.can_translate:
            raise UnsupportedTask(
                f"The model {chosen.info.model} was not trained to translate: "
                "it would answer in the language that is spoken."
            )
        for language in (*options.languages, *([options.language] if options.language is not None else [])):
            if language not in chosen.languages:
                raise UnsupportedTask(f"The model {chosen.info.model} does not know the language {language!r}.")
        return chosen

    def load_figures(self) -> dict[str, LoadFigures]:
        """Of every model, by name."""
        return {candidate.info.name: candidate.load_figures() for candidate in self._candidates}

    def loaded(self) -> list[RunningModel]:
        """Those that take memory now."""
        return [model for candidate in self._candidates if (model := candidate.shelf.loaded) is not None]

    def close(self) -> None:
        """End the threads of all of them."""
        for candidate in self._candidates:
            candidate.shelf.close()

    def _by_task(self, task: Task) -> Candidate:
        """The main one, or for a translation the first that can."""
        able = (candidate for candidate in self._candidates if task != "translate" or candidate.info.can_translate)
        return next(able, self._candidates[0])

    def _named(self, name: str) -> Candidate:
        for candidate in self._candidates:
            if name in candidate.info.names:
                return candidate
        known = ", ".join(info.name or info.model for info in self.infos)
        raise UnsupportedTask(f"There is no model {name[:100]!r} here. There are: {known}.")


def choice(config: EngineConfig, main: Candidate, gate: Gate) -> Choice:
    """The main model, which is loaded, and what else is configured.

    All are loaded at once here, so that it is known whether each can be had and whether they fit beside one another;
    those on demand go again after `config.idle_seconds`.

    Raises:
        ModelUnavailable: one of them cannot be had, two have the same name, or the translator cannot translate.
        UnsupportedDevice: as `load`.
    """
    translate = None if main.info.can_translate else config.translate_model
    more = (name for name in config.more_models if name != config.model)
    wanted = dict.fromkeys(name for name in (translate, *more) if name)
    with ExitStack() as undo, ExitStack() as held:
        others = {}
        for name in wanted:
            others[name] = Candidate.on_demand(replace(config, model=name, revision=None), gate, held)
            undo.callback(others[name].shelf.close)
        if translate and not others[translate].info.can_translate:
            name = others[translate].info.model
            raise ModelUnavailable(f"The translation model {name} was not trained to translate.")
        _check_names([main.info, *(other.info for other in others.values())])
        undo.pop_all()
    return Choice(main, tuple(others.values()))


def _check_names(infos: Iterable[ModelInfo]) -> None:
    seen: set[str] = set()
    for info in infos:
        if taken := seen & info.names:
            raise ModelUnavailable(f"Two of the configured models are called {min(taken)}. Name each of them once.")
        seen |= info.names
