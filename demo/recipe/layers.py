"""Whisper's building blocks: attention, and the residual block that encoder and decoder share."""

from __future__ import annotations

import torch.nn.functional as F  # noqa: N812 - PyTorch's own custom
from torch import Tensor, nn

WIDTH, HEADS = 88, 4
HEAD_WIDTH = WIDTH // HEADS


class Attention(nn.Module):
    """Multi-head attention; like Whisper's, its keys have no bias."""

    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Linear(WIDTH, WIDTH)
        self.key = nn.Linear(WIDTH, WIDTH, bias=False)
        self.value = nn.Linear(WIDTH, WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)

    def forward(self, x: Tensor, memory: Tensor | None = None, *, causal: bool = False) -> Tensor:
        """[B, T, WIDTH] over itself, or over `memory` [B, P, WIDTH]."""
        query, key, value = self._heads(x, memory)
        return self._merged(F.scaled_dot_product_attention(query, key, value, is_causal=causal))

    def with_weights(self, x: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
        """The same over `memory`, and the weights [B, HEADS, T, P], which the fused kernel does not tell."""
        query, key, value = self._heads(x, memory)
        weights = (query @ key.transpose(-1, -2) * HEAD_WIDTH**-0.5).softmax(-1)
        return self._merged(weights @ value), weights

    def _heads(self, x: Tensor, memory: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        source = x if memory is None else memory
        return _split(self.query(x)), _split(self.key(source)), _split(self.value(source))

    def _merged(self, heads: Tensor) -> Tensor:
        merged: Tensor = self.out(heads.transpose(1, 2).flatten(2))
        return merged


def _split(x: Tensor) -> Tensor:
    """[B, T, WIDTH] to [B, HEADS, T, HEAD_WIDTH]."""
    return x.view(x.shape[0], x.shape[1], HEADS, HEAD_WIDTH).transpose(1, 2)


class FeedForward(nn.Module):
    """Two linear layers behind a layer norm, added to their input."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.inner, self.outer = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        """[B, T, WIDTH] to the same shape."""
        added: Tensor = self.outer(F.gelu(self.inner(self.norm(x))))
        return x + added


class EncoderBlock(nn.Module):
    """Self-attention, then the feed-forward net."""

    def __init__(self) -> None:
        super().__init__()
        self.attention_norm, self.attention = nn.LayerNorm(WIDTH), Attention()
        self.feed_forward = FeedForward()

    def forward(self, x: Tensor) -> Tensor:
        """[B, P, WIDTH] to the same shape."""
        blended: Tensor = self.feed_forward(x + self.attention(self.attention_norm(x)))
        return blended


class DecoderBlock(nn.Module):
    """Causal self-attention, attention over the encoder's output, then the feed-forward net."""

    def __init__(self) -> None:
        super().__init__()
        self.attention_norm, self.attention = nn.LayerNorm(WIDTH), Attention()
        self.cross_norm, self.cross = nn.LayerNorm(WIDTH), Attention()
        self.feed_forward = FeedForward()

    def forward(self, x: Tensor, memory: Tensor, *, with_weights: bool) -> tuple[Tensor, Tensor | None]:
        """[B, T, WIDTH] to the same shape, and where asked for the cross-attention weights [B, HEADS, T, P]."""
        x = x + self.attention(self.attention_norm(x), causal=True)
        weights: Tensor | None = None
        if with_weights:
            heard, weights = self.cross.with_weights(self.cross_norm(x), memory)
        else:
            heard = self.cross(self.cross_norm(x), memory)
        return self.feed_forward(x + heard), weights
