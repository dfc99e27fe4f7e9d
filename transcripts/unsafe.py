"""Configurations that would open the hub to strangers: refused at start where that is certain, warned of where not.

`manage.py` commands look by themselves; the web process, which gunicorn starts, does by `refuse`. Checks of what only
a service for others needs are deployment checks: `manage.py check --deploy` tells them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register, run_checks
from django.core.exceptions import ImproperlyConfigured

from .single_sign_on import DOMAINS, POLICIES

logger = logging.getLogger(__name__)

Apps = Sequence[AppConfig] | None
Network = IPv4Network | IPv6Network
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
# Nobody's own network is as large: 10.0.0.0/8 is the largest that organisations use, and a /16 holds 65,536 sites.
_LARGEST = {4: 8, 6: 16}
_METADATA = tuple(ip_network(text) for text in ("169.254.0.0/16", "127.0.0.0/8", "::1/128", "fd00:ec2::/32"))
_SECRET_LENGTH = 32
_SECRET_VARIETY = 8
_TOKEN_LENGTH = 16


def refuse() -> None:
    """Log the warnings.

    Raises:
        ImproperlyConfigured: there are errors; with all of them, by id.
    """
    found = [message for message in run_checks() if not message.is_silenced()]
    errors = [str(message) for message in found if message.is_serious()]
    for message in found:
        if not message.is_serious():
            logger.warning("%s", message)
    if errors:
        raise ImproperlyConfigured("This configuration is not safe, or cannot work:\n" + "\n".join(errors))


@register(Tags.security)
def debug(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Django's debug pages show settings and variables to whoever provokes an error."""
    if settings.DEBUG and _serves_others():
        return [
            Error(
                "WHISPERHUB_DEBUG is on, and others than this machine reach the service.",
                hint="Take it out of the environment; the log has every error too.",
                id="whisperhub.E005",
            )
        ]
    return []


@register(Tags.security)
def secret_key(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Sessions, password links and the secrets of webhooks are signed by it."""
    key = str(settings.SECRET_KEY)
    found: list[CheckMessage] = []
    if len(key) < _SECRET_LENGTH or len(set(key)) < _SECRET_VARIETY or "insecure" in key:
        found.append(
            Error(
                "WHISPERHUB_SECRET_KEY can be guessed: who does signs in as anybody.",
                hint="Leave it out, then one is made and kept; or: python -c 'import secrets; "
                "print(secrets.token_urlsafe(50))'",
                id="whisperhub.E006",
            )
        )
    kept = Path(settings.DATA_DIR) / "secret-key"
    if kept.exists() and kept.stat().st_mode & 0o077:
        found.append(
            Warning(
                f"Others on this machine can read {kept}, which signs sessions.",
                hint=f"chmod 600 {kept}",
                id="whisperhub.W004",
            )
        )
    return found


@register(Tags.security)
def metrics_token(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """A token that can be guessed is none: nothing slows down who guesses it."""
    if not settings.METRICS_TOKEN or len(settings.METRICS_TOKEN) >= _TOKEN_LENGTH:
        return []
    return [
        Error(
            f"WHISPERHUB_METRICS_TOKEN is shorter than {_TOKEN_LENGTH} characters.",
            hint='Make one: python -c "import secrets; print(secrets.token_urlsafe(32))"',
            id="whisperhub.E009",
        )
    ]


@register(Tags.security)
def trusted_networks(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """A trusted network of half the world is no key at all."""
    return [
        Error(
            f"WHISPERHUB_TRUSTED_NETWORKS contains {network}: everybody would be let in without a key.",
            hint="Name the networks of your own clients, e.g. 192.168.20.0/24.",
            id="whisperhub.E001",
        )
        for network in _too_large(settings.TRUSTED_NETWORKS)
    ]


@register(Tags.security)
def trusted_proxies(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Whose word counts for the client's address: of the proxy, and of nobody else."""
    found: list[CheckMessage] = [
        Error(
            f"WHISPERHUB_TRUSTED_PROXIES contains {network}: everybody could pretend any address.",
            hint="Name the proxy alone, e.g. 127.0.0.1/32.",
            id="whisperhub.E007",
        )
        for network in _too_large(settings.TRUSTED_PROXIES)
    ]
    if settings.HTTPS and not settings.TRUSTED_PROXIES:
        found.append(
            Warning(
                "WHISPERHUB_HTTPS is set, but no WHISPERHUB_TRUSTED_PROXIES: every client has the proxy's address.",
                hint="Name the proxy, e.g. 127.0.0.1/32. Trusted networks, the lock against guessing and the audit "
                "trail go by the address.",
                id="whisperhub.W001",
            )
        )
    return found


@register(Tags.security)
def fetched_networks(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """What the guard of `/transcribe/url` lets through after all."""
    allowed = settings.URL_ALLOWED_NETWORKS
    errors: list[CheckMessage] = [
        Error(
            f"WHISPERHUB_URL_ALLOWED_NETWORKS contains {network}: clients could fetch from anywhere inside.",
            hint="Name the machines that recordings are fetched from, e.g. 192.168.20.40/32.",
            id="whisperhub.E008",
        )
        for network in _too_large(allowed)
    ]
    near = [network for network in allowed if any(_overlap(network, metadata) for metadata in _METADATA)]
    return errors or [
        Warning(
            f"WHISPERHUB_URL_ALLOWED_NETWORKS contains {network}: this machine itself, or a cloud's metadata service.",
            hint="Services that listen only for this machine believe who comes from it.",
            id="whisperhub.W005",
        )
        for network in near
    ]


@register(Tags.security)
def trusted_origins(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """A page of a trusted origin may send forms in the name of who looks at it."""
    return [
        Warning(
            f"WHISPERHUB_CSRF_TRUSTED_ORIGINS contains {origin}: too many pages may act for who is signed in.",
            hint="Write the one address that people type, e.g. https://hub.example.org.",
            id="whisperhub.W006",
        )
        for origin in settings.CSRF_TRUSTED_ORIGINS
        if "*" in origin or (settings.HTTPS and not origin.startswith("https://"))
    ]


@register(Tags.security, deploy=True)
def clear_text(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Passwords and recordings in clear text on a network."""
    if settings.HTTPS or not _serves_others():
        return []
    return [
        Warning(
            "WHISPERHUB_HTTPS is off, and others than this machine reach the service.",
            hint="Put a proxy with TLS in front (docs/deploy.md), let this service listen on 127.0.0.1 and set it.",
            id="whisperhub.W007",
        )
    ]


@register(Tags.security, deploy=True)
def any_host(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Addresses in answers of the API begin with the name that the request claims."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Warning(
            "Requests for any host name are answered.",
            hint="Set WHISPERHUB_ALLOWED_HOSTS to the names under which clients reach it.",
            id="whisperhub.W008",
        )
    ]


@register(Tags.security)
def mail_server(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
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


@register(Tags.security)
def single_sign_on(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
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


def _serves_others() -> bool:
    """Whether anybody but this machine gets through to it: by the address that it listens on, or by a proxy."""
    return settings.HTTPS or settings.BIND_HOST not in _THIS_MACHINE


def _too_large(networks: Iterable[Network]) -> list[Network]:
    return [network for network in networks if network.prefixlen < _LARGEST[network.version]]


def _overlap(one: Network, other: Network) -> bool:
    return one.version == other.version and one.overlaps(other)
