"""API keys: shown once, kept as a hash, good until they expire or are revoked, and no string breaks the look-up."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.conftest import KeyMaker
from transcripts.models import ApiKey

pytestmark = pytest.mark.django_db

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def test_a_key_opens_and_is_stored_as_its_sha_256_only(make_key: KeyMaker) -> None:
    row, key = make_key()
    assert ApiKey.find(key) == row
    assert row.hash == hashlib.sha256(key.encode()).hexdigest()
    stored = ApiKey.objects.values().get()
    assert not [name for name, value in stored.items() if key in str(value)]


def test_a_key_begins_with_its_visible_prefix_and_carries_256_random_bits(make_key: KeyMaker) -> None:
    row, key = make_key()
    assert key.startswith(f"{row.prefix}_")
    assert len(key.removeprefix(f"{row.prefix}_")) == 43  # 32 bytes in base64 without padding
    assert str(row) == f"test client ({row.prefix}…)"


def test_no_two_keys_are_alike(make_key: KeyMaker) -> None:
    keys = [make_key()[1] for _ in range(20)]
    assert len(set(keys)) == 20
    assert len({key[:11] for key in keys}) == 20


def test_a_renewed_key_shuts_out_the_one_before(make_key: KeyMaker) -> None:
    row, old = make_key()
    new = row.renew()
    row.save()
    assert ApiKey.find(old) is None
    assert ApiKey.find(new) == row


def test_a_key_is_good_until_the_moment_at_which_it_expires(make_key: KeyMaker) -> None:
    row, key = make_key()
    ApiKey.objects.update(expires_at=NOON)
    assert ApiKey.find(key, at=NOON - timedelta(microseconds=1)) == row
    assert ApiKey.find(key, at=NOON) is None


def test_a_revoked_key_opens_nothing(make_key: KeyMaker) -> None:
    row, key = make_key()
    ApiKey.objects.update(revoked_at=NOON)
    assert ApiKey.find(key, at=NOON - timedelta(days=1)) is None
    row.refresh_from_db()
    assert not row.is_usable


@pytest.mark.parametrize(("expires_in_days", "usable"), [(None, True), (1, True), (-1, False)])
def test_the_administrator_sees_whether_a_key_is_usable(
    make_key: KeyMaker, expires_in_days: int | None, usable: bool
) -> None:
    row, _ = make_key()
    if expires_in_days is not None:
        row.expires_at = datetime.now(UTC) + timedelta(days=expires_in_days)
    assert row.is_usable is usable


def test_the_last_use_is_noted_at_most_once_a_minute(make_key: KeyMaker) -> None:
    row, key = make_key()
    for seconds, noted in ((0, 0), (1, 0), (59, 0), (60, 60), (100, 60), (121, 121)):
        ApiKey.find(key, at=NOON + timedelta(seconds=seconds))
        row.refresh_from_db()
        assert row.last_used_at == NOON + timedelta(seconds=noted)


def test_a_look_up_within_the_minute_is_one_query_and_writes_nothing(make_key: KeyMaker) -> None:
    _, key = make_key()
    ApiKey.find(key, at=NOON)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        ApiKey.find(key, at=NOON + timedelta(seconds=30))
    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]


def test_a_key_that_was_refused_is_not_noted_as_used(make_key: KeyMaker) -> None:
    row, key = make_key()
    assert ApiKey.find(key[:-1] + ("A" if key[-1] != "A" else "B")) is None
    row.refresh_from_db()
    assert row.last_used_at is None


DAMAGES: dict[str, Callable[[str], str]] = {
    "nothing": lambda key: "",
    "its prefix alone": lambda key: key[:11],
    "the prefix and no secret": lambda key: key[:12],
    "a shorter secret": lambda key: key[:-1],
    "a longer secret": lambda key: key + "A",
    "other case": str.swapcase,
    "a space in front": lambda key: " " + key,
    "a line break behind": lambda key: key + "\n",
    "NUL in the prefix": lambda key: "wh_\x00" + key[4:],
    "NUL behind": lambda key: key + "\x00",
    "ten thousand characters": lambda key: key * 180,
    "a prefix of ten thousand characters": lambda key: "w" * 10_000 + key,
    "letters beyond ASCII": lambda key: key[:-1] + "ß",
    "a lone surrogate in the prefix": lambda key: "wh_\ud800_" + key[12:],
    "a lone surrogate behind": lambda key: key[:-1] + "\ud800",
    "a pattern for LIKE": lambda key: "wh_%_" + key[12:],
    "SQL": lambda key: "wh_' OR '1'='1" + key[11:],
    "its hash": lambda key: hashlib.sha256(key.encode()).hexdigest(),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_key_that_is_not_exactly_right_opens_nothing(make_key: KeyMaker, damage: Callable[[str], str]) -> None:
    _, key = make_key()
    assert ApiKey.find(damage(key)) is None


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_no_string_breaks_the_look_up(db: None, text: str) -> None:
    assert ApiKey.find(text) is None
    assert ApiKey.find("wh_" + text) is None
