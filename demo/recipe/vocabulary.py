"""The model's tokens: every word of the grammar whole, all 256 bytes, Whisper's special tokens and timestamps.

Training uses compact ids, without the gap of tokens that this model never learns: text, special tokens in Whisper's
order, timestamps. `whisper_id` maps them to the layout of multilingual Whisper (51,865 ids).
"""

from __future__ import annotations

import random
import re
from typing import Literal

from demo.recipe.grammar import sentence

Task = Literal["transcribe", "translate"]

LANGUAGE_CODES = (  # noqa: SIM905 - a hundred short strings, in the order of Whisper's tokenizer
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la "
    "mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be "
    "tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su"
).split()
SPECIAL_TOKENS = [
    "<|endoftext|>",
    "<|startoftranscript|>",
    *(f"<|{code}|>" for code in LANGUAGE_CODES),
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
]
N_TIMESTAMPS = 1501  # 0.00 to 30.00 s in steps of 20 ms
SECONDS_PER_TIMESTAMP = 0.02
WHISPER_SIZE = 51865
WHISPER_END = 50257  # Whisper's id of <|endoftext|>; the ids below it are text

_DRAWS, _SEED = 60_000, 1  # enough to meet every word of the grammar
_WORD = re.compile(r" ?\w+| ?[^\s\w]+|\s+")


def _byte_alphabet() -> dict[int, str]:
    """The printable characters that stand for the 256 bytes in byte-level BPE, in GPT-2's order."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    alphabet = {byte: chr(byte) for byte in printable}
    return alphabet | {byte: chr(256 + index) for index, byte in enumerate(others)}


_BYTES = _byte_alphabet()
BYTE_TOKENS = list(_BYTES.values())


def pieces(text: str) -> list[str]:
    """Split as the tokenizer does: `Where are` gives `ĠWhere`, `Ġare`; a text begins with a space."""
    return ["".join(_BYTES[byte] for byte in piece.encode()) for piece in _WORD.findall(f" {text}")]


def _text_tokens() -> list[str]:
    rng = random.Random(_SEED)
    words = {piece for _ in range(_DRAWS) for text in sentence(rng) for piece in pieces(text)}
    return BYTE_TOKENS + sorted(words.difference(BYTE_TOKENS))


TEXT_TOKENS = _text_tokens()
TEXT_IDS = {token: index for index, token in enumerate(TEXT_TOKENS)}
N_TEXT = len(TEXT_TOKENS)

SPECIAL_IDS = {token: N_TEXT + index for index, token in enumerate(SPECIAL_TOKENS)}
END = SPECIAL_IDS["<|endoftext|>"]
START = SPECIAL_IDS["<|startoftranscript|>"]
PREVIOUS = SPECIAL_IDS["<|startofprev|>"]
NO_SPEECH = SPECIAL_IDS["<|nospeech|>"]
NO_TIMESTAMPS = SPECIAL_IDS["<|notimestamps|>"]
TASK_IDS: dict[Task, int] = {
    "transcribe": SPECIAL_IDS["<|transcribe|>"],
    "translate": SPECIAL_IDS["<|translate|>"],
}
LANGUAGE_IDS = {code: SPECIAL_IDS[f"<|{code}|>"] for code in LANGUAGE_CODES}

FIRST_TIMESTAMP = N_TEXT + len(SPECIAL_TOKENS)
SIZE = FIRST_TIMESTAMP + N_TIMESTAMPS


def encode(text: str) -> list[int]:
    """Compact ids of a text of the grammar.

    Raises:
        KeyError: the text has a word that the grammar does not have.
    """
    return [TEXT_IDS[piece] for piece in pieces(text)]


def whisper_id(compact_id: int) -> int:
    """The id in Whisper's layout."""
    return compact_id if compact_id < N_TEXT else WHISPER_END + compact_id - N_TEXT


def whisper_tokens() -> list[str]:
    """All 51,865 tokens in the order of Whisper's ids.

    Ids without a word have a placeholder. The empty token at the end of the text tells CTranslate2 that the model
    is multilingual.
    """
    unused = [f"<{index}>" for index in range(N_TEXT, WHISPER_END - 1)]
    timestamps = [f"<|{index * SECONDS_PER_TIMESTAMP:.2f}|>" for index in range(N_TIMESTAMPS)]
    return [*TEXT_TOKENS, *unused, "", *SPECIAL_TOKENS, *timestamps]
