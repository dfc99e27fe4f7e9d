"""Keyless clients: only from a trusted network, and only by an address that nobody can pretend."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.api.conftest import SAMPLE
from tests.conftest import KeyMaker
from tests.rows import in_state, recording
from transcripts.models import Recording, Status

pytestmark = pytest.mark.django_db

PROXY, OFFICE, STRANGER = "10.0.0.5", "192.168.20.11", "203.0.113.9"


@pytest.fixture(autouse=True)
def _office_is_trusted(settings: Settings) -> None:
    settings.TRUSTED_NETWORKS = (ip_network("192.168.20.0/24"), ip_network("fd00::/8"))
    settings.TRUSTED_PROXIES = (ip_network("10.0.0.5/32"), ip_network("10.0.0.6/32"))


def _post(address: str, forwarded: str | None = None, **headers: str) -> Any:
    sent = {"Prefer": "respond-async", **headers}
    if forwarded is not None:
        sent["X-Forwarded-For"] = forwarded
    with SAMPLE.open("rb") as file:
        return Client().post("/transcribe", {"file": file}, headers=sent, REMOTE_ADDR=address)


@pytest.mark.parametrize(
    ("address", "forwarded", "let_in"),
    [
        # Straight from the socket
        (OFFICE, None, True),
        ("::ffff:192.168.20.11", None, True),
        ("fd00::1", None, True),
        (STRANGER, None, False),
        ("192.168.21.11", None, False),
        ("", None, False),  # a Unix socket
        ("localhost", None, False),
        # Whoever is no proxy may claim what it likes
        (STRANGER, OFFICE, False),
        (STRANGER, f"{OFFICE}, {PROXY}", False),
        (OFFICE, STRANGER, True),
        # Behind a proxy the rightmost address that is none of ours is the client
        (PROXY, OFFICE, True),
        (PROXY, STRANGER, False),
        (PROXY, f"{OFFICE}, {STRANGER}", False),
        (PROXY, f"{STRANGER}, {OFFICE}", True),
        (PROXY, f"{OFFICE},10.0.0.6", True),
        (PROXY, f"{STRANGER}, 10.0.0.6", False),
        (PROXY, f"{OFFICE}, {STRANGER}, 10.0.0.6, {PROXY}", False),
        (f"::ffff:{PROXY}", f" {OFFICE} ", True),
        (PROXY, "::ffff:192.168.20.11", True),
        # The proxy itself, and what cannot be read
        (PROXY, None, False),
        (PROXY, "", False),
        (PROXY, ",,", False),
        (PROXY, "unknown", False),
        (PROXY, f"{OFFICE}:4711", False),
        (PROXY, f"{OFFICE}, unknown", False),
        (PROXY, f"unknown, {OFFICE}", True),
        (PROXY, "192.168.20.0/24", False),
        (PROXY, "3232240651", False),  # the office's address as one number
    ],
)
def test_a_client_is_let_in_by_its_real_address_only(address: str, forwarded: str | None, let_in: bool) -> None:
    answer = _post(address, forwarded)
    assert answer.status_code == (202 if let_in else 401)
    assert Recording.objects.count() == let_in


@pytest.mark.parametrize("header", ["Forwarded", "X-Real-IP", "X-Client-IP", "Client-IP", "X-Forwarded-Host"])
def test_no_other_header_moves_a_client(header: str) -> None:
    assert _post(PROXY, STRANGER, **{header: OFFICE}).status_code == 401


def test_without_a_proxy_by_name_no_header_is_believed(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ()
    assert _post(PROXY, OFFICE).status_code == 401


def test_without_trusted_networks_nobody_comes_in_without_a_key(settings: Settings) -> None:
    settings.TRUSTED_NETWORKS = ()
    assert _post(OFFICE).status_code == 401
    assert _post("127.0.0.1").status_code == 401


def test_a_bad_key_is_refused_from_a_trusted_network_too() -> None:
    assert _post(OFFICE, **{"X-API-Key": "wh_no"}).status_code == 401


def test_a_good_key_from_a_trusted_network_is_the_keys(make_key: KeyMaker) -> None:
    row, key = make_key()
    assert _post(OFFICE, **{"X-API-Key": key}).status_code == 202
    assert (Recording.objects.get().api_key, Recording.objects.get().from_trusted_network) == (row, False)


def test_a_trusted_client_sees_what_trusted_clients_sent_and_nothing_of_anybody_else(make_key: KeyMaker) -> None:
    row, _ = make_key()
    sent = _post(OFFICE)["X-Transcript-Id"]
    keys = in_state(Status.DONE, of=recording(api_key=row)).transcript.pk
    orphan = in_state(Status.DONE).transcript.pk
    found = {
        transcript_id: Client().get(f"/api/v1/transcripts/{transcript_id}", REMOTE_ADDR=OFFICE).status_code
        for transcript_id in (sent, keys, orphan)
    }
    assert found == {sent: 200, keys: 404, orphan: 404}
    assert Client().get(f"/api/v1/transcripts/{sent}", REMOTE_ADDR=STRANGER).status_code == 401
