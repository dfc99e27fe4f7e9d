"""A very small Whisper in plain PyTorch: the graph of the real ones, 3 encoder and 3 decoder layers of width 88."""

from __future__ import annotations

import math
from typing import cast

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own custom
from torch import Tensor, nn

from demo.recipe import vocabulary
from demo.recipe.features import N_MELS
from demo.recipe.layers import HEAD_WIDTH, WIDTH, DecoderBlock, EncoderBlock

ENCODER_LAYERS = DECODER_LAYERS = 3
POSITIONS = 1500  # of the encoder: 30 s
CONTEXT = 448  # of the decoder, in tokens
ALIGNMENT_HEADS = [(1, 0), (2, 0)]  # (decoder layer, head) trained to follow the words
_ALIGNED_LAYERS = {layer for layer, _ in ALIGNMENT_HEADS}
_LONGEST_WAVE = 10_000  # of the sinusoids, in positions: as in every transformer


def _frequencies() -> Tensor:
    """Of the sinusoids, falling from 1: float32[WIDTH / 2]."""
    half = WIDTH // 2
    return torch.exp(-math.log(_LONGEST_WAVE) / (half - 1) * torch.arange(half))


def sinusoids(length: int) -> Tensor:
    """Whisper's position code, sines before cosines: float32[length, WIDTH]."""
    angles = torch.arange(length)[:, None] * _frequencies()[None]
    return torch.cat([angles.sin(), angles.cos()], 1)


class Whisper(nn.Module):
    """Encoder and decoder, plus two heads on the encoder that only training uses.

    A timestamp's embedding is a linear map of the position code of its moment, so that all 1501 of them learn at once.
    """

    positions: Tensor
    timestamp_code: Tensor

    def __init__(self, n_phonemes: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(N_MELS, WIDTH, 3, padding=1)
        self.conv2 = nn.Conv1d(WIDTH, WIDTH, 3, stride=2, padding=1)
        self.register_buffer("positions", sinusoids(POSITIONS), persistent=False)
        self.encoder = nn.ModuleList(EncoderBlock() for _ in range(ENCODER_LAYERS))
        self.encoder_norm = nn.LayerNorm(WIDTH)
        self.embedding = nn.Parameter(torch.randn(vocabulary.FIRST_TIMESTAMP, WIDTH) * 0.1)
        self.timestamp_map = nn.Linear(WIDTH, WIDTH)
        self.register_buffer("timestamp_code", sinusoids(vocabulary.N_TIMESTAMPS), persistent=False)
        self.bias = nn.Parameter(torch.zeros(vocabulary.SIZE))
        self.decoder_positions = nn.Parameter(sinusoids(CONTEXT) * 0.1)
        self.decoder = nn.ModuleList(DecoderBlock() for _ in range(DECODER_LAYERS))
        self.decoder_norm = nn.LayerNorm(WIDTH)
        self.phoneme_head = nn.Linear(WIDTH, n_phonemes)
        self.word_head = nn.Linear(WIDTH, vocabulary.N_TEXT)
        nn.init.normal_(self.timestamp_map.weight, std=0.02)
        _look_nearby(self.encoder_blocks)

    @property
    def encoder_blocks(self) -> list[EncoderBlock]:
        """From the first to the last."""
        return cast("list[EncoderBlock]", list(self.encoder))

    @property
    def decoder_blocks(self) -> list[DecoderBlock]:
        """From the first to the last."""
        return cast("list[DecoderBlock]", list(self.decoder))

    def token_table(self) -> Tensor:
        """The embedding of every compact token id: float32[SIZE, WIDTH]."""
        return torch.cat([self.embedding, self.timestamp_map(self.timestamp_code)])

    def encode(self, mel: Tensor, offset: int = 0) -> Tensor:
        """[B, 80, 2P] to [B, P, WIDTH]; `offset` places a short window anywhere on the 30-second axis."""
        x = F.gelu(self.conv2(F.gelu(self.conv1(mel)))).transpose(1, 2)
        x = x + self.positions[offset : offset + x.shape[1]]
        for block in self.encoder_blocks:
            x = block(x)
        encoded: Tensor = self.encoder_norm(x)
        return encoded

    def decode(self, tokens: Tensor, memory: Tensor, wanted: Tensor) -> tuple[Tensor, dict[int, Tensor]]:
        """Logits [n_wanted, SIZE] where `wanted` (bool[B, T]) is true, for they are the costly part.

        Also the cross-attention weights [B, HEADS, T, P] of each layer that has an alignment head.
        """
        table = self.token_table()
        x = F.embedding(tokens, table) + self.decoder_positions[: tokens.shape[1]]
        weights: dict[int, Tensor] = {}
        for layer, block in enumerate(self.decoder_blocks):
            x, of_layer = block(x, memory, with_weights=layer in _ALIGNED_LAYERS)
            if of_layer is not None:
                weights[layer] = of_layer
        return self.decoder_norm(x[wanted]) @ table.T + self.bias, weights


@torch.no_grad()
def _look_nearby(blocks: list[EncoderBlock]) -> None:
    """Start the encoder's heads as soft windows around each position.

    Per layer one head looks at the place itself, one earlier and one later (farther in each layer), and one, which
    reads slower waves, all around.
    """
    for number, block in enumerate(blocks, 1):
        heads = ((0, 0), (0, -4 * number), (0, 4 * number), (HEAD_WIDTH // 2 - 3, 0))
        for head, (first_wave, shift) in enumerate(heads):
            _look_at(block, head, first_wave, shift)


def _look_at(block: EncoderBlock, head: int, first_wave: int, shift: int) -> None:
    """Let query and key of one head read half as many waves as it is wide; the query is turned by `shift` positions."""
    strength, half, n_waves = 1.3, WIDTH // 2, HEAD_WIDTH // 2
    sine = torch.arange(first_wave, first_wave + n_waves)
    cosine = sine + half
    row = head * HEAD_WIDTH + torch.arange(n_waves)
    turn = _frequencies()[sine] * shift
    query, key = block.attention.query.weight, block.attention.key.weight
    key[row, sine] += strength
    key[row + n_waves, cosine] += strength
    query[row, sine] += torch.cos(turn) * strength
    query[row, cosine] += torch.sin(turn) * strength
    query[row + n_waves, cosine] += torch.cos(turn) * strength
    query[row + n_waves, sine] -= torch.sin(turn) * strength
