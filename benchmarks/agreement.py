"""`python -m benchmarks.agreement`: whether a card in float16 hears the same as a processor in float32, token by token.

The demo model on its sample recordings through the whole engine. Without a CUDA card it says so and measures nothing.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import chain
from pathlib import Path

import ctranslate2

from benchmarks.bare import DEMO_MODEL
from benchmarks.recordings import SAMPLES
from benchmarks.report import save, table
from transcripts.engine import EngineConfig, Job, Options
from transcripts.engine.device import choose
from transcripts.engine.engine import Engine
from transcripts.engine.types import Segment

HEADER = ["recording", "tokens, float32 on the CPU", "the same on the card", "agreement", "words that differ"]


def main() -> None:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compute-type", default="float16", help="of the card (default: float16)")
    parser.add_argument("--model", default=str(DEMO_MODEL), help="a directory (default: the demo model)")
    options = parser.parse_args()
    if not ctranslate2.get_cuda_device_count():
        print("SKIPPED: there is no CUDA card here that CTranslate2 sees; nothing was measured.")
        return
    paths = sorted(SAMPLES.glob("*.flac"))
    expected = _heard(EngineConfig(model=options.model, device="cpu", compute_type="float32"), paths)
    found = _heard(EngineConfig(model=options.model, device="cuda", compute_type=options.compute_type), paths)
    rows = [compared(path.name, expected[path], found[path]) for path in paths]
    rows.append(compared("all", *(list(chain.from_iterable(heard.values())) for heard in (expected, found))))
    command = shlex.join(["python", "-m", "benchmarks.agreement", *sys.argv[1:]])
    where = f"{Path(options.model).name} on {choose('cuda', options.compute_type).name} in {options.compute_type}."
    save(
        f"agreement-{options.compute_type}",
        "A card's tokens against a processor's",
        command,
        where,
        table(HEADER, rows),
    )


def _heard(config: EngineConfig, paths: Sequence[Path]) -> dict[Path, list[Segment]]:
    engine = Engine.load(config)
    try:
        return {
            path: [
                segment
                for result in engine.transcribe(path, Options(), job=Job(path.name))
                for segment in result.segments
            ]
            for path in paths
        }
    finally:
        engine.close()


def compared(name: str, expected: Sequence[Segment], found: Sequence[Segment]) -> list[object]:
    """One row: tokens that both have, in order, as a share of the longer of both; words in which they differ."""
    tokens = [[token for segment in heard for token in segment.tokens] for heard in (expected, found)]
    words = [[word for segment in heard for word in segment.text.split()] for heard in (expected, found)]
    same, most = _same(*tokens), max(map(len, tokens))
    share = f"{same / most:.2%}" if most else "both silent"
    return [name, len(tokens[0]), same, share, max(map(len, words)) - _same(*words)]


def _same(one: Sequence[object], other: Sequence[object]) -> int:
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks)


if __name__ == "__main__":
    main()
