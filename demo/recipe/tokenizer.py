"""The model's `tokenizer.json`, in the format of the Hugging Face tokenizers library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from demo.recipe.vocabulary import SPECIAL_IDS, SPECIAL_TOKENS, TEXT_IDS, WHISPER_END, whisper_id

_BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}


def write_tokenizer(path: Path) -> None:
    """Write a byte-level BPE without merges: known words are one token (`ignore_merges`), all else is bytes."""
    path.write_text(json.dumps(_tokenizer(), ensure_ascii=False), encoding="utf-8")


def _tokenizer() -> dict[str, Any]:
    vocabulary = TEXT_IDS | {"": WHISPER_END - 1} | {token: whisper_id(i) for token, i in SPECIAL_IDS.items()}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [_added_token(vocabulary[token], token) for token in SPECIAL_TOKENS],
        "normalizer": None,
        "pre_tokenizer": _BYTE_LEVEL,
        "post_processor": None,
        "decoder": _BYTE_LEVEL,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "",
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": True,
            "vocab": vocabulary,
            "merges": [],
        },
    }


def _added_token(token_id: int, content: str) -> dict[str, Any]:
    return {
        "id": token_id,
        "content": content,
        "single_word": False,
        "lstrip": False,
        "rstrip": False,
        "normalized": False,
        "special": True,
    }
