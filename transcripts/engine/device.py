"""Which device and compute type the model runs on: what CTranslate2 can do here, and how to say so to a person."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import Final

import ctranslate2

from .errors import UnsupportedDevice

PREFERRED: Final = {"cuda": ("float16", "float32"), "cpu": ("int8", "int8_float32", "float32")}
"""`auto`: the fastest type without a loss that anyone measured, among those that the device supports."""
OLDEST_IN_WHEELS: Final = (5, 3)
"""CTranslate2's 4.x wheels hold machine code for compute capability 5.3 and later (read from their fat binaries)."""
LEGACY_REMEDY: Final = (
    "the CTranslate2 4.x wheels hold no code for compute capability below 5.3. Install the `legacy` requirements "
    "profile (ctranslate2 3.24, compute type float32), or set the device to cpu"
)


@dataclass(frozen=True, slots=True)
class Device:
    """Where the model runs: `kind` is cpu or cuda, `name` is for people: `cuda (Quadro M4000)`."""

    kind: str
    name: str
    compute_type: str


@dataclass(frozen=True, slots=True)
class Card:
    """A graphics card as its driver describes it."""

    name: str
    capability: tuple[int, int]


def choose(device: str = "auto", compute_type: str = "auto") -> Device:
    """Resolve `auto` by what this machine supports.

    Raises:
        UnsupportedDevice: the device is not there, or cannot compute in that type; the message lists what can be had.
    """
    kind = _kind(device)
    card = installed_card() if kind == "cuda" else None
    if card is not None:
        check_capability(card, ctranslate2.__version__)
    name = f"cuda ({card.name})" if card else kind
    return Device(kind, name, _compute_type(kind, name, compute_type))


def cuda_devices() -> int:
    """How many CUDA cards CTranslate2 sees; 0 where there is no driver."""
    return int(ctranslate2.get_cuda_device_count())


def check_capability(card: Card, version: str) -> None:
    """Refuse a card that the installed CTranslate2 has no machine code for.

    Raises:
        UnsupportedDevice: with the remedy.
    """
    if card.capability < OLDEST_IN_WHEELS and int(version.split(".")[0]) >= 4:
        major, minor = card.capability
        raise UnsupportedDevice(f"{card.name} has compute capability {major}.{minor}: {LEGACY_REMEDY}.")


def _kind(device: str) -> str:
    if device == "auto":
        return "cuda" if cuda_devices() else "cpu"
    if device not in PREFERRED:
        raise UnsupportedDevice(f"Unknown device {device!r}; possible here: auto, {', '.join(_present())}.")
    if device not in _present():
        raise UnsupportedDevice("No CUDA card is visible to CTranslate2; possible here: auto, cpu.")
    return device


def _present() -> list[str]:
    return ["cpu", "cuda"] if cuda_devices() else ["cpu"]


def _compute_type(kind: str, name: str, wanted: str) -> str:
    try:
        supported = _usable(ctranslate2.get_supported_compute_types(kind))
    except (RuntimeError, ValueError) as error:
        raise UnsupportedDevice(f"{name} does not answer: {error}") from error
    if wanted == "auto":
        return next(kept for kept in PREFERRED[kind] if kept in supported)
    if wanted not in supported:
        raise UnsupportedDevice(
            f"{name} cannot compute in {wanted!r}; possible: auto, {', '.join(sorted(supported))}. "
            "On cards of compute capability 6.0 and older only float32 is possible."
        )
    return wanted


def _usable(supported: set[str]) -> set[str]:
    """Without bfloat16: rows of encoder output pass through NumPy, which has no such type."""
    return {kept for kept in supported if "bfloat16" not in kept}


def installed_card(command: str = "nvidia-smi") -> Card | None:
    """The first card by `nvidia-smi`; None where the program is missing or does not answer within 10 s."""
    program = shutil.which(command)
    if program is None:
        return None
    query = [program, "--query-gpu=name,compute_cap", "--format=csv,noheader", f"--id={_first_visible()}"]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, timeout=10, check=True).stdout  # noqa: S603 - fixed arguments
        name, capability = answer.splitlines()[0].rsplit(",", 1)
        major, minor = capability.strip().split(".")
        return Card(name.strip(), (int(major), int(minor)))
    except (subprocess.SubprocessError, OSError, IndexError, ValueError):
        return None


def _first_visible() -> str:
    """The card that CUDA calls number 0 in this process."""
    return os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")[0].strip() or "0"
