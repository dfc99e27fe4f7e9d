"""Make a CTranslate2 model directory: `python -m demo.recipe.convert CHECKPOINT DIRECTORY`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ctranslate2.specs import whisper_spec
from numpy.typing import NDArray
from torch import Tensor, nn

from demo.recipe import vocabulary
from demo.recipe.layers import HEADS, WIDTH, Attention, DecoderBlock, EncoderBlock
from demo.recipe.network import ALIGNMENT_HEADS, DECODER_LAYERS, ENCODER_LAYERS, Whisper
from demo.recipe.tokenizer import write_tokenizer

QUANTIZATION = "int8_float16"
NEVER = -100  # a bias that no logit overcomes
TRAINED_LANGUAGES = ("en", "es")
PUNCTUATION = ".,?"
PREPROCESSOR = {
    "chunk_length": 30,
    "feature_extractor_type": "WhisperFeatureExtractor",
    "feature_size": 80,
    "hop_length": 160,
    "n_fft": 400,
    "n_samples": 480000,
    "nb_max_frames": 3000,
    "sampling_rate": 16000,
}


def load_network(path: Path) -> Whisper:
    """The moving average of a checkpoint's weights, ready to use."""
    state = torch.load(path, map_location="cpu")
    network = Whisper(state["n_phonemes"])
    network.load_state_dict(state["average"])
    return network.eval()


def convert(network: Whisper, directory: Path) -> None:
    """Write the model with all of Whisper's 51,865 ids, its tokenizer and its feature settings."""
    spec = whisper_spec.WhisperSpec(ENCODER_LAYERS, HEADS, DECODER_LAYERS, HEADS)
    _set_encoder(spec.encoder, network)
    _set_decoder(spec.decoder, network)
    spec.register_vocabulary(vocabulary.whisper_tokens())
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [vocabulary.TEXT_IDS["Ġ"]]
    spec.config.lang_ids = [vocabulary.whisper_id(compact_id) for compact_id in vocabulary.LANGUAGE_IDS.values()]
    spec.config.alignment_heads = [list(head) for head in ALIGNMENT_HEADS]
    spec.validate()
    spec.optimize(QUANTIZATION)
    directory.mkdir(parents=True, exist_ok=True)
    spec.save(str(directory))
    write_tokenizer(directory / "tokenizer.json")
    (directory / "preprocessor_config.json").write_text(json.dumps(PREPROCESSOR))


def _set_encoder(spec: Any, network: Whisper) -> None:
    _set_linear(spec.conv1, network.conv1)
    _set_linear(spec.conv2, network.conv2)
    spec.position_encodings.encodings = network.positions.numpy()
    _set_norm(spec.layer_norm, network.encoder_norm)
    for layer, block in zip(spec.layer, network.encoder_blocks, strict=True):
        _set_block(layer, block)


def _set_decoder(spec: Any, network: Whisper) -> None:
    spec.position_encodings.encodings = _array(network.decoder_positions)
    _set_norm(spec.layer_norm, network.decoder_norm)
    for layer, block in zip(spec.layer, network.decoder_blocks, strict=True):
        _set_block(layer, block)
        _set_cross_attention(layer.attention, block.cross, block.cross_norm)
    table, bias = whisper_table(network)
    spec.embeddings.weight = table
    spec.projection.weight, spec.projection.bias = table.copy(), bias


def whisper_table(network: Whisper) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Embedding and output bias of every Whisper id: float32[51865, WIDTH], float32[51865].

    Ids that were never trained can never be said. As an input, a foreign language stands for English.
    """
    place = np.array([vocabulary.whisper_id(compact_id) for compact_id in range(vocabulary.SIZE)])
    table = np.zeros((vocabulary.WHISPER_SIZE, WIDTH), np.float32)
    bias = np.full(vocabulary.WHISPER_SIZE, NEVER, np.float32)
    table[place], bias[place] = _array(network.token_table()), _array(network.bias)
    foreign = [place[index] for code, index in vocabulary.LANGUAGE_IDS.items() if code not in TRAINED_LANGUAGES]
    table[foreign] = table[place[vocabulary.LANGUAGE_IDS["en"]]]
    bias[foreign] = NEVER
    said_bytes = [vocabulary.TEXT_IDS[mark] for mark in PUNCTUATION]
    unsaid_bytes = np.setdiff1d(np.arange(len(vocabulary.BYTE_TOKENS)), said_bytes)
    bias[unsaid_bytes] = NEVER
    return table, bias


def _set_block(spec: Any, block: EncoderBlock | DecoderBlock) -> None:
    _set_self_attention(spec.self_attention, block.attention, block.attention_norm)
    _set_norm(spec.ffn.layer_norm, block.feed_forward.norm)
    _set_linear(spec.ffn.linear_0, block.feed_forward.inner)
    _set_linear(spec.ffn.linear_1, block.feed_forward.outer)


def _set_self_attention(spec: Any, attention: Attention, norm: nn.LayerNorm) -> None:
    """CTranslate2 joins query, key and value into one layer."""
    query, key, value = attention.query, attention.key, attention.value
    _set_norm(spec.layer_norm, norm)
    spec.linear[0].weight = _joined(query.weight, key.weight, value.weight)
    spec.linear[0].bias = _joined(query.bias, torch.zeros(WIDTH), value.bias)
    _set_linear(spec.linear[-1], attention.out)


def _set_cross_attention(spec: Any, attention: Attention, norm: nn.LayerNorm) -> None:
    """CTranslate2 joins key and value, which come from the encoder."""
    _set_norm(spec.layer_norm, norm)
    _set_linear(spec.linear[0], attention.query)
    spec.linear[1].weight = _joined(attention.key.weight, attention.value.weight)
    spec.linear[1].bias = _joined(torch.zeros(WIDTH), attention.value.bias)
    _set_linear(spec.linear[-1], attention.out)


def _set_linear(spec: Any, layer: nn.Linear | nn.Conv1d) -> None:
    spec.weight = _array(layer.weight)
    spec.bias = _array(layer.bias)


def _set_norm(spec: Any, norm: nn.LayerNorm) -> None:
    spec.gamma = _array(norm.weight)
    spec.beta = _array(norm.bias)


def _joined(*tensors: Tensor) -> NDArray[np.float32]:
    return _array(torch.cat(tensors))


def _array(tensor: Tensor | None) -> NDArray[np.float32]:
    """A copy, because quantization works in place."""
    if tensor is None:
        raise TypeError("this layer has no such weight")
    array: NDArray[np.float32] = tensor.detach().numpy().copy()
    return array


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("directory", type=Path)
    options = parser.parse_args()
    convert(load_network(options.checkpoint), options.directory)


if __name__ == "__main__":
    main()
