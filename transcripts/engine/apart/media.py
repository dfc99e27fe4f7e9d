"""`engine.probe.probe`, apart. Light: who asks loads no media library."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

from transcripts.engine.types import MAX_SCAN_BYTES, MediaInfo

from .client import ask


def probe(path: Path, *, max_scan_bytes: int = MAX_SCAN_BYTES) -> MediaInfo:
    """Look at the file's headers, as `engine.probe.probe` does, in a process of its own.

    Raises:
        MediaError: the file is at fault.
        ReaderLost: it is not; another try may end better.
    """
    with closing(ask("probe", path, max_scan_bytes=max_scan_bytes)) as messages:
        _, payload = next(messages)
        return MediaInfo(**json.loads(payload))
