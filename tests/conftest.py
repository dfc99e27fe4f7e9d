"""Fixtures and rules for the whole suite."""

from __future__ import annotations

import os
import socket
from collections.abc import Generator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group, User
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django import Settings

from tests import settings as test_settings
from tests.speech import SAMPLES
from transcripts import append_only
from transcripts.access import Actor
from transcripts.groups import REVIEWER, UPLOADER
from transcripts.incoming import IncomingFile, receive
from transcripts.models import ApiKey, Scope

REQUIRED = os.environ.get("WHISPERHUB_REQUIRE_SERVICES") == "1"


def pytest_configure(config: pytest.Config) -> None:
    """The services stack without its services: skip the run with the reason, or fail where CI requires them."""
    if test_settings.STACK != "services":
        return
    missing = [name for name, url in test_settings.SERVICES.items() if not _answers(url)]
    if missing:
        reason = f"no service answers at {', '.join(missing)}; start PostgreSQL and Redis to run these tests"
        if REQUIRED:
            pytest.exit(f"required, but {reason}", returncode=1)
        pytest.exit(f"SKIPPED the tests against PostgreSQL and Redis: {reason}", returncode=0)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where services are required, a test that is skipped because something is not installed has failed."""
    report = yield
    if REQUIRED and report.skipped and "is not installed" in str(report.longrepr):
        report.outcome = "failed"
    return report


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 0), timeout=2):
            return True
    except OSError:
        return False


@pytest.fixture(autouse=True, scope="session")
def _flush_empties_the_audit_trail_too() -> Iterator[None]:
    """Tests with real transactions end by emptying every table, which the database refuses for this one."""
    teardown = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # not public

    def lifting(case: TransactionTestCase) -> None:
        append_only.lift()
        teardown(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lifting)
        yield


@pytest.fixture(autouse=True)
def _own_media_folder(tmp_path: Path, settings: Settings) -> None:
    """Files of one test are not seen by the next."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.INCOMING_DIR = tmp_path / "media" / "incoming"


@pytest.fixture(autouse=True)
def _english_at_first() -> None:
    """A page that one test looked at leaves its language in force: the next begins as a worker or a command does."""
    translation.activate(django_settings.LANGUAGE_CODE)


def person(name: str, *groups: str) -> User:
    """Somebody with an account, in the groups of these names."""
    user = User.objects.create_user(name, password="a long pass phrase")
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


@pytest.fixture
def alice(db: None) -> User:
    """Owns what the tests upload."""
    return person("alice", UPLOADER)


@pytest.fixture
def mallory(db: None) -> User:
    """Must see nothing of Alice's."""
    return person("mallory", UPLOADER)


@pytest.fixture
def robin(db: None) -> User:
    """Reviews what everybody uploads, and uploads nothing."""
    return person("robin", REVIEWER)


@pytest.fixture
def admin(db: None) -> User:
    """May everything."""
    return User.objects.create_superuser("root", password="a long pass phrase")


class KeyMaker:
    """Makes keys: `make(Scope.READ)` gives the row and the key itself."""

    def __call__(self, *scopes: Scope, name: str = "test client") -> tuple[ApiKey, str]:
        row = ApiKey(name=name, scopes=[scope.value for scope in scopes or (Scope.TRANSCRIBE,)])
        key = row.renew()
        row.save()
        return row, key


@pytest.fixture
def make_key(db: None) -> KeyMaker:
    """A maker of API keys."""
    return KeyMaker()


@pytest.fixture
def alices(alice: User) -> Actor:
    """Alice as an actor."""
    return Actor(user=alice)


@pytest.fixture
def spoken_file() -> IncomingFile:
    """A short English recording, as it stands when an upload has just ended."""
    path = SAMPLES / "en-short-1.flac"
    return receive(path.name, [path.read_bytes()])
