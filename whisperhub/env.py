"""Reads the environment. Every setting that a person may change passes through here; docs/settings.md lists all.

Any name may also be given as `NAME_FILE`, the path of a file with the value: secrets need not be in the environment.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import warnings
from collections.abc import Collection
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environ import FileAwareEnv
from environ.fileaware_mapping import FileAwareMapping

BASE_DIR = Path(__file__).resolve().parent.parent

Network = IPv4Network | IPv6Network


class _Variables(FileAwareMapping):  # type: ignore[misc]  # the library has no types
    """A file ends with a line break, the value in it does not."""

    def __getitem__(self, name: str) -> str:
        return str(super().__getitem__(name)).rstrip("\r\n")


class _Environment(FileAwareEnv):  # type: ignore[misc]
    """A value that cannot be read is an error that names its variable; nothing falls back in silence."""

    ENVIRON = _Variables()
    BOOLEAN_FALSE_STRINGS = ("false", "off", "n", "no", "0", "")

    def get_value(self, var: str, *args: Any, **options: Any) -> Any:
        try:
            return super().get_value(var, *args, **options)
        except (ValueError, OSError) as error:
            raise ImproperlyConfigured(f"{var} cannot be read: {error}") from error

    def bool(self, var: str, *, default: bool) -> bool:
        text = str(self.str(var, default=str(default))).strip().lower()
        if text not in (*self.BOOLEAN_TRUE_STRINGS, *self.BOOLEAN_FALSE_STRINGS):
            raise ImproperlyConfigured(f"{var} must be true or false, not {text!r}.")
        return text in self.BOOLEAN_TRUE_STRINGS

    def choice(self, var: str, *, default: str, choices: Collection[str]) -> str:
        text = str(self.str(var, default=default)).strip().lower()
        if text not in choices:
            raise ImproperlyConfigured(f"{var} must be one of {', '.join(choices)}, not {text!r}.")
        return text

    def db(self, var: str, *, default: str) -> dict[str, Any]:
        with warnings.catch_warnings(action="ignore"):  # the library's warning would show the password
            config: dict[str, Any] = super().db(var, default=default)
        if not config.get("ENGINE"):
            raise ImproperlyConfigured(f"{var} must have the form postgres://user:password@host:5432/name.")
        return config

    def mail_server(self, var: str, *, default: str) -> dict[str, Any]:
        try:
            config: dict[str, Any] = self.email_url(var, default=default)
            usable = config["EMAIL_HOST"] and config["EMAIL_PORT"]
        except (ValueError, KeyError, ImproperlyConfigured):
            usable = False
        if not usable:  # said without what stands there: a password may
            raise ImproperlyConfigured(f"{var} must have the form smtp+tls://user:password@mail.example.org:587.")
        return config


env = _Environment()


def data_dir() -> Path:
    """The folder of everything that this installation writes (`var/` unless `WHISPERHUB_DATA_DIR` moves it)."""
    return Path(env.str("WHISPERHUB_DATA_DIR", default=str(BASE_DIR / "var"))).expanduser().resolve()


def networks(name: str) -> tuple[Network, ...]:
    """A comma-separated list of CIDR networks.

    Raises:
        ImproperlyConfigured: if an entry is no network, e.g. has host bits set.
    """
    try:
        return tuple(ip_network(entry.strip()) for entry in env.list(name, default=[]) if entry.strip())
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}. Write networks as in 192.168.20.0/24,10.0.0.5/32.") from error


def secret_key(folder: Path) -> str:
    """`WHISPERHUB_SECRET_KEY`, or one made once for this installation and kept in its data folder, mode 0600."""
    given: str = env.str("WHISPERHUB_SECRET_KEY", default="")
    if given:
        return given
    path = folder / "secret-key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _keep_first(path, secrets.token_urlsafe(50))
    except OSError as error:
        raise ImproperlyConfigured(
            f"Cannot write {path}: {error.strerror}. Set WHISPERHUB_DATA_DIR to a writable folder."
        ) from error
    return path.read_text().strip()


def _keep_first(path: Path, text: str) -> None:
    """Of several processes starting at once the first one's text is kept, and nobody sees half of it. Mode 0600."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent) as draft, suppress(FileExistsError):
        draft.write(text)
        draft.flush()
        os.link(draft.name, path)
