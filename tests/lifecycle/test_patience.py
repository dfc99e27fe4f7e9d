"""A database that is away for a moment costs a worker nothing; one that stays away is an error."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from transcripts import patience
from transcripts.patience import patiently


class Database:
    """Away for its first `times` calls. Stands for a PostgreSQL that restarts, which tests/chaos really does."""

    def __init__(self, times: int) -> None:
        self.times, self.calls = times, 0

    def write(self) -> str:
        self.calls += 1
        if self.calls <= self.times:
            raise OperationalError("the connection is closed")
        return "written"


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSE_SECONDS", 0.01)


@pytest.mark.django_db(transaction=True)
def test_a_write_is_tried_until_the_database_takes_it() -> None:
    database = Database(3)
    assert patiently(database.write, seconds=60) == "written"
    assert database.calls == 4


@pytest.mark.django_db(transaction=True)
def test_after_its_time_the_error_is_raised() -> None:
    database = Database(1000)
    with pytest.raises(OperationalError):
        patiently(database.write, seconds=0.05)
    assert 2 <= database.calls < 1000


@pytest.mark.django_db(transaction=True)
def test_any_other_error_is_raised_at_once() -> None:
    def write() -> None:
        raise ValueError("a fault of ours")

    with pytest.raises(ValueError, match="a fault of ours"):
        patiently(write, seconds=60)


@pytest.mark.django_db
def test_inside_a_transaction_there_is_nothing_to_repeat() -> None:
    database = Database(1)
    with pytest.raises(OperationalError):
        patiently(database.write, seconds=60)
    assert database.calls == 1
