"""Gunicorn's configuration, for `manage.py run` and for production alike."""

from __future__ import annotations

from .env import env

# Threads, not async: measured, an ASGI server spools a large multipart body twice and buffers sync streams.
worker_class = "gthread"
workers = env.int("WHISPERHUB_WEB_PROCESSES", default=1)
threads = env.int("WHISPERHUB_WEB_THREADS", default=64)
worker_connections = 1000
keepalive = 30
# The heartbeat is the main thread's, not a request's: a request may wait for its words for fifteen minutes.
timeout = 60
graceful_timeout = 5
accesslog = None
errorlog = "-"
loglevel = "warning"
proc_name = "whisperhub-web"
