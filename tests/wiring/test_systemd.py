"""What is told to systemd: nothing where nobody listens, and to the watchdog no more than it needs."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from whisperhub.systemd import FEEDINGS, Watchdog, notify


@pytest.fixture
def ear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Where systemd would listen."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield listening


def test_a_state_reaches_whoever_listens(ear: socket.socket) -> None:
    notify("READY=1")
    assert ear.recv(100) == b"READY=1"


def test_an_abstract_address_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("\0whisperhub-test-notify")
        monkeypatch.setenv("NOTIFY_SOCKET", "@whisperhub-test-notify")
        notify("READY=1")
        assert listening.recv(100) == b"READY=1"


def test_without_a_listener_nothing_happens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    notify("READY=1")


def test_a_listener_that_does_not_read_holds_nobody_up(ear: socket.socket) -> None:
    for _ in range(5000):  # more than any kernel's queue holds
        notify("WATCHDOG=1")
    assert ear.recv(100) == b"WATCHDOG=1"


def test_the_watchdog_is_fed_as_often_as_it_needs_and_no_more(
    ear: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "60000000")
    now = 1000.0
    monkeypatch.setattr("whisperhub.systemd.time.monotonic", lambda: now)
    watchdog = Watchdog()
    fed = 0
    for _ in range(60):
        watchdog.feed()
        now += 1.0
    while True:
        try:
            assert ear.recv(100) == b"WATCHDOG=1"
        except BlockingIOError:
            break
        fed += 1
    assert fed == FEEDINGS


def test_no_watchdog_is_fed_where_none_is_set(ear: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    Watchdog().feed()
    with pytest.raises(BlockingIOError):
        ear.recv(100)
