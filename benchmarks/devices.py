"""What a call of the model costs on devices that are not at hand: computed from data sheets, not measured.

All figures are estimates. A window has 30 s of audio and 90 tokens (3 per second of speech); beam 5.

- H200: the encoder of large-v3-turbo, 2.27 TFLOP per window, at 45 % of 790 TF/s; per decoder step 1 ms to launch it,
  317 MB of weights at 70 % of 4.3 TB/s, and 0.35 GFLOP per token and beam. 282, 1557, 2300, 3019 times real time in
  batches of 1, 8, 16, 32.
- M4000: the same model in float32 at the card's ideal 2.6 TF/s and 192 GB/s. 24, 31, 32 times real time in batches of
  1, 8, 16.
- CPU: a model of the size of `tiny` on one thread. Batches of 4 and 8 clips bring 1.29 and 1.36 times the rate of one
  (measured: 1.31 and 1.33); 0.4 s for a 10-s clip is assumed.
- Preparation (decoding the file, voice detection, features): 0.26 CPU seconds per minute of audio, measured. A file is
  prepared by one core, so that alone it runs at 230 times real time at most.
"""

from __future__ import annotations

from dataclasses import dataclass

TOKENS_PER_SECOND = 3.0
WINDOW = 30.0
PREPARATION = 0.26 / 60
"""CPU seconds per second of audio: 0.03 to decode, 0.2 to detect speech, 0.03 for features, per minute."""


@dataclass(frozen=True)
class Device:
    """Seconds: `encode` per window; per decoder step `step`, and `step_each` for every window in the batch."""

    name: str
    encode: float
    step: float
    step_each: float
    cores: int
    """CPU cores for preparation beside it."""

    def seconds(self, encoded: int, decoded: int, tokens: float) -> float:
        """A call that encodes and decodes so many windows, the longest of which has so many tokens."""
        return encoded * self.encode + (tokens * (self.step + decoded * self.step_each) if decoded else 0.0)

    def rate(self, batch: int) -> float:
        """Seconds of audio per second with whole windows, all of one length."""
        return batch * WINDOW / self.seconds(batch, batch, WINDOW * TOKENS_PER_SECOND)


def _of_turbo(name: str, flops: float, bandwidth: float, weights: float, launch: float, cores: int) -> Device:
    """`flops` per second, `bandwidth` in bytes per second, `weights` in bytes, `launch` in seconds per step."""
    beam, encoder, token = 5, 2.27e12, 0.35e9
    return Device(name, encoder / flops, launch + weights / bandwidth, beam * token / flops, cores)


H200 = _of_turbo("H200", 0.45 * 790e12, 0.7 * 4.3e12, 317e6, 1e-3, cores=16)
M4000 = _of_turbo("M4000", 2.6e12, 192e9, 634e6, 0.0, cores=2)
CPU = Device("CPU", encode=0.18, step=0.004, step_each=0.0033, cores=1)
