"""A second model for translation: comes when it is needed, goes when it is idle."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.conftest import said
from tests.speech import DEMO_MODEL, SAMPLES, reference, word_error_rate
from transcripts.engine import EngineConfig, Job, ModelUnavailable, Options, UnsupportedTask
from transcripts.engine.engine import Engine, preparations
from transcripts.engine.models import OnDemand

WAIT = 10.0
SPANISH = SAMPLES / "es-short-2.flac"
TRANSLATE = Options(task="translate")


class Weights:
    """Something heavy."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def close(self) -> None:
        """Be light."""
        self.closed.set()


def test_what_is_idle_is_unloaded_and_comes_back() -> None:
    made: list[Weights] = []
    shelf = OnDemand(lambda: made.append(Weights()) or made[-1], idle_seconds=0.01)  # type: ignore[func-returns-value]
    with shelf.using() as first:
        assert shelf.loaded
    assert first.closed.wait(WAIT)
    with shelf.using() as second:
        assert second is not first
    shelf.close()
    assert second.closed.is_set()


def test_what_is_in_use_stays_however_long_it_takes() -> None:
    shelf = OnDemand(Weights, idle_seconds=0.0)
    with shelf.using() as held:
        with shelf.using() as same:
            assert same is held
        assert not held.closed.wait(0.2)
    assert held.closed.wait(WAIT)


def test_a_load_that_fails_is_tried_again_by_the_next() -> None:
    answers: Iterator[Weights | Exception] = iter([ModelUnavailable("no network"), Weights()])

    def load() -> Weights:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    shelf = OnDemand(load, idle_seconds=60.0)
    with pytest.raises(ModelUnavailable), shelf.using():
        pytest.fail("nothing was loaded")
    with shelf.using() as loaded:
        assert not loaded.closed.is_set()
    shelf.close()


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A model that passes for a turbo, and the demo model to translate."""
    turbo = shutil.copytree(DEMO_MODEL, tmp_path_factory.mktemp("models") / "some-turbo")
    engine = Engine.load(EngineConfig(model=str(turbo), device="cpu", translate_model="demo", idle_seconds=0.0))
    yield engine
    engine.close()


def test_translation_goes_to_the_model_that_can(two: Engine) -> None:
    segments = said(list(two.transcribe(SPANISH, TRANSLATE, job=Job("a"))))
    assert word_error_rate(reference(SPANISH.name).english, "".join(s.text for s in segments)) <= 0.06
    assert two.info.can_translate
    assert (two.info.model, two.info_for(Options()).model, two.info_for(TRANSLATE).model) == (
        "some-turbo",
        "some-turbo",
        "demo",
    )


def test_two_translations_share_the_loaded_model(two: Engine) -> None:
    first = two.transcribe(SPANISH, TRANSLATE, job=Job("a"))
    next(first)
    second = list(two.transcribe(SPANISH, TRANSLATE, job=Job("b")))
    assert said(second)
    assert two._translator is not None
    assert two._translator.model.loaded
    list(first)


def test_a_model_that_can_translate_needs_no_other() -> None:
    engine = Engine.load(EngineConfig(model="demo", device="cpu", translate_model="does-not-exist"))
    try:
        assert engine.info_for(TRANSLATE).model == "demo"
    finally:
        engine.close()


def test_a_translation_model_that_cannot_translate_is_refused_at_the_start(two: Engine, tmp_path: Path) -> None:
    turbo = str(shutil.copytree(DEMO_MODEL, tmp_path / "turbo"))
    with pytest.raises(ModelUnavailable, match="translation model turbo was not trained to translate"):
        Engine.load(EngineConfig(model=turbo, device="cpu", translate_model=turbo))


def test_without_a_translation_model_it_is_refused_with_the_reason(tmp_path: Path) -> None:
    turbo = str(shutil.copytree(DEMO_MODEL, tmp_path / "turbo"))
    engine = Engine.load(EngineConfig(model=turbo, device="cpu"))
    try:
        assert not engine.info.can_translate
        with pytest.raises(UnsupportedTask, match="not trained to translate"):
            engine.transcribe(SPANISH, TRANSLATE, job=Job("a"))
    finally:
        engine.close()


def test_preparations_are_what_is_asked_for_or_two_to_four() -> None:
    assert preparations(7) == 7
    assert 2 <= preparations(0) <= 4
