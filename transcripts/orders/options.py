"""What may be asked of the engine: the caller's name of each option, how it is read, and how a row keeps it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from transcripts import speech_models
from transcripts.engine import VadOptions

from . import values

PROFILES = ("fast", "careful")
Reader = Callable[[str, object], Any]

# The caller's name of each option: the name that the row keeps it by, and how to read it.
OPTIONS: dict[str, tuple[str, Reader]] = {
    "model": ("model", lambda name, value: speech_models.check(values.text(name, value).strip())),
    "languages": ("languages", values.languages),
    "multilingual": ("multilingual", values.boolean),
    "profile": ("profile", partial(values.one_of, values=PROFILES)),
    "prompt": ("initial_prompt", values.prose),
    "hotwords": ("hotwords", values.prose),
    "word_timestamps": ("word_timestamps", values.boolean),
    "temperature": ("temperature", values.share),
    "channels": ("channels", values.boolean),
    "clip_start": ("clip_start", values.moment),
    "clip_end": ("clip_end", values.moment),
    "vad_threshold": ("vad_threshold", values.share),
    "vad_min_silence": ("vad_min_silence", values.number),
    "vad_min_speech": ("vad_min_speech", values.number),
    "vad_pad": ("vad_pad", values.number),
}
_VAD = "vad_"


def engine_options(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `engine.Options` for the options that a row keeps.

    Raises:
        ValueError: VAD figures that make no sense.
    """
    given = {name: value for name, value in kept.items() if not name.startswith(_VAD)}
    if vad := {name.removeprefix(_VAD): value for name, value in kept.items() if name.startswith(_VAD)}:
        given["vad"] = VadOptions(**vad)
    if "languages" in given:
        given["languages"] = tuple(given["languages"])
    if glossary := given.pop("glossary", None):
        # The request's own words first: the model is told the first hundred or so.
        given["hotwords"] = ", ".join(filter(None, (given.get("hotwords"), glossary["words"])))
    return given


def asked(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The options that a row keeps, by the names that callers know."""
    found = {name: kept[key] for name, (key, _) in OPTIONS.items() if key in kept}
    return found | ({"glossary": kept["glossary"]["name"]} if "glossary" in kept else {})
