"""A wrong configuration is said at start, with an id and a hint, not found out in the night.

What would open the hub to strangers is in `unsafe`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register()
def threads_for_others(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A web process whose every thread may hold a stream answers nobody else, `/health` included."""
    if 0 < settings.WEB_THREADS <= settings.MAX_STREAMS:
        return [
            Warning(
                f"WHISPERHUB_MAX_STREAMS ({settings.MAX_STREAMS}) leaves none of the {settings.WEB_THREADS} threads of "
                "a web process to anybody who does not stream.",
                hint="Raise WHISPERHUB_WEB_THREADS or lower WHISPERHUB_MAX_STREAMS.",
                id="whisperhub.W002",
            )
        ]
    return []


@register()
def positive_numbers(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Limits of zero or less would refuse everything, or never end."""
    names = {
        "WHISPERHUB_MAX_UPLOAD_BYTES": settings.MAX_UPLOAD_BYTES,
        "WHISPERHUB_MAX_RECORDING_HOURS": settings.MAX_RECORDING_HOURS,
        "WHISPERHUB_UPLOAD_HOURS": settings.UPLOAD_HOURS,
        "WHISPERHUB_MAX_QUEUE": settings.MAX_QUEUE,
        "WHISPERHUB_SYNC_TIMEOUT": settings.SYNC_TIMEOUT,
        "WHISPERHUB_LEASE_SECONDS": settings.LEASE_SECONDS,
        "WHISPERHUB_MAX_ATTEMPTS": settings.MAX_ATTEMPTS,
        "WHISPERHUB_WORKER_JOBS": settings.WORKER_JOBS,
        "WHISPERHUB_BIN_DAYS": settings.BIN_DAYS,
        "WHISPERHUB_LOGIN_FAILURES": settings.AXES_FAILURE_LIMIT,
        "WHISPERHUB_LOGIN_LOCK_MINUTES": settings.AXES_COOLOFF_TIME.total_seconds() / 60,
        "WHISPERHUB_WEB_THREADS": settings.WEB_THREADS,
        "WHISPERHUB_MAX_STREAMS": settings.MAX_STREAMS,
        "WHISPERHUB_STREAM_SECONDS": settings.STREAM_SECONDS,
        "WHISPERHUB_URL_TIMEOUT": settings.URL_TIMEOUT,
    }
    return [
        Error(f"{name} is {value}.", hint="Give a number above 0.", id="whisperhub.E002")
        for name, value in names.items()
        if value <= 0
    ]


@register()
def media_through_nginx(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Nginx can only send what lies on its own disk, below an address of its own."""
    address = settings.ACCEL_REDIRECT
    if address and (settings.S3_BUCKET or not (address.startswith("/") and address.endswith("/"))):
        return [
            Error(
                f"WHISPERHUB_ACCEL_REDIRECT is {address}, which nginx cannot serve.",
                hint="Give the address of nginx's internal location, e.g. /_media/; none with WHISPERHUB_S3_BUCKET.",
                id="whisperhub.E010",
            )
        ]
    return []
