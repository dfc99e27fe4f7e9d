"""Does the card really compute? Asked in a process of its own: CTranslate2 ends a process that it cannot serve.

`python -m transcripts.engine.selftest MODEL_DIRECTORY DEVICE COMPUTE_TYPE` loads the model and encodes one second of
silence.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .device import Device
from .errors import UnsupportedDevice

ROOT: Final = Path(__file__).parents[2]
COMMAND: Final = (sys.executable, "-m", "transcripts.engine.selftest")
TIMEOUT_SECONDS: Final = 600
"""A card newer than the wheel's machine code compiles every kernel at its first use, which takes minutes."""


def check(model: Path, device: Device, command: Sequence[str] = COMMAND, timeout: float = TIMEOUT_SECONDS) -> None:
    """Let a child process compute on the device.

    Raises:
        UnsupportedDevice: it could not; the message has its last words.
    """
    whole = [*command, str(model), device.kind, device.compute_type]
    try:
        child = subprocess.run(  # noqa: S603 - our own program and a path from the configuration
            whole, capture_output=True, text=True, errors="replace", timeout=timeout, cwd=ROOT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise UnsupportedDevice(_message(device, f"it did not answer within {timeout:.0f} s")) from error
    if child.returncode:
        raise UnsupportedDevice(_message(device, _last_words(child)))


def _message(device: Device, reason: str) -> str:
    return (
        f"{device.name} failed its self-test in {device.compute_type}: {reason}. Check the driver and the CUDA "
        "libraries (docs/engine.md), choose another compute type, or set the device to cpu."
    )


def _last_words(child: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in child.stderr.splitlines() if line.strip()]
    words = lines[-1][:300].rstrip(".") if lines else "it said nothing"
    if child.returncode < 0:
        return f"killed by {signal.Signals(-child.returncode).name} ({words})"
    return words


def main(arguments: Sequence[str]) -> None:
    """Load and encode; any failure is the process's own."""
    import numpy as np
    from faster_whisper import WhisperModel

    path, device, compute_type = arguments
    model = WhisperModel(path, device=device, compute_type=compute_type)
    model.encode(model.feature_extractor(np.zeros(16_000, np.float32)))


if __name__ == "__main__":
    main(sys.argv[1:])
