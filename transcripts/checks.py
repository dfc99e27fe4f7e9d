"""A wrong configuration is said at start, with an id and a hint, not found out in the night."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from .single_sign_on import DOMAINS, POLICIES

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@register(Tags.security)
def trusted_networks(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A trusted network of the whole world is no key at all."""
    return [
        Error(
            f"WHISPERHUB_TRUSTED_NETWORKS contains {network}: everybody would be let in without a key.",
            hint="Name the networks of your own clients, e.g. 192.168.20.0/24.",
            id="whisperhub.E001",
        )
        for network in settings.TRUSTED_NETWORKS
        if network.prefixlen == 0
    ]


@register(Tags.security)
def trusted_proxies(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Behind TLS there is a proxy; without its address every client looks like the proxy."""
    if settings.HTTPS and settings.TRUSTED_NETWORKS and not settings.TRUSTED_PROXIES:
        return [
            Warning(
                "WHISPERHUB_HTTPS and WHISPERHUB_TRUSTED_NETWORKS are set, but no WHISPERHUB_TRUSTED_PROXIES.",
                hint="Every client has the proxy's address then. Name the proxy, e.g. 127.0.0.1/32.",
                id="whisperhub.W001",
            )
        ]
    return []


@register(Tags.security)
def mail_server(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Letters carry links, which need an address to begin with and deserve a closed envelope."""
    if not settings.EMAIL_IS_SET:
        return []
    found: list[CheckMessage] = []
    if not re.fullmatch(r"https?://[^/\s]+/?", settings.PUBLIC_URL):
        found.append(
            Error(
                f"EMAIL_URL is set, but WHISPERHUB_PUBLIC_URL is {settings.PUBLIC_URL!r}.",
                hint="Give the address that people type, e.g. https://hub.example.org: links in letters begin with it.",
                id="whisperhub.E003",
            )
        )
    if not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL or settings.EMAIL_HOST in _THIS_MACHINE):
        found.append(
            Warning(
                "EMAIL_URL sends password links to another machine in clear text.",
                hint="Write smtp+tls:// (STARTTLS, port 587) or smtp+ssl:// (port 465).",
                id="whisperhub.W003",
            )
        )
    return found


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


@register(Tags.security)
def single_sign_on(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Who is let in by the organisation's sign-in must be said in full, and the provider reached in private."""
    if not settings.OIDC_ISSUER:
        return []
    issuer = urlsplit(settings.OIDC_ISSUER)
    wrong = {
        "WHISPERHUB_OIDC_ISSUER is not an https:// address.": issuer.scheme != "https"
        and issuer.hostname not in _THIS_MACHINE,
        "WHISPERHUB_OIDC_CLIENT_ID is not set.": not settings.OIDC_CLIENT_ID,
        f"WHISPERHUB_OIDC_ACCOUNTS is {settings.OIDC_ACCOUNTS!r}; it must be {', '.join(POLICIES)}.": (
            settings.OIDC_ACCOUNTS not in POLICIES
        ),
        "WHISPERHUB_OIDC_ACCOUNTS is domains, but WHISPERHUB_OIDC_EMAIL_DOMAINS names none.": (
            settings.OIDC_ACCOUNTS == DOMAINS and not settings.OIDC_EMAIL_DOMAINS
        ),
    }
    hint = "docs/single-sign-on.md shows a whole configuration."
    return [Error(words, hint=hint, id="whisperhub.E004") for words, is_wrong in wrong.items() if is_wrong]


@register()
def positive_numbers(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Limits of zero or less would refuse everything, or never end."""
    names = {
        "WHISPERHUB_MAX_UPLOAD_BYTES": settings.MAX_UPLOAD_BYTES,
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
                id="whisperhub.E004",
            )
        ]
    return []
