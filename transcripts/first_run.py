"""What a new installation needs before anybody can come in: one administrator and one API key, each made once."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.contrib.auth.models import User

from . import keys, passwords
from .models import ApiKey, Scope

ADMIN_NAME = "admin"
KEY_NAME = "first key"


def first_admin() -> str | None:
    """Make the first administrator and return the password; None where there is one already."""
    if User.objects.filter(is_superuser=True).exists():
        return None
    password = secrets.token_urlsafe(12)
    User.objects.create_superuser(ADMIN_NAME, password=password)
    return password


def first_link() -> str | None:
    """The path of a link by which the first administrator chooses a password; None once somebody could sign in.

    The account is made with no password at all. A link that was lost or ran out is followed by another.
    """
    administrators = User.objects.filter(is_superuser=True)
    if any(user.has_usable_password() or user.last_login for user in administrators):
        return None
    user = administrators.first() or User.objects.create_superuser(ADMIN_NAME)
    return passwords.make_link(user, None)


def first_key(path: Path) -> str | None:
    """Make the first API key, keep it in `path` for its owner only, and return it; None if that one still opens."""
    if path.exists() and ApiKey.find(path.read_text().strip()) is not None:
        return None
    row = ApiKey(name=KEY_NAME, scopes=[Scope.TRANSCRIBE.value, Scope.READ.value])
    key = keys.make(row, None)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key + "\n")
    return key
