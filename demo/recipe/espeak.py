"""The espeak-ng library through ctypes: samples, and when each word and phoneme begins.

The command line cannot tell those times. Numbers come from espeak-ng 1.51's `speak_lib.h`.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from demo.recipe.voices import VoiceSettings

SAMPLE_RATE = 22050

_AUDIO_OUTPUT_SYNCHRONOUS = 2
_INITIALIZE_PHONEME_EVENTS = 1
_EVENT_LIST_TERMINATED, _EVENT_WORD, _EVENT_PHONEME = 0, 1, 7
_RATE, _PITCH, _RANGE = 1, 3, 4
_POSITION_CHARACTER = 1
_CHARS_UTF8 = 1
_SUCCESS = 0


class EspeakError(Exception):
    """The library cannot be started, or does not know the voice."""


class _EventId(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    ]


_SynthCallback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass
class Synthesis:
    """What espeak-ng said. Times are in seconds of its own, untrimmed audio.

    `chunks`: int16[n_samples] at 22050 Hz, to be joined. `words`: (1-based character position, start).
    `phonemes`: (espeak's name of it, start); names that begin with `_` are pauses.
    """

    chunks: list[NDArray[np.int16]] = field(default_factory=list)
    words: list[tuple[int, float]] = field(default_factory=list)
    phonemes: list[tuple[str, float]] = field(default_factory=list)

    def receive(self, samples: Any, count: int, events: Any) -> int:
        """Take one delivery from the library; 0 asks it to go on."""
        if samples and count > 0:
            self.chunks.append(np.ctypeslib.as_array(samples, shape=(count,)).copy())
        index = 0
        while events[index].type != _EVENT_LIST_TERMINATED:
            self._note(events[index])
            index += 1
        return 0

    def _note(self, event: _Event) -> None:
        start = event.audio_position / 1000
        if event.type == _EVENT_WORD:
            self.words.append((event.text_position, start))
        elif event.type == _EVENT_PHONEME:
            self.phonemes.append((event.id.string.decode("utf8", "replace"), start))


@cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL("libespeak-ng.so.1")
    rate = library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, None, _INITIALIZE_PHONEME_EVENTS)
    if rate != SAMPLE_RATE:
        raise EspeakError(f"espeak-ng speaks at {rate} Hz, not at {SAMPLE_RATE} Hz")
    return library


def synthesise(text: str, settings: VoiceSettings) -> Synthesis:
    """Say `text`.

    Raises:
        EspeakError: the library cannot be started, or does not know the voice.
    """
    library = _library()
    synthesis = Synthesis()
    callback = _SynthCallback(synthesis.receive)  # a name keeps it alive while the library calls it
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(settings.voice.encode()) != _SUCCESS:
        raise EspeakError(f"espeak-ng has no voice {settings.voice!r}")
    for parameter, value in ((_RATE, settings.wpm), (_PITCH, settings.pitch), (_RANGE, settings.prange)):
        library.espeak_SetParameter(parameter, value, 0)
    raw = text.encode() + b"\0"
    library.espeak_Synth(raw, len(raw), 0, _POSITION_CHARACTER, 0, _CHARS_UTF8, None, None)
    return synthesis
