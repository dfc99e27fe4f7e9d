"""What the model is told before it listens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from faster_whisper.tokenizer import Tokenizer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.conftest import Transcribe, text
from tests.speech import SAMPLES, reference, word_error_rate
from transcripts.engine import Options, Segment
from transcripts.engine.engine import Engine
from transcripts.engine.prompts import HISTORY_LENGTHS, ROOM, Prompter
from transcripts.engine.takes import Take
from transcripts.engine.work import MAX_LENGTH


@pytest.fixture(scope="module")
def tokenizer(engine: Engine) -> Tokenizer:
    return Tokenizer(engine._model.whisper.hf_tokenizer, True, task="transcribe", language="en")


def take(tokenizer: Tokenizer, said: str, temperature: float = 0.0) -> Take:
    return Take(tuple(tokenizer.encode(said)), said, temperature, -0.2, 1.2, 0.01)


def told(prompt: Sequence[int], tokenizer: Tokenizer) -> str:
    return str(tokenizer.decode([token for token in prompt if token < tokenizer.eot]))


def test_with_nothing_to_tell_the_prompt_is_language_and_task(tokenizer: Tokenizer) -> None:
    assert Prompter(Options()).prompt(tokenizer) == list(tokenizer.sot_sequence)


def test_hotwords_come_before_the_initial_prompt_and_both_before_what_was_said(tokenizer: Tokenizer) -> None:
    prompter = Prompter(Options(hotwords="Wednesday", initial_prompt="A report."))
    prompter.remember([take(tokenizer, " The doctor found two white boxes in the house. " * 2)], tokenizer)
    prompt = prompter.prompt(tokenizer)
    assert prompt[0] == tokenizer.sot_prev
    assert told(prompt, tokenizer).startswith(" Wednesday A report.")
    assert told(prompt, tokenizer).endswith("boxes in the house. ")


def test_histories_have_few_lengths_so_that_jobs_can_share_a_batch(tokenizer: Tokenizer) -> None:
    prompter = Prompter(Options())
    lengths = set()
    for _ in range(60):
        prompter.remember([take(tokenizer, " two tables, four old cars")], tokenizer)
        lengths.add(max(0, len(prompter.prompt(tokenizer)) - 1 - len(tokenizer.sot_sequence)))
    assert lengths <= set(HISTORY_LENGTHS)
    assert max(lengths) == HISTORY_LENGTHS[-1]


@pytest.mark.parametrize("temperature", [0.6, 1.0])
def test_a_doubtful_take_ends_the_history(tokenizer: Tokenizer, temperature: float) -> None:
    prompter = Prompter(Options())
    prompter.remember([take(tokenizer, " the doctor" * 20)], tokenizer)
    prompter.remember([take(tokenizer, " the doctor" * 20, temperature)], tokenizer)
    assert prompter.prompt(tokenizer) == list(tokenizer.sot_sequence)


def test_another_language_begins_anew(engine: Engine, tokenizer: Tokenizer) -> None:
    spanish = Tokenizer(engine._model.whisper.hf_tokenizer, True, task="transcribe", language="es")
    prompter = Prompter(Options())
    prompter.remember([take(tokenizer, " the doctor" * 20)], tokenizer)
    prompter.remember([], spanish)
    assert prompter.prompt(spanish) == list(spanish.sot_sequence)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=1500), st.text(max_size=1500), st.integers(0, 80))
def test_no_prompt_takes_the_room_of_the_answer(
    tokenizer: Tokenizer, hotwords: str, initial: str, sentences: int
) -> None:
    prompter = Prompter(Options(hotwords=hotwords, initial_prompt=initial))
    prompter.remember([take(tokenizer, " the old doctor" * sentences)], tokenizer)
    prompt = prompter.prompt(tokenizer)
    assert len(prompt) <= ROOM + 1 + len(tokenizer.sot_sequence) <= MAX_LENGTH // 2 + 4
    assert prompt[-len(tokenizer.sot_sequence) :] == list(tokenizer.sot_sequence)


def test_endless_hotwords_and_prompts_still_give_a_transcript(transcribe: Transcribe) -> None:
    options = Options(language="es", hotwords="cartas libros " * 200, initial_prompt="El alumno pintó coches. " * 200)
    assert len(text(transcribe(SAMPLES / "es-short-2.flac", options))) > 20


def test_a_prompt_changes_what_is_heard(transcribe: Transcribe) -> None:
    """The demo model was not trained to follow prompts, but it reads them: its doubts change."""
    plain = transcribe(SAMPLES / "es-short-2.flac", Options(language="es"))
    for options in (Options(language="es", hotwords="cartas"), Options(language="es", initial_prompt="Las cartas.")):
        told = transcribe(SAMPLES / "es-short-2.flac", options)
        assert told[0].segments[0].avg_logprob != pytest.approx(plain[0].segments[0].avg_logprob, abs=1e-3)


def segment(tokenizer: Tokenizer, said: str, **fields: Any) -> Segment:
    return Segment(0, 1, said, tokens=tuple(tokenizer.encode(said)), **{"language": "en", **fields})


def test_after_an_interruption_the_prompt_is_what_it_would_have_been(tokenizer: Tokenizer) -> None:
    undisturbed = Prompter(Options())
    said = " The doctor found two white boxes in the house. "
    undisturbed.remember([take(tokenizer, said)], tokenizer)
    resumed = Prompter(Options(), [segment(tokenizer, said)])
    assert resumed.prompt(tokenizer) == undisturbed.prompt(tokenizer)
    for prompter in (undisturbed, resumed):
        prompter.remember([take(tokenizer, " Four old cars.")], tokenizer)
    assert resumed.prompt(tokenizer) == undisturbed.prompt(tokenizer)


@pytest.mark.parametrize("doubt", [{"temperature": 0.8}, {"compression_ratio": 3.0}, {"language": "es"}])
def test_nothing_before_a_doubtful_segment_is_passed_on(tokenizer: Tokenizer, doubt: dict[str, Any]) -> None:
    old, doubtful = segment(tokenizer, " Four old cars." * 9), segment(tokenizer, " Two tables." * 9, **doubt)
    new = segment(tokenizer, " The doctor found two white boxes in the house and the garden.")
    assert Prompter(Options(), [old, doubtful, new]).prompt(tokenizer) == Prompter(Options(), [new]).prompt(tokenizer)
    assert Prompter(Options(), [old, doubtful]).prompt(tokenizer) != Prompter(Options(), [old]).prompt(tokenizer)


def test_careful_tells_each_window_what_was_said_before_it(
    transcribe: Transcribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts: list[list[int]] = []
    prompt = Prompter.prompt

    def noted(self: Prompter, tokenizer: Tokenizer) -> list[int]:
        prompts.append(prompt(self, tokenizer))
        return prompts[-1]

    monkeypatch.setattr(Prompter, "prompt", noted)
    results = transcribe(SAMPLES / "es-long.flac", Options(language="es", profile="careful"))
    said = [result for result in results if result.segments]
    assert len(prompts) == len(said) >= 3
    assert len(prompts[0]) < len(prompts[1])
    before = [token for segment in said[0].segments for token in segment.tokens]
    told = prompts[1][1 : prompts[1].index(prompts[0][0])]
    assert before[-len(told) :] == told
    assert word_error_rate(reference("es-long.flac").text, text(results)) <= 0.05
