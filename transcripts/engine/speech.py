"""Where somebody speaks: Silero VAD in blocks, and spans of speech from its probabilities.

Time is counted in frames of 512 samples (32 ms), the step of Silero at 16 kHz.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from faster_whisper.vad import get_vad_model

from .audio import Audio

FRAME: Final = 512
"""Samples per VAD frame."""
CONTEXT: Final = 64
"""Samples of the frame before that Silero wants in front of each frame."""
THRESHOLD: Final = 0.5
RELEASE: Final = 0.35
"""Speech begins at 0.5 and is over below 0.35: Silero's own hysteresis."""
MIN_PAUSE: Final = 5
"""Frames (160 ms) of quiet that end a span, as in faster-whisper's batched pipeline."""
MIN_SPEECH: Final = 3
"""Frames (96 ms); anything shorter is a click, not a word."""


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

    def __init__(self) -> None:
        self.open: int | None = None
        self._quiet: int | None = None

    def feed(self, frame: int, probability: float) -> Span | None:
        """Take the next frame's probability; a span when this frame shows that it has ended."""
        if self.open is None:
            if probability >= THRESHOLD:
                self.open = frame
            return None
        if probability >= THRESHOLD:
            self._quiet = None
        elif probability < RELEASE and self._quiet is None:
            self._quiet = frame
        if self._quiet is not None and frame - self._quiet >= MIN_PAUSE:
            return self.finish(frame)
        return None

    def finish(self, frame: int) -> Span | None:
        """End the open span, at its last speech or else before `frame`."""
        start, end = self.open, frame if self._quiet is None else self._quiet
        self.open = self._quiet = None
        return Span(start, end) if start is not None and end - start >= MIN_SPEECH else None

    def cut(self, frame: int) -> Span:
        """Split the open span: what lies before `frame` is returned, the rest stays open.

        Raises:
            ValueError: no span is open.
        """
        if self.open is None:
            raise ValueError("there is no open span to cut")
        span, self.open = Span(self.open, frame), frame
        return span
