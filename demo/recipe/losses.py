"""What training minimises: the tokens, and three aids that teach the encoder where things are said."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own custom
from torch import Tensor

from demo.recipe.batches import Batch
from demo.recipe.canvas import NO_WORD
from demo.recipe.network import ALIGNMENT_HEADS, Whisper
from demo.recipe.targets import IGNORE
from demo.recipe.vocabulary import FIRST_TIMESTAMP, SECONDS_PER_TIMESTAMP, SIZE

_SPREAD = 3  # steps of 20 ms on either side of the right timestamp that still count


@dataclass(frozen=True, slots=True)
class Losses:
    """Scalars of one batch.

    `main` is per token. `guide` draws the alignment heads to where the words are heard; `phoneme` and `word` ask the
    encoder what is said at each position. `accuracy` is that of text tokens, `timestamp_error` a median in seconds
    (NaN without timestamps).
    """

    main: Tensor
    guide: Tensor
    phoneme: Tensor
    word: Tensor
    accuracy: float
    timestamp_error: float

    def total(self, aids: float) -> Tensor:
        """What is minimised; `aids` weighs the last three."""
        return self.main + aids * (self.guide + self.phoneme + self.word)

    def numbers(self) -> list[float]:
        """All of it, for the log."""
        tensors = (self.main, self.guide, self.phoneme, self.word)
        return [*(tensor.item() for tensor in tensors), self.accuracy, self.timestamp_error]


def compute_losses(network: Whisper, batch: Batch) -> Losses:
    """Run the network over a batch."""
    memory = network.encode(batch.mel, batch.offset)
    labelled = batch.labels != IGNORE
    logits, weights = network.decode(batch.tokens, memory, labelled)
    labels = batch.labels[labelled]
    accuracy, timestamp_error = _measure(logits, labels)
    named = batch.words != NO_WORD
    return Losses(
        main=_token_loss(logits.log_softmax(-1), labels),
        guide=_guide_loss(weights, batch.heard),
        phoneme=F.cross_entropy(network.phoneme_head(memory).flatten(0, 1), batch.phonemes.flatten()),
        word=F.cross_entropy(network.word_head(memory[named]), batch.words[named]),
        accuracy=accuracy,
        timestamp_error=timestamp_error,
    )


def _token_loss(log_probabilities: Tensor, labels: Tensor) -> Tensor:
    """Cross entropy per label of [n, SIZE] and [n]; a timestamp's target is soft, for a near miss is no error."""
    timed = labels >= FIRST_TIMESTAMP
    text = -log_probabilities[~timed].gather(1, labels[~timed, None]).sum()
    timestamps = torch.zeros(())
    if timed.any():
        steps = torch.arange(-_SPREAD, _SPREAD + 1)
        shares = torch.exp(-(steps.float() ** 2) / 3.0)
        near = (labels[timed, None] + steps).clamp(FIRST_TIMESTAMP, SIZE - 1)
        timestamps = -(log_probabilities[timed].gather(1, near) * (shares / shares.sum())).sum()
    return (text + timestamps) / len(labels)


def _guide_loss(weights: dict[int, Tensor], heard: Tensor) -> Tensor:
    """How little of the alignment heads' attention falls where each token is heard."""
    guided = heard.any(-1)
    total = torch.zeros(())
    for layer, head in ALIGNMENT_HEADS:
        share = (weights[layer][:, head] * heard).sum(-1)[guided]
        total = total - share.add(1e-5).log().mean()
    return total / len(ALIGNMENT_HEADS)


@torch.no_grad()
def _measure(logits: Tensor, labels: Tensor) -> tuple[float, float]:
    timed = labels >= FIRST_TIMESTAMP
    guesses = logits.argmax(-1)
    accuracy = (guesses == labels)[~timed].float().mean().item()
    if not timed.any():
        return accuracy, math.nan
    misses = (guesses - labels)[timed].abs().float()
    return accuracy, misses.median().item() * SECONDS_PER_TIMESTAMP
