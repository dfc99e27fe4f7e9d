"""What the cards are doing. There is none here: a stand-in for `nvidia-smi` answers in its words."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from transcripts import worker_figures
from transcripts.engine import gpu
from transcripts.engine.gpu import CardFigures, card_figures
from transcripts.worker_figures import CardWatch


def stand_in(folder: Path, script: str) -> str:
    """A program of this shell script; its path."""
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(program)


def test_every_card_is_told_in_bytes_and_shares(tmp_path: Path) -> None:
    command = stand_in(tmp_path, "echo '0, Quadro M4000, 2048, 8192, 97'; echo '1, NVIDIA H200, 0, 143771, 0'")
    assert card_figures(command) == (
        CardFigures("0", "Quadro M4000", 2 * 1024**3, 8 * 1024**3, 0.97),
        CardFigures("1", "NVIDIA H200", 0, 143_771 * 1024**2, 0.0),
    )


def test_the_driver_is_asked_for_the_cards_of_this_process_in_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1, 3")
    command = stand_in(tmp_path, f'echo "$@" > {tmp_path}/asked; echo "1, H200, 1, 2, 3"')
    card_figures(command)
    fields = "--query-gpu=index,name,memory.used,memory.total,utilization.gpu"
    assert (tmp_path / "asked").read_text() == f"{fields} --format=csv,noheader,nounits --id=1,3\n"


def test_what_a_card_cannot_tell_is_left_open(tmp_path: Path) -> None:
    command = stand_in(tmp_path, "echo '0, GRID, 2048, 8192, [N/A]'; echo '1, Old, [Not Supported], [N/A], 5'")
    assert card_figures(command) == (
        CardFigures("0", "GRID", 2 * 1024**3, 8 * 1024**3, None),
        CardFigures("1", "Old", None, None, 0.05),
    )


@pytest.mark.parametrize(
    "script", ["exit 9", "echo 'Unable to determine the device handle: Unknown Error'", "echo '0, x, many, 1, 2'", ""]
)
def test_a_driver_that_fails_tells_of_no_card(tmp_path: Path, script: str) -> None:
    assert card_figures(stand_in(tmp_path, script)) == ()


def test_a_driver_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "SECONDS", 0.2)
    assert card_figures(stand_in(tmp_path, "exec sleep 60")) == ()


def test_a_machine_without_the_program_has_no_card() -> None:
    assert card_figures("nvidia-smi-that-is-not-there") == ()


def test_a_watch_asks_again_and_again_until_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_figures, "CARD_SECONDS", 0.01)
    asked, twice = [], threading.Event()

    def ask() -> tuple[CardFigures, ...]:
        asked.append(1)
        if len(asked) == 2:
            twice.set()
        return (CardFigures(str(len(asked)), "Quadro M4000", 1, 2, 0.5),)

    watch = CardWatch(ask)
    assert not watch.cards
    watch.start()
    assert twice.wait(10)
    watch.stop()
    watch._thread.join(10)
    assert not watch._thread.is_alive()
    assert watch.cards == (CardFigures(str(len(asked)), "Quadro M4000", 1, 2, 0.5),)
