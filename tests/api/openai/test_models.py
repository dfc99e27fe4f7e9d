"""The list of models: what runs here and the names that programs have built in."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest
from django.test import Client
from django.utils import timezone
from openai.types import AudioModel
from pytest_django import Settings

from tests.api.conftest import Caller
from tests.api.openai.conftest import problem
from tests.rows import worker
from transcripts.models import Worker

pytestmark = pytest.mark.django_db

INSTALLED = "acme/whisper-large/v3"
# Every name that the official client itself knows, and one that other servers made known.
ALIASES = [*get_args(AudioModel), "large-v3-turbo"]


def test_the_list_begins_with_what_runs_and_names_the_aliases_once_each(caller: Caller) -> None:
    loaded = worker(model=INSTALLED).started_at
    worker("gpu-2", model=INSTALLED, started_at=loaded + timedelta(days=1))
    body = caller.get("/v1/models").json()
    assert body["object"] == "list"
    first = {"id": INSTALLED, "object": "model", "created": int(loaded.timestamp()), "owned_by": "whisperhub"}
    assert body["data"][0] == first
    names = [entry["id"] for entry in body["data"]]
    assert set(ALIASES) < set(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", [INSTALLED, "Systran/faster-whisper-tiny.en", *ALIASES])
def test_a_model_may_be_asked_for_by_every_name_that_it_has(caller: Caller, name: str) -> None:
    worker(model=INSTALLED)
    answer = caller.get(f"/v1/models/{name}")
    assert answer.status_code == 200
    assert (answer.json()["id"], answer.json()["object"]) == (name, "model")
    assert answer["x-request-id"]


def test_a_worker_that_went_silent_has_no_model(caller: Caller) -> None:
    worker(model=INSTALLED)
    Worker.objects.update(last_seen_at=timezone.now() - timedelta(minutes=1))
    assert caller.get("/v1/models").json()["data"][0]["id"] == ALIASES[0]
    status, error = problem(caller.get(f"/v1/models/{INSTALLED}"))
    assert (status, error["code"]) == (404, "model_not_found")


def test_the_configured_model_is_known_before_it_is_loaded(caller: Caller, settings: Settings) -> None:
    settings.WHISPER_MODEL = INSTALLED
    assert caller.get(f"/v1/models/{INSTALLED}").json()["created"] == 0


@pytest.mark.parametrize("path", ["/v1/models", "/v1/models/whisper-1"])
def test_models_are_told_to_nobody_without_a_key(client: Client, path: str) -> None:
    assert problem(client.get(path))[0] == 401
