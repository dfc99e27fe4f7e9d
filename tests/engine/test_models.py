"""More than one model: each comes when a job needs it, and goes when it is idle."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.conftest import said
from tests.speech import DEMO_MODEL, SAMPLES, reference, word_error_rate
from transcripts.engine import EngineConfig, Job, ModelUnavailable, Options, UnsupportedTask
from transcripts.engine.engine import Engine, preparations
from transcripts.engine.models import OnDemand
from transcripts.engine.turns import MOST

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
    assert two.info_for(replace(TRANSLATE, model="auto")).model == "demo"


def test_two_translations_share_the_loaded_model(two: Engine) -> None:
    first = two.transcribe(SPANISH, TRANSLATE, job=Job("a"))
    next(first)
    second = list(two.transcribe(SPANISH, TRANSLATE, job=Job("b")))
    assert said(second)
    loaded = two._choice.of(TRANSLATE).shelf.loaded
    assert loaded is not None
    assert loaded.load_figures().jobs == 1
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


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The demo model, and a copy of it under another name for jobs that name it."""
    copy = shutil.copytree(DEMO_MODEL, tmp_path_factory.mktemp("models") / "council")
    engine = Engine.load(EngineConfig(model="demo", device="cpu", more_models=("demo", str(copy)), idle_seconds=0.0))
    yield engine
    engine.close()


def test_a_job_goes_to_the_model_that_it_names_and_else_to_the_main_one(named: Engine) -> None:
    assert [info.name for info in named.models] == ["demo", "council"]
    council = Options(model="council")
    assert (named.info_for(council).model, named.info_for(Options()).model) == ("council", "demo")
    spoken = reference(SPANISH.name)
    for options in (council, replace(council, task="translate"), Options(model="demo")):
        truth = spoken.english if options.task == "translate" else spoken.text
        segments = said(list(named.transcribe(SPANISH, options, job=Job("a"))))
        assert word_error_rate(truth, "".join(s.text for s in segments)) <= 0.06


def test_a_named_model_is_in_memory_only_while_a_job_needs_it(named: Engine) -> None:
    job = named.transcribe(SPANISH, Options(model="council"), job=Job("a"))
    next(job)
    with named._choice.of(Options(model="council")).shelf.using() as running:
        weights = running._tools.model.whisper.model
        list(job)
        assert weights.model_is_loaded
    deadline = time.monotonic() + WAIT
    while weights.model_is_loaded and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not weights.model_is_loaded


def test_what_a_model_has_learned_and_done_outlives_its_time_in_memory(named: Engine) -> None:
    council = Options(model="council")
    shelf = named._choice.of(council).shelf

    def heard() -> int:
        list(named.transcribe(SPANISH, council, job=Job("a")))
        deadline = time.monotonic() + WAIT
        while shelf.loaded is not None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert shelf.loaded is None
        return named.load_figures()["council"].steps["interactive"].windows

    before = heard()
    with shelf.using() as running:
        sizes = running._scheduler._turns._sizes
        for _ in range(8):
            sizes.record("decode", "some", sizes.windows("decode", "some"), 0.001)
        assert sizes.windows("decode", "some") == MOST["cpu"]
        assert sizes.out_of_memory("interactive", 2)
    assert heard() == before + 2  # its language, and its words
    with shelf.using() as running:
        assert running._scheduler._turns._sizes.windows("interactive", "any") == 1
    assert named.load_figures().keys() == {"demo", "council"}


def test_a_name_that_no_model_has_is_refused_with_those_that_there_are(named: Engine) -> None:
    with pytest.raises(UnsupportedTask, match=r"no model 'large-v3' here. There are: demo, council"):
        named.transcribe(SPANISH, Options(model="large-v3"), job=Job("a"))


def test_a_named_model_that_cannot_translate_is_not_replaced_by_another(two: Engine) -> None:
    with pytest.raises(UnsupportedTask, match="some-turbo was not trained to translate"):
        two.transcribe(SPANISH, replace(TRANSLATE, model="some-turbo"), job=Job("a"))


def test_any_configured_model_that_can_translates_for_one_that_cannot(tmp_path: Path) -> None:
    turbo, able = (str(shutil.copytree(DEMO_MODEL, tmp_path / name)) for name in ("turbo", "able"))
    engine = Engine.load(EngineConfig(model=turbo, device="cpu", more_models=(able,)))
    try:
        assert (engine.info.can_translate, engine.info_for(TRANSLATE).model) == (True, "able")
    finally:
        engine.close()


def test_two_models_of_one_name_are_refused_at_the_start(tmp_path: Path) -> None:
    one, other = (str(shutil.copytree(DEMO_MODEL, tmp_path / folder / "same")) for folder in ("a", "b"))
    with pytest.raises(ModelUnavailable, match="Two of the configured models are called same"):
        Engine.load(EngineConfig(model=one, device="cpu", more_models=(other,)))


def test_a_model_that_cannot_be_had_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="holds no Whisper model"):
        Engine.load(EngineConfig(model="demo", device="cpu", more_models=(str(tmp_path),)))


def test_preparations_are_what_is_asked_for_or_two_to_four() -> None:
    assert preparations(7) == 7
    assert 2 <= preparations(0) <= 4
