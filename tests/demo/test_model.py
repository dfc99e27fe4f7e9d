"""The shipped model directory is whole, and is what its recipe says."""

import hashlib
import json
from pathlib import Path

import pytest
from faster_whisper import WhisperModel

from demo.recipe import vocabulary
from demo.recipe.tokenizer import write_tokenizer
from tests.speech import DEMO_MODEL

CHECKSUMS = DEMO_MODEL.parent / "model.sha256"


def _checksums() -> dict[str, str]:
    lines = CHECKSUMS.read_text(encoding="ascii").splitlines()
    return {name: digest for digest, name in (line.split("  ") for line in lines)}


@pytest.mark.parametrize("name", sorted(_checksums()))
def test_a_file_of_the_model_has_its_listed_checksum(name: str) -> None:
    content = (DEMO_MODEL.parent / name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == _checksums()[name]


def test_every_file_of_the_model_is_listed() -> None:
    assert set(_checksums()) == {f"model/{path.name}" for path in DEMO_MODEL.iterdir()}


def test_the_model_has_the_ids_of_multilingual_whisper(model: WhisperModel) -> None:
    tokenizer = model.hf_tokenizer
    assert model.model.is_multilingual
    assert model.feature_extractor.mel_filters.shape[0] == 80
    assert len(json.loads((DEMO_MODEL / "vocabulary.json").read_text(encoding="utf-8"))) == 51865
    # Fixed points of Whisper's published layout.
    assert tokenizer.token_to_id("<|endoftext|>") == 50257
    assert tokenizer.token_to_id("<|startoftranscript|>") == 50258
    assert tokenizer.token_to_id("<|en|>") == 50259
    assert tokenizer.token_to_id("<|es|>") == 50262
    assert tokenizer.token_to_id("<|notimestamps|>") == 50363


def test_the_recipe_still_makes_the_vocabulary_of_the_model() -> None:
    shipped = json.loads((DEMO_MODEL / "vocabulary.json").read_text(encoding="utf-8"))
    assert vocabulary.whisper_tokens() == shipped


def test_the_recipe_still_writes_the_tokenizer_of_the_model(tmp_path: Path) -> None:
    write_tokenizer(tmp_path / "tokenizer.json")
    assert (tmp_path / "tokenizer.json").read_bytes() == (DEMO_MODEL / "tokenizer.json").read_bytes()


def test_the_tokenizer_reads_a_sentence_as_the_recipe_does(model: WhisperModel) -> None:
    text = "¿Dónde están las cartas pequeñas?"
    ids = model.hf_tokenizer.encode(f" {text}", add_special_tokens=False).ids
    assert ids == vocabulary.encode(text)
    assert model.hf_tokenizer.decode(ids) == f" {text}"
