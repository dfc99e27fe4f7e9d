"""The suite's own voice and ruler can be trusted."""

from pathlib import Path

import av
import pytest

from demo.recipe.grammar import is_held_out
from demo.recipe.scoring import Score
from tests import speech
from tests.speech import convert, reference, requires_espeak, requires_ffmpeg, say, sentences, word_error_rate, words


def _audio(path: Path) -> tuple[str, int, float]:
    """Codec, sample rate and length in seconds."""
    with av.open(str(path)) as container:
        (stream,) = container.streams.audio
        n_samples = sum(frame.samples for frame in container.decode(stream))
        return stream.codec_context.codec.canonical_name, stream.rate, n_samples / stream.rate


def test_words_are_compared_without_case_and_punctuation() -> None:
    assert words("¿Dónde están las cartas, Señor O'Neil?") == ["dónde", "están", "las", "cartas", "señor", "o", "neil"]


@pytest.mark.parametrize(
    ("hypothesis", "expected"),
    [
        ("the teacher found two boxes", 0.0),
        ("The teacher lost two boxes.", 0.2),
        ("the teacher found boxes", 0.2),
        ("the old teacher found two boxes here", 0.4),
        ("", 1.0),
    ],
)
def test_a_word_error_is_a_wrong_missing_or_invented_word(hypothesis: str, expected: float) -> None:
    assert word_error_rate("The teacher found two boxes.", hypothesis) == pytest.approx(expected)


def test_a_score_sums_errors_over_transcripts() -> None:
    score = Score()
    score.add("The code is two.", "The code is two.")
    score.add("The code is three four.", "the code three four five")
    assert (score.errors, score.words, score.exact, score.transcripts) == (2, 9, 1, 2)
    assert str(score) == "WER 22.22 % (2/9 words), exact text 1/2"


def test_sentences_are_different_held_out_and_the_same_for_a_seed() -> None:
    drawn = sentences("es", 20, seed=5)
    assert len({sentence.text for sentence in drawn}) == 20
    assert all(is_held_out(sentence.english) for sentence in drawn)
    assert drawn == sentences("es", 20, seed=5)
    assert [sentence.english for sentence in drawn] == [sentence.text for sentence in sentences("en", 20, seed=5)]


def test_a_reference_tells_what_is_said_and_when() -> None:
    truth = reference("es-short-1.flac")
    assert truth.text == "¿Dónde están las cartas pequeñas?"
    assert truth.english == "Where are the small letters?"
    assert truth.language == "es"
    (segment,) = truth.segments
    assert (segment.words[1].text, segment.words[1].start, segment.words[1].end) == ("están", 0.558, 0.883)


def test_an_unknown_recording_has_no_reference() -> None:
    with pytest.raises(KeyError):
        reference("nothing.flac")


@requires_espeak
def test_faster_speech_takes_less_time(tmp_path: Path) -> None:
    text = "Anna and Peter are in the garden."
    _, rate, slow = _audio(say(text, tmp_path / "slow.wav", speed=100))
    _, _, fast = _audio(say(text, tmp_path / "fast.wav", speed=200))
    assert rate == 22_050
    assert fast < 0.7 * slow


@requires_espeak
def test_a_text_that_looks_like_an_option_is_spoken(tmp_path: Path) -> None:
    assert _audio(say("--version", tmp_path / "option.wav"))[2] > 0.3


@requires_ffmpeg
def test_a_recording_is_converted_to_what_its_name_says(tmp_path: Path) -> None:
    source = reference("en-short-1.flac")
    codec, rate, seconds = _audio(convert(source.path, tmp_path / "speech.opus", "-ar", "48000"))
    assert (codec, rate) == ("opus", 48_000)
    assert seconds == pytest.approx(source.duration, abs=0.1)


@pytest.mark.parametrize(("required", "skipped"), [("", True), ("1", False)])
def test_a_missing_program_skips_a_test_unless_services_are_required(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, required: str, skipped: bool
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("WHISPERHUB_REQUIRE_SERVICES", required)
    mark = speech.requires("espeak-ng").mark
    assert mark.args == (skipped,)
    assert mark.kwargs == {"reason": "the program espeak-ng is not installed"}


def test_a_required_program_that_is_missing_is_a_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="espeak-ng"):
        say("Good morning.", tmp_path / "speech.wav")
