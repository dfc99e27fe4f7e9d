"""Reads the environment. Every setting that a person may change passes through here; docs/settings.md lists all.

Any name may also be given as `NAME_FILE`, the path of a file with the value: secrets need not be in the environment.
"""

from __future__ import annotations

import os
import secrets
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.FileAwareEnv()

Network = IPv4Network | IPv6Network


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
        # O_EXCL: of several processes starting at once exactly one writes; the others read its key.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"Cannot write {path}: {error.strerror}. Set WHISPERHUB_DATA_DIR to a writable folder."
        ) from error
    key = secrets.token_urlsafe(50)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key
