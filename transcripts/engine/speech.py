"""Where somebody speaks: Silero VAD in blocks, and spans of speech from its probabilities.

Time is counted in frames of 512 samples (32 ms), the step of Silero at 16 kHz.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from faster_whisper.vad import get_vad_model

from .audio import SAMPLE_RATE, Audio
from .types import VadOptions

FRAME: Final = 512
"""Samples per VAD frame."""
CONTEXT: Final = 64
"""Samples of the frame before that Silero wants in front of each frame."""
FRAME_SECONDS: Final = FRAME / SAMPLE_RATE
RELEASE: Final = 0.15
"""Speech begins at the threshold and is over this far below it: Silero's own hysteresis."""


def frames(seconds: float) -> int:
    """How many frames `seconds` are, rounded."""
    return round(seconds / FRAME_SECONDS)


@dataclass(frozen=True, slots=True)
class Span:
    """Speech from frame `start` up to, not including, frame `end`."""

    start: int
    end: int


class Detector:
    """Silero VAD over a stream: its LSTM state is carried on, so blocks give what one pass would give."""

    def __init__(self) -> None:
        # The session is shared by all threads (onnxruntime allows it); the state belongs to this stream.
        self._session = get_vad_model().session
        self._h = np.zeros((1, 1, 128), np.float32)
        self._c = np.zeros((1, 1, 128), np.float32)
        self._context = np.zeros(CONTEXT, np.float32)

    def __call__(self, samples: Audio) -> Audio:
        """Speech probability of each frame: float32[k * 512] → float32[k]."""
        if not samples.size:
            return np.zeros(0, np.float32)
        frames = samples.reshape(-1, FRAME)
        before = np.concatenate([self._context[None], frames[:-1, -CONTEXT:]])
        output, self._h, self._c = self._session.run(
            None, {"input": np.concatenate([before, frames], axis=1), "h": self._h, "c": self._c}
        )
        self._context = frames[-1, -CONTEXT:].copy()
        probabilities: Audio = output.reshape(-1)
        return probabilities


class SpanFinder:
    """Probabilities, one frame at a time → spans; `open` is the start of the span that is still going on."""

    def __init__(self, vad: VadOptions) -> None:
        self.open: int | None = None
        self._threshold = vad.threshold
        self._release = max(0.01, vad.threshold - RELEASE)
        self._min_pause = max(1, frames(vad.min_silence))
        self._min_speech = frames(vad.min_speech)
        self._quiet: int | None = None

    def feed(self, frame: int, probability: float) -> Span | None:
        """Take the next frame's probability; a span when this frame shows that it has ended."""
        if self.open is None:
            if probability >= self._threshold:
                self.open = frame
            return None
        if probability >= self._threshold:
            self._quiet = None
        elif probability < self._release and self._quiet is None:
            self._quiet = frame
        if self._quiet is not None and frame - self._quiet >= self._min_pause:
            return self.finish(frame)
        return None

    def finish(self, frame: int) -> Span | None:
        """End the open span, at its last speech or else before `frame`."""
        start, end = self.open, frame if self._quiet is None else self._quiet
        self.open = self._quiet = None
        return Span(start, end) if start is not None and end - start >= self._min_speech else None

    def cut(self, frame: int) -> Span:
        """Split the open span: what lies before `frame` is returned, the rest stays open.

        Raises:
            ValueError: no span is open.
        """
        if self.open is None:
            raise ValueError("there is no open span to cut")
        span, self.open = Span(self.open, frame), frame
        return span
