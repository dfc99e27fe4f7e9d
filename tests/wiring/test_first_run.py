"""The first start: one administrator and one key, each made once, each told once."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from transcripts.first_run import ADMIN_NAME, first_admin, first_key
from transcripts.models import ApiKey

pytestmark = pytest.mark.django_db


def test_the_first_administrator_can_sign_in_with_the_password_that_was_told() -> None:
    password = first_admin()
    assert password is not None
    assert len(password) >= 16
    user = authenticate(HttpRequest(), username=ADMIN_NAME, password=password)
    assert user is not None
    assert user.is_superuser


def test_the_next_start_makes_no_other_administrator_and_tells_no_password() -> None:
    first_admin()
    hashed = User.objects.get().password
    assert first_admin() is None
    assert User.objects.get().password == hashed


def test_an_installation_with_an_administrator_of_another_name_needs_none(admin: User) -> None:
    assert first_admin() is None
    assert User.objects.get() == admin


def test_the_first_key_opens_and_lies_in_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "key"
    key = first_key(path)
    assert key is not None
    assert path.read_text() == f"{key}\n"
    assert path.stat().st_mode & 0o777 == 0o600
    found = ApiKey.find(key)
    assert found is not None
    assert found.scopes == ["transcribe", "read"]


def test_the_next_start_keeps_the_key(tmp_path: Path) -> None:
    first_key(tmp_path / "key")
    before = (tmp_path / "key").read_text()
    assert first_key(tmp_path / "key") is None
    assert (tmp_path / "key").read_text() == before
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize("content", ["", "nonsense", "wh_00000000_" + "A" * 43])
def test_a_file_with_a_key_that_opens_nothing_is_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / "key"
    path.write_text(content)
    path.chmod(0o644)
    key = first_key(path)
    assert key is not None
    assert path.read_text() == f"{key}\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_key_that_was_revoked_is_not_revived(tmp_path: Path) -> None:
    old = first_key(tmp_path / "key")
    assert old is not None
    ApiKey.objects.update(revoked_at=timezone.now())
    new = first_key(tmp_path / "key")
    assert new not in (None, old)
    assert ApiKey.find(old) is None
