"""The fields of a request in the OpenAI dialect, turned into an order and what the answer is to look like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from django.http import QueryDict

from transcripts.errors import BadOptions
from transcripts.models import Task
from transcripts.orders import LISTS, NAMES, Order, boolean, order

from . import catalogue
from .errors import BadField, no_such_model

FORMATS = {
    Task.TRANSCRIBE: ("json", "text", "srt", "verbose_json", "vtt", "diarized_json"),
    Task.TRANSLATE: ("json", "text", "srt", "verbose_json", "vtt"),
}
GRANULARITIES = ("word", "segment")
STRATEGIES = ("auto", "server_vad")
# What may be repeated: the dialect's field and the hub's name for it. The hub's other words are additional fields.
_REPEATED = {"languages": "languages", "keywords": "hotwords", "tags": "tags"}
_OWN = NAMES - LISTS - {"task", "model"}
# The engine takes seconds where the dialect has milliseconds.
_VAD = {"threshold": "vad_threshold", "silence_duration_ms": "vad_min_silence", "prefix_padding_ms": "vad_pad"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the caller wants transcribed how, and told how."""

    order: Order
    model: str
    response_format: str
    granularities: frozenset[str]
    logprobs: bool
    stream: bool

    @classmethod
    def read(cls, form: QueryDict, task: Task) -> Self:
        """The whole form.

        Raises:
            BadField, Problem: what is wrong, with the field's name.
        """
        if not form.get("model"):
            raise BadField("You must give a model, for example whisper-1.", "model")
        wanted = cls.read_fields(form, task)
        if "word" in wanted.granularities and wanted.response_format != "verbose_json":
            raise BadField("Word times come with response_format verbose_json only.", "timestamp_granularities")
        if wanted.logprobs and wanted.response_format != "json":
            raise BadField("logprobs come with response_format json only.", "include")
        return wanted

    @classmethod
    def read_fields(cls, form: QueryDict, task: Task) -> Self:
        """What is there of a form, field by field: the rest of it may come later. Raises as `read` does."""
        model = form.get("model") or catalogue.ALIASES[0]
        if catalogue.find(model) is None:
            raise no_such_model(model)
        formats = FORMATS[task]
        chosen = _one_of("response_format", form.get("response_format") or formats[0], formats)
        return cls(
            order=_order(form, task, model=catalogue.asked_of(model), split=chosen == "diarized_json"),
            model=model,
            response_format=chosen,
            granularities=frozenset(
                _one_of("timestamp_granularities", entry, GRANULARITIES)
                for entry in _all(form, "timestamp_granularities")
            ),
            logprobs="logprobs" in [_one_of("include", entry, ("logprobs",)) for entry in _all(form, "include")],
            stream=task == Task.TRANSCRIBE and _read("stream", boolean, form.get("stream", "")),
        )

    @property
    def with_languages(self) -> bool:
        """Which languages were heard is told under one name alone."""
        return self.model == catalogue.TELLS_LANGUAGES

    @property
    def with_segments(self) -> bool:
        """Segments are the default; words alone leave them out."""
        return "word" not in self.granularities or "segment" in self.granularities


def _order(form: QueryDict, task: Task, *, model: str, split: bool) -> Order:
    """The order; fields that neither the dialect nor the hub knows are somebody else's."""
    given = {name: (name, str(form[name])) for name in sorted(_OWN) if form.get(name)}
    for field, name in _REPEATED.items():
        if entries := [entry for entry in _all(form, field) if entry.strip()]:
            said = [given[name][1]] if name in given else []
            given[field] = (name, ", ".join([*said, *entries]))
    given |= _chunking(form) | {"model": ("model", model)}
    _check_metadata(form)
    if split and "channels" not in given:
        given["response_format"] = ("channels", "true")
    try:
        return order({"task": task, **dict(given.values())})
    except BadOptions as error:
        raise _blamed(error, given) from error


def _check_metadata(form: QueryDict) -> None:
    """The official client takes an object in `extra_body` apart, which would lose the types of what is in it."""
    if any(field.startswith("metadata[") for field in form):
        raise BadField("metadata must be one field of JSON text, as json.dumps writes it.", "metadata")


def _chunking(form: QueryDict) -> dict[str, tuple[str, str]]:
    """`chunking_strategy`, or its parts in brackets, as options of the voice detector."""
    for field in ("chunking_strategy", "chunking_strategy[type]"):
        if strategy := form.get(field):
            _one_of(field, strategy, STRATEGIES)
    found = {}
    for part, name in _VAD.items():
        field = f"chunking_strategy[{part}]"
        if text := form.get(field):
            found[field] = (name, _in_seconds(field, text) if part.endswith("_ms") else text)
    return found


def _in_seconds(field: str, text: str) -> str:
    try:
        return str(float(text) / 1000)
    except ValueError as error:
        raise BadField(f"{field} must be a number of milliseconds, not {text[:40]!r}.", field) from error


def _blamed(error: BadOptions, given: dict[str, tuple[str, str]]) -> BadField | BadOptions:
    """The error with the name of the field that alone would cause it."""
    for field, (name, value) in given.items():
        try:
            order({name: value})
        except BadOptions as own:
            return BadField(str(own), field)
    return error


def _one_of(field: str, text: str, values: tuple[str, ...]) -> str:
    if text not in values:
        raise BadField(f"Unknown {field} {text[:40]!r}. Use one of: {', '.join(values)}.", field)
    return text


def _read(field: str, read: Callable[[str, str], bool], text: str) -> bool:
    try:
        return read(field, text)
    except BadOptions as error:
        raise BadField(str(error), field) from error


def _all(form: QueryDict, field: str) -> list[str]:
    """A repeated field, with the brackets that the official client writes or without."""
    return [*form.getlist(f"{field}[]"), *form.getlist(field)]
