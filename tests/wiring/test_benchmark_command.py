"""`manage.py benchmark`: this machine's own figures, from real speech through the real engine."""

from __future__ import annotations

import re
import wave
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as hub
from django.core.management import CommandError, call_command
from pytest_django import Settings

from tests.speech import SAMPLES, reference
from transcripts.management.commands import benchmark
from transcripts.management.commands.gpu_worker import EXIT_CONFIG
from transcripts.measuring import Measured, write_repeated

SHORT = reference("en-short-1.flac")


def _run(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("benchmark", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_every_length_gets_a_row_beside_what_is_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "DOCUMENTED", {0.2: "1–2 s"})
    out, err = _run("--model", "demo", "--minutes", "0.1", "0.2")
    model, _, header, *rows = out.splitlines()
    assert re.fullmatch(r"demo on cpu, int8\w*", model)
    assert header.split("  ")[-1] == "documented for a Quadro M4000"
    first, second = (re.fullmatch(r" *(\S+) min +([\d.]+) s +([\d.]+) +(\d+)(?:  (.+))?", row) for row in rows)
    assert first is not None
    assert second is not None
    assert (first[1], first[5], second[1], second[5]) == ("0.1", None, "0.2", "1–2 s")
    for row, seconds in ((first, 6.0), (second, 12.0)):
        # Both are rounded as they are printed: to a tenth of a second, and to a thousandth.
        assert float(row[3]) == pytest.approx(float(row[2]) / seconds, abs=0.05 / seconds + 0.001)
    assert "Demo model" in err


def test_the_words_are_those_that_are_said_as_often_as_they_are_said() -> None:
    # The sample is 3.96 s long: six of it.
    out, _ = _run("--model", "demo", "--file", str(SHORT.path), "--minutes", "0.39625625")
    words = int(out.splitlines()[-1].split()[5])
    assert words == pytest.approx(6 * len(SHORT.text.split()), rel=0.1)  # the model may err, repetition may not


def test_the_documented_figures_are_the_ones_of_the_page() -> None:
    page = (hub.BASE_DIR / "docs" / "deploy.md").read_text()
    for minutes, known in benchmark.DOCUMENTED.items():
        assert re.search(rf"\| {minutes:g} min \| {re.escape(known)} \|", page)


def test_speech_is_repeated_to_the_sample(tmp_path: Path) -> None:
    path = write_repeated(SHORT.path, 10.0, tmp_path / "speech.wav")
    with wave.open(str(path)) as file:
        assert (file.getnframes(), file.getframerate(), file.getnchannels()) == (160_000, 16_000, 1)
        sound = file.readframes(160_000)
    length = round(3.9625625 * 16_000) * 2
    assert sound[:length] == sound[length : 2 * length]
    assert any(sound)


def test_what_it_took_over_what_it_heard_is_the_real_time_factor() -> None:
    assert Measured(audio=60.0, took=12.0, words=100).real_time_factor == 0.2


@pytest.mark.parametrize("minutes", ["0", "-1", "601", "many"])
def test_a_length_that_makes_no_sense_is_refused(minutes: str) -> None:
    with pytest.raises(CommandError):
        _run("--model", "demo", "--minutes", minutes)


def test_a_file_that_is_no_speech_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.wav", SAMPLES / "reference.json"):
        with pytest.raises(CommandError, match=re.escape(str(path))):
            _run("--model", "demo", "--file", str(path), "--minutes", "0.1")


def test_a_model_that_cannot_be_had_ends_it_with_the_reason(settings: Settings) -> None:
    settings.WHISPER_MODEL = "/nowhere/model"
    err = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("benchmark", stderr=err)
    assert end.value.code == EXIT_CONFIG
    assert "/nowhere/model" in err.getvalue()
