"""`python -m benchmarks.random_models tiny DIRECTORY`: Whisper's dimensions with random weights, for speed only.

The arithmetic is that of the real model, the words are noise: nothing ends by itself, so a window takes as many tokens
as it may have, and fails every check of quality. Measure with a single attempt, or each window is tried six times.
Tokenizer and settings are the demo model's; nothing is downloaded. Dimensions: `_MODELS` of openai/whisper.
"""

from __future__ import annotations

import argparse
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import whisper_spec
from numpy.typing import NDArray

from benchmarks.bare import DEMO_MODEL

VOCABULARY = 51865
FRAMES, TOKENS = 1500, 448
SCALE = 0.02  # of the weights: activations neither vanish nor run away


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
        spec.decoder.projection.weight = spec.decoder.embeddings.weight.copy()
        for half in (spec.encoder, spec.decoder):
            self._norm(half.layer_norm)
            for layer in half.layer:
                self._layer(layer)
        for layer in spec.decoder.layer:
            self._norm(layer.attention.layer_norm)
            for linear, outputs in zip(layer.attention.linear, (1, 2, 1), strict=True):
                self._linear(linear, outputs * size.width, size.width)
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
        return (self._random.standard_normal(shape, np.float32) * SCALE).astype(np.float16)


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
    spec.config.alignment_heads = [[size.decoder - 1, head] for head in range(size.heads)]
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
