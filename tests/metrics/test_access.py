"""Who may read the figures: whoever has their token, and trusted networks. To all others they are not there."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from django.core.checks import run_checks
from django.test import Client
from pytest_django import Settings

from tests.conftest import KeyMaker
from tests.metrics.scraped import OPEN
from transcripts.models import Scope

pytestmark = pytest.mark.django_db

TOKEN = "a token of enough characters"


def _status(**headers: str) -> int:
    return Client().get("/metrics", headers=headers).status_code


def test_without_a_token_and_a_trusted_network_there_is_nothing() -> None:
    answer = Client().get("/metrics")
    assert (answer.status_code, answer.json()) == (
        404,
        {"detail": "Set WHISPERHUB_METRICS_TOKEN to have figures here."},
    )
    assert _status(Authorization="Bearer ") == 404


def test_only_the_token_opens_it(settings: Settings, make_key: KeyMaker) -> None:
    settings.METRICS_TOKEN = TOKEN
    _, key = make_key(Scope.MANAGE)
    assert _status(Authorization=f"Bearer {TOKEN}") == 200
    for wrong in ({}, {"Authorization": f"Bearer {TOKEN}x"}, {"Authorization": f"Basic {TOKEN}"}, {"X-API-Key": key}):
        assert _status(**wrong) == 401
    assert _status(Authorization=f"Bearer {key}") == 401
    assert Client().get(f"/metrics?token={TOKEN}").status_code == 401
    answer = Client().get("/metrics")
    assert answer["WWW-Authenticate"] == 'Bearer realm="metrics"'
    assert TOKEN not in answer.content.decode()


def test_an_administrators_session_does_not_open_it(settings: Settings, admin: object) -> None:
    settings.METRICS_TOKEN = TOKEN
    client = Client()
    client.force_login(admin)  # type: ignore[arg-type]
    assert client.get("/metrics").status_code == 401


def test_a_trusted_network_needs_no_token(settings: Settings) -> None:
    settings.METRICS_TOKEN, settings.TRUSTED_NETWORKS = TOKEN, (ip_network("192.168.20.0/24"),)
    assert Client(REMOTE_ADDR="192.168.20.5").get("/metrics").status_code == 200
    assert Client(REMOTE_ADDR="192.168.21.5").get("/metrics").status_code == 401


def test_the_format_is_the_one_that_was_asked_for(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    headers = {"Authorization": f"Bearer {TOKEN}"}
    plain = Client().get("/metrics", headers=headers)
    assert plain["Content-Type"].startswith("text/plain; version=0.0.4")
    assert b"# EOF" not in plain.content
    modern = Client().get("/metrics", headers={**headers, "Accept": OPEN})
    assert modern["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    assert modern.content.endswith(b"# EOF\n")
    assert modern["Cache-Control"] == "no-store"


def test_a_token_that_can_be_guessed_stops_the_start(settings: Settings) -> None:
    for token, found in (("x" * 15, ["whisperhub.E009"]), ("x" * 16, []), ("", [])):
        settings.METRICS_TOKEN = token
        assert [message.id for message in run_checks() if message.id == "whisperhub.E009"] == found
