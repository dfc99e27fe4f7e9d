"""How glibc keeps memory that threads have given back."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_M_ARENA_MAX = -8  # malloc.h
_HEAPS = 2


def keep_few() -> None:
    """From now on threads share two heaps; else there are up to eight a core, each of which keeps what was taken of it.

    Measured with twenty uploads at once: a third of the memory beyond the start, and a third less processor time.
    """
    with suppress(AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _HEAPS)
