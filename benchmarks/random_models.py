"""`python -m benchmarks.random_models tiny DIRECTORY`: Whisper's dimensions with random weights, for speed only.

The arithmetic is that of the real model, the words are noise: after one timestamp it says words of the demo model, and
goes on until it has no more room. So it is told (`speak`) how many tokens a window has, and to try each only once: all
fail every check of quality. Tokenizer and settings are the demo model's; nothing is downloaded. Dimensions: `_MODELS`
of openai/whisper.
"""

from __future__ import annotations

import argparse
import json
import shutil
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import whisper_spec
from faster_whisper import transcribe
from numpy.typing import NDArray
from tokenizers import Tokenizer

from benchmarks.bare import DEMO_MODEL
from transcripts.engine import decoding, work

VOCABULARY = 51865
FRAMES, TOKENS = 1500, 448
SCALE = 0.02  # of the weights: activations neither vanish nor run away
PERIOD = 2**23 + 1  # of the random numbers: odd, so that the rows of a matrix differ
LOUD = 12.0  # above all other logits, also the sum of all timestamps', which a decoder prefers where it is larger
PROMPT = 3  # tokens: start, language, task
HEADS = 6  # that align words: as many as large-v3-turbo's configuration names


@dataclass(frozen=True)
class Size:
    """Layers of encoder and decoder, width, heads, and mel bands."""

    encoder: int
    decoder: int
    width: int
    heads: int
    mels: int = 80


SIZES = {
    "tiny": Size(4, 4, 384, 6),
    "base": Size(6, 6, 512, 8),
    "small": Size(12, 12, 768, 12),
    "turbo": Size(32, 4, 1280, 20, mels=128),
}


class Maker:
    """Fills a specification with random float16 numbers."""

    def __init__(self, size: Size, seed: int = 1) -> None:
        self._random = np.random.default_rng(seed)
        self._pool = (self._random.standard_normal(2 * PERIOD, np.float32) * SCALE).astype(np.float16)
        self._size = size

    def model(self) -> whisper_spec.WhisperSpec:
        """All layers of both halves."""
        size = self._size
        spec = whisper_spec.WhisperSpec(size.encoder, size.heads, size.decoder, size.heads)
        self._linear(spec.encoder.conv1, size.width, size.mels, 3)
        self._linear(spec.encoder.conv2, size.width, size.width, 3)
        spec.encoder.position_encodings.encodings = self._weights(FRAMES, size.width)
        spec.decoder.position_encodings.encodings = self._weights(TOKENS, size.width)
        spec.decoder.embeddings.weight = self._weights(VOCABULARY, size.width)
        spec.decoder.embeddings.weight[:, 0] = np.isin(np.arange(VOCABULARY), _words())
        spec.decoder.projection.weight = spec.decoder.embeddings.weight.copy()
        for half in (spec.encoder, spec.decoder):
            self._norm(half.layer_norm)
            for layer in half.layer:
                self._layer(layer)
        for layer in spec.decoder.layer:
            self._norm(layer.attention.layer_norm)
            for linear, outputs in zip(layer.attention.linear, (1, 2, 1), strict=True):
                self._linear(linear, outputs * size.width, size.width)
        spec.decoder.layer_norm.beta[0] = LOUD
        return spec

    def _layer(self, layer: Any) -> None:
        width = self._size.width
        self._norm(layer.self_attention.layer_norm)
        self._linear(layer.self_attention.linear[0], 3 * width, width)
        self._linear(layer.self_attention.linear[-1], width, width)
        self._norm(layer.ffn.layer_norm)
        self._linear(layer.ffn.linear_0, 4 * width, width)
        self._linear(layer.ffn.linear_1, width, 4 * width)

    def _linear(self, layer: Any, *shape: int) -> None:
        layer.weight = self._weights(*shape)
        layer.bias = np.zeros(shape[0], np.float16)

    def _norm(self, layer: Any) -> None:
        layer.gamma = np.ones(self._size.width, np.float16)
        layer.beta = np.zeros(self._size.width, np.float16)

    def _weights(self, *shape: int) -> NDArray[np.float16]:
        """From the pool, from anywhere on, over and over: so a large model takes seconds, not a minute."""
        begin = self._random.integers(PERIOD)
        return np.resize(self._pool[begin : begin + min(prod(shape), PERIOD)], shape)


def _words() -> list[int]:
    """Tokens that begin a word."""
    vocabulary = Tokenizer.from_file(str(DEMO_MODEL / "tokenizer.json")).get_vocab()
    return [number for token, number in vocabulary.items() if token.startswith("Ġ")]


def speak(tokens: int) -> dict[str, Any]:
    """One attempt and so many tokens for each window: for the engine from now on, and as options for faster-whisper.

    CTranslate2 lets an answer have half of what prompt and answer may have together, so that the prompt must not grow.
    faster-whisper would hear again what comes after the last word, which in noise is always something.
    """
    transcribe.get_end = lambda segments: None
    work.TEMPERATURES = (0.0,)  # type: ignore[assignment, misc]
    work.MAX_LENGTH = decoding.MAX_LENGTH = 2 * tokens  # type: ignore[attr-defined, misc]
    return {"temperature": 0.0, "max_new_tokens": 2 * tokens - PROMPT, "condition_on_previous_text": False}


def make(name: str, directory: Path) -> Path:
    """Write the model called `name` in `SIZES` as a CTranslate2 directory, and return it. What is there is kept."""
    if (directory / "model.bin").exists():
        return directory
    size = SIZES[name]
    directory.mkdir(parents=True, exist_ok=True)
    spec = Maker(size).model()
    spec.register_vocabulary(json.loads((DEMO_MODEL / "vocabulary.json").read_text()))
    config = json.loads((DEMO_MODEL / "config.json").read_text())
    for field in ("lang_ids", "suppress_ids", "suppress_ids_begin"):
        setattr(spec.config, field, config[field])
    spec.config.alignment_heads = [[size.decoder - 1, head] for head in range(min(HEADS, size.heads))]
    spec.validate()
    spec.save(str(directory))
    shutil.copy(DEMO_MODEL / "tokenizer.json", directory)
    preprocessor = json.loads((DEMO_MODEL / "preprocessor_config.json").read_text()) | {"feature_size": size.mels}
    (directory / "preprocessor_config.json").write_text(json.dumps(preprocessor))
    return directory


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("directory", type=Path)
    options = parser.parse_args()
    print(make(options.size, options.directory))


if __name__ == "__main__":
    main()
