"""asgiref's `Local`, which keeps Django's language, time zone and addresses for each thread, without its lock.

A page asks it some 1,400 times. Whoever gets the lock has yet to wait for the interpreter's, and all others for both:
measured with 100 pages, 100 programs and 20 uploads at once, a page took half a minute. What the lock guards is a
context variable, which every thread has for itself.
"""

from __future__ import annotations

from typing import Any

from asgiref import local


def unlock() -> None:
    """From now on, in this process and its children."""
    kind: Any = local._DefaultLocal
    kind.__getattr__ = lambda self, name: getattr(self._storage, name)
    kind.__setattr__ = lambda self, name, value: setattr(self._storage, name, value)
    kind.__delattr__ = lambda self, name: delattr(self._storage, name)
