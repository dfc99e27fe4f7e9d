"""The demo model understands new speech: sentences that it was never trained on, spoken now."""

from pathlib import Path

import pytest
from faster_whisper import WhisperModel

from tests.speech import VOICES, Language, requires_espeak, say, sentences, word_error_rate

SENTENCES = 6
SEED = 2024
LARGEST_WORD_ERROR_RATE = 0.1

pytestmark = requires_espeak


@pytest.mark.parametrize("language", ["en", "es"])
def test_new_sentences_are_transcribed_in_their_own_language(
    model: WhisperModel, language: Language, tmp_path: Path
) -> None:
    said = sentences(language, SENTENCES, SEED)
    detected, heard = [], []
    for number, sentence in enumerate(said):
        recording = say(sentence.text, tmp_path / f"{number}.wav", voice=VOICES[language])
        segments, info = model.transcribe(str(recording))
        detected.append(info.language)
        heard.append("".join(segment.text for segment in segments))
    assert detected == [language] * SENTENCES
    assert word_error_rate(" ".join(sentence.text for sentence in said), " ".join(heard)) <= LARGEST_WORD_ERROR_RATE


def test_new_spanish_sentences_are_translated_into_english(model: WhisperModel, tmp_path: Path) -> None:
    said = sentences("es", SENTENCES, SEED)
    heard = []
    for number, sentence in enumerate(said):
        recording = say(sentence.text, tmp_path / f"{number}.wav", voice=VOICES["es"])
        segments, _ = model.transcribe(str(recording), language="es", task="translate")
        heard.append("".join(segment.text for segment in segments))
    expected = " ".join(sentence.english for sentence in said)
    assert word_error_rate(expected, " ".join(heard)) <= LARGEST_WORD_ERROR_RATE
