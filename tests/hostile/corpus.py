"""The corpus: more than a thousand files as recipes, the same in every run."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import NamedTuple

from . import headers, lists, media, others

CUTS, FLIPS, HOLES, GARBAGE = 10, 15, 4, 3


class Recipe(NamedTuple):
    """A file: what is odd about it, the name that it is sent under, its content, and whether it must be heard."""

    family: str
    what: str
    name: str
    make: Callable[[], bytes]
    is_sound: bool = False

    def __str__(self) -> str:
        return f"{self.family}: {self.what}"


def corpus(victim: str, address: str) -> list[Recipe]:
    """All of it; `victim` and `address` are what lists of files point at."""
    return [
        *_damaged(),
        *_misnamed(),
        *_headers(),
        *_odd(),
        *(Recipe("no sound", what, "talk.wav", partial(bytes, content)) for what, content in others.others()),
        *(
            Recipe("list", f"{what}, as {name}", name, partial(bytes, content))
            for (what, content), name in product(lists.lists(victim, address), lists.NAMES)
        ),
    ]


def _damaged() -> Iterator[Recipe]:
    for name in media.KINDS:
        for cut in range(1, CUTS + 1):
            yield Recipe("cut", f"{name} after {cut}/{CUTS + 1}", name, partial(_cut, name, cut / (CUTS + 1)))
        for seed in range(FLIPS):
            yield Recipe("flipped", f"{name}, seed {seed}", name, partial(_flipped, name, seed))
        for seed in range(HOLES):
            yield Recipe("overwritten", f"{name}, seed {seed}", name, partial(_overwritten, name, seed))
        for seed in range(GARBAGE):
            yield Recipe("between garbage", f"{name}, seed {seed}", name, partial(_between_garbage, name, seed))


def _cut(name: str, share: float) -> bytes:
    whole = media.sound(name)
    return whole[: round(len(whole) * share)]


def _flipped(name: str, seed: int) -> bytes:
    """From one bit in the first kilobyte, where the headers are, to hundreds everywhere."""
    chance, content = random.Random(seed), bytearray(media.sound(name))
    reach = len(content) if seed % 2 else min(1024, len(content))
    for _ in range(1 + seed * seed):
        content[chance.randrange(reach)] ^= 1 << chance.randrange(8)
    return bytes(content)


def _overwritten(name: str, seed: int) -> bytes:
    chance, content = random.Random(seed), bytearray(media.sound(name))
    begin = chance.randrange(len(content) // 2) if seed else 0
    size = min(200 * (seed + 1), len(content) - begin)
    content[begin : begin + size] = bytes(size) if seed % 2 else chance.randbytes(size)
    return bytes(content)


def _between_garbage(name: str, seed: int) -> bytes:
    noise = random.Random(seed).randbytes(3000 * seed + 1)
    return noise + media.sound(name) if seed % 2 else media.sound(name) + noise


def _misnamed() -> Iterator[Recipe]:
    for name, other in product(media.KINDS, ("talk.txt", "talk.mp4", "talk", "..", "a\0b.wav", "x" * 300 + ".wav")):
        yield Recipe("misnamed", f"{name} as {other[:20]!r}", other, partial(media.sound, name), is_sound=True)


def _headers() -> Iterator[Recipe]:
    rates, channels = (0, 1, 7, 192_000, 2**31 - 1, headers.MOST), (0, 1, 2, 255, 65_535)
    for rate, count, bits in product(rates, channels, (0, 1, 16, 24)):
        what = f"{rate} Hz, {count} channels, {bits} bits"
        yield Recipe("header", what, "a.wav", partial(headers.wav, rate=rate, channels=count, bits=bits))
    for tag, bits in product((0, 2, 6, 7, 0x11, 0x50, 0x55, 0x161, 0xFFFE, 0xFFFF), (0, 4, 64)):
        yield Recipe("header", f"format {tag:#x}, {bits} bits", "a.wav", partial(headers.wav, tag=tag, bits=bits))
    for claimed in (0, 1, headers.MOST):
        yield Recipe(
            "header", f"{claimed} bytes claimed", "a.wav", partial(headers.wav, claimed=claimed), is_sound=claimed > 1
        )


def _odd() -> Iterator[Recipe]:
    """Odd, and sound all the same."""
    for name in media.KINDS:
        yield Recipe("short", f"0.1 s of {name}", name, partial(media.sound, name, 0.1))
        yield Recipe("twice", name, name, partial(_twice, name), is_sound=True)
    nan, infinity = float("nan"), float("inf")
    for values in ((nan,), (infinity, -infinity), (0.1, nan, 0.2), (1e38, -1e38), (1e-40,)):
        yield Recipe("numbers", f"{values}", "a.wav", partial(headers.floats, *values), is_sound=True)
    yield Recipe("long", "24 hours of silence", "a.ogg", partial(headers.silent_opus, 24.0), is_sound=True)
    for hours, claimed in ((0.1, 1e-3), (2.0, 1e-3), (0.1, 24.0 * 365 * 30)):
        make = partial(headers.silent_opus, hours, claimed)
        yield Recipe("long", f"{hours:g} hours that claim {claimed:g}", "a.ogg", make, is_sound=True)
    yield Recipe("film", "without sound", "a.mkv", partial(media.film, tracks=0))
    yield Recipe("film", "with one picture", "a.mkv", partial(media.film, tracks=1, pictures=1), is_sound=True)
    yield Recipe("film", "of nothing but a cover", "a.mp3", partial(media.covered, others.PNG), is_sound=True)
    yield Recipe("film", "with five tracks", "a.mkv", partial(media.film, tracks=5), is_sound=True)
    yield Recipe("clock", "that jumps back", "a.mka", _jumping, is_sound=True)


def _jumping() -> bytes:
    """Two seconds whose clock then begins anew, in a container that carries clocks."""
    return media.sound("a.ts", 2.0) + media.sound("a.ts")


def _twice(name: str) -> bytes:
    return media.sound(name) * 2
