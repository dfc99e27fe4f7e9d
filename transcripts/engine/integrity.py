"""Whether a model's files are what the hub said of them when they were fetched."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from .errors import ModelUnavailable

# The hub's client names a large file's blob by its SHA-256, a small one's by git's SHA-1.
_SHA256 = re.compile(r"[0-9a-f]{64}")


def verify(model: Path) -> int:
    """Read every large file below `model`, a snapshot folder of the hub's cache; how many were compared.

    A folder that did not come from the hub has nothing to compare with: 0.

    Raises:
        ModelUnavailable: a file is damaged; it is named, and removed, so that it is fetched anew.
    """
    compared = 0
    for link in sorted(model.iterdir()):
        blob = link.resolve()
        if not _SHA256.fullmatch(blob.name):
            continue
        with blob.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
        if found != blob.name:
            blob.unlink()
            link.unlink()
            raise ModelUnavailable(f"{link.name} of the model in {model} is damaged and was removed. Fetch it again.")
        compared += 1
    return compared
