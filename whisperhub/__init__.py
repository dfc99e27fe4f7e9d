"""Wiring only: settings, URLs, the WSGI application and the Celery application."""

import atexit
import gc

from .celery import app as celery_app

__all__ = ["celery_app"]

# A process that ends gives all its memory back at once: Python need not first look for cycles in what it loaded, which
# takes it as long as loading half of it.
atexit.register(gc.freeze)
