"""What this machine can do. There is no card here: a stand-in for `nvidia-smi` answers in its words."""

from __future__ import annotations

import os
from pathlib import Path

import ctranslate2
import pytest

from transcripts.engine import UnsupportedDevice
from transcripts.engine.device import Card, check_capability, choose, installed_card

without_card = pytest.mark.skipif(ctranslate2.get_cuda_device_count() > 0, reason="this machine has a CUDA card")


@without_card
def test_auto_without_a_card_is_the_cpu_in_int8() -> None:
    device = choose()
    assert (device.kind, device.name, device.compute_type) == ("cpu", "cpu", "int8")


def test_an_explicit_type_that_is_possible_is_taken() -> None:
    assert choose("cpu", "float32").compute_type == "float32"


def test_an_impossible_type_is_refused_with_those_that_are_possible() -> None:
    with pytest.raises(UnsupportedDevice, match=r"cpu cannot compute in 'float16'; possible: auto, .*float32.*int8"):
        choose("cpu", "float16")


@without_card
def test_a_card_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnsupportedDevice, match="possible here: auto, cpu"):
        choose("cuda")


def test_an_unknown_device_is_refused() -> None:
    with pytest.raises(UnsupportedDevice, match=r"'tpu'.*auto, cpu"):
        choose("tpu")


@pytest.mark.parametrize(
    ("capability", "version", "refused"),
    [((5, 2), "4.8.5", True), ((5, 2), "3.24.0", False), ((5, 3), "4.8.5", False), ((9, 0), "4.8.5", False)],
)
def test_a_card_without_machine_code_in_the_wheel_is_refused_with_the_remedy(
    capability: tuple[int, int], version: str, refused: bool
) -> None:
    card = Card("Quadro M4000", capability)
    if not refused:
        check_capability(card, version)
        return
    with pytest.raises(UnsupportedDevice, match=r"Quadro M4000 has compute capability 5\.2.*`legacy`.*float32"):
        check_capability(card, version)


def stand_in(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_the_card_is_named_by_the_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, 'case "$*" in *--id=1*) echo "Quadro M4000, 5.2";; *) exit 1;; esac', monkeypatch)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1,0")
    assert installed_card() == Card("Quadro M4000", (5, 2))


@pytest.mark.parametrize("script", ["exit 9", "echo", "echo 'No devices were found'", "echo 'GPU, [N/A]'"])
def test_a_driver_that_does_not_answer_is_no_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    stand_in(tmp_path, script, monkeypatch)
    assert installed_card() is None


def test_a_missing_driver_is_no_card() -> None:
    assert installed_card("nvidia-smi-that-is-not-there") is None
