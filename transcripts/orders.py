"""What a caller wants of a recording: words from a form or a query, checked and turned into the engine's options."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .engine import Options
from .errors import BadOptions
from .languages import UnknownLanguage, language_code
from .models import Priority, Task, Worker

TEXT_LENGTH = 4000
_TRUE = {"true", "1", "yes", "on"}
_FALSE = {"false", "0", "no", "off", ""}
PROFILES = ("fast", "careful")


@dataclass(frozen=True, slots=True)
class Order:
    """A checked order. `options` holds what differs from the engine's defaults, by the names of `engine.Options`."""

    language: str = ""
    task: Task = Task.TRANSCRIBE
    priority: Priority = Priority.NORMAL
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, Any]:
        """The "asked for" fields of a `Transcript`."""
        return {
            "language_requested": self.language,
            "task": self.task,
            "priority": self.priority,
            "options": dict(self.options),
        }


def order(given: Mapping[str, str | None] | None = None) -> Order:
    """Check what the caller wrote; names that are no option are somebody else's.

    Raises:
        BadOptions: for an unknown language (with the near misses), a value that cannot be, or a translation that no
            model here can make.
    """
    words = {name: text for name, text in (given or {}).items() if text}
    options = {option: read(name, words[name]) for name, (option, read) in OPTIONS.items() if name in words}
    try:
        Options(**options)
    except ValueError as error:
        raise BadOptions(str(error)) from error
    wanted = Order(
        language=_language("language", words["language"]) if "language" in words else "",
        task=Task(_one_of("task", words.get("task", Task.TRANSCRIBE), Task.values)),
        priority=Priority(_one_of("priority", words.get("priority", Priority.NORMAL), Priority.values)),
        options=options,
    )
    if wanted.task == Task.TRANSLATE:
        _check_translation()
    return wanted


def boolean(name: str, text: str) -> bool:
    """`true`, `1`, `yes`, `on` and their opposites. Raises `BadOptions` for anything else."""
    lowered = text.strip().lower()
    if lowered not in _TRUE | _FALSE:
        raise BadOptions(f"{name} must be true or false, not {text[:40]!r}.")
    return lowered in _TRUE


def _one_of(name: str, text: str, values: list[str] | tuple[str, ...]) -> str:
    if text not in values:
        raise BadOptions(f"Unknown {name} {text[:40]!r}. Use one of: {', '.join(values)}.")
    return text


def _language(name: str, text: str) -> str:
    try:
        return language_code(text)
    except UnknownLanguage as error:
        raise BadOptions(str(error)) from error


def _languages(name: str, text: str) -> list[str]:
    return [_language(name, entry) for entry in text.split(",") if entry.strip()]


def _text(name: str, text: str) -> str:
    if len(text) > TEXT_LENGTH:
        raise BadOptions(f"{name} is longer than {TEXT_LENGTH} characters.")
    return text.strip()


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadOptions(f"{name} must be a number, not {text[:40]!r}.")
    return number


def _temperature(name: str, text: str) -> float:
    number = _number(name, text)
    if not 0 <= number <= 1:
        raise BadOptions(f"{name} must lie between 0 and 1, not {text[:40]!r}.")
    return number


# The caller's name of each option: the engine's name and how to read it.
OPTIONS: dict[str, tuple[str, Callable[[str, str], Any]]] = {
    "languages": ("languages", _languages),
    "multilingual": ("multilingual", boolean),
    "profile": ("profile", lambda name, text: _one_of(name, text, PROFILES)),
    "prompt": ("initial_prompt", _text),
    "hotwords": ("hotwords", _text),
    "temperature": ("temperature", _temperature),
    "channels": ("channels", boolean),
    "clip_start": ("clip_start", _number),
    "clip_end": ("clip_end", _number),
}


def _check_translation() -> None:
    """A wrong answer is worse than an error: turbo models return the source language when asked to translate."""
    workers = list(Worker.objects.alive())
    if workers and not any(worker.can_translate for worker in workers):
        raise BadOptions(
            f"The model here ({workers[0].model}) cannot translate: it would answer in the language spoken. "
            "Leave out task=translate, or ask the administrator to set WHISPER_TRANSLATE_MODEL (medium, large-v3)."
        )
