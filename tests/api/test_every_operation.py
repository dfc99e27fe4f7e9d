"""Every operation of the schema, called by schemathesis with data that fits and data that does not.

What it answers must be what the schema says: no 5xx, no undocumented status, header or body, no key or method ignored,
nothing refused that fits (but for `INEXPRESSIBLE`), nothing taken that does not fit. Each run has the same cases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import product
from typing import Any
from uuid import UUID

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.utils import timezone
from hypothesis import strategies as st
from pytest_django import Settings
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
    response_schema_conformance,
)

from tests.api.conftest import SAMPLE, Caller
from tests.conftest import KeyMaker
from tests.rows import claimed, in_state, recording, said, worker
from transcripts import lifecycle
from transcripts.models import ApiKey, Delivery, Event, Glossary, Scope, Status, Webhook

pytestmark = pytest.mark.django_db

EXAMPLES = 10
SCHEMA = schemathesis.openapi.from_wsgi("/openapi.json", get_wsgi_application())
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)}
# tus is a protocol of its own, in headers that depend on one another: tuspy speaks it in other tests.
OPERATIONS = {label: found for label, found in OPERATIONS.items() if "/uploads" not in label}
ID, OTHER_ID = (UUID(int=number << 64 | 0x8 << 60 | 0x4 << 76) for number in (1, 2))
# What the paths name and is really there.
THERE: dict[str, list[Any]] = {
    "transcript_id": [str(ID), str(OTHER_ID)],
    "index": [1],
    "extension": ["srt", "json"],
    "glossary_id": [4711],
    "key_id": [4711],
    "webhook_id": [str(ID)],
    "delivery_id": [str(ID)],
    "model_id": ["whisper-1"],
}
# Data that fits the schema and is refused all the same, and rightly, because a schema cannot say what is wrong with it.
_ORDER = "languages, glossaries and callbacks that there are not, and clips that end before they start"
INEXPRESSIBLE = {
    "PATCH /api/v1/keys/{key_id}": "moments before 1900",
    "POST /api/v1/keys": "the same",
    "GET /api/v1/transcripts/{transcript_id}": "settings of an export that its format does not have",
    "GET /api/v1/transcripts/{transcript_id}.{extension}": "the same",
    "GET /api/v1/transcripts": "moments before 1900 and a time zone that is off by years",
    "GET /api/v1/search": "the same, and a query of nothing but exclusions",
    "POST /api/v1/transcripts": _ORDER,
    "POST /api/v1/transcripts/{transcript_id}/rerun": _ORDER,
    "PATCH /api/v1/transcripts/{transcript_id}/segments/{index}": "versions that never were, and a change of nothing",
    "POST /api/v1/webhooks": "addresses that are none, or private, and keys that there are not",
    "PATCH /api/v1/webhooks/{webhook_id}": "the same",
    "POST /asr": _ORDER,
    "POST /transcribe": _ORDER,
    "POST /transcribe/url": f"addresses that nobody may be sent to, {_ORDER}",
    "POST /v1/audio/transcriptions": f"models that there are not, {_ORDER}",
    "POST /v1/audio/translations": "models that there are not",
}
# No worker runs here, so that those who wait are told 503 or 504; others test what they are told with one.
WAITS = {"POST /asr", "POST /detect-language", "POST /api/v1/detect-language"} | {
    label for label in OPERATIONS if " /v1/audio/" in label
}
# Settings of an export are read where `Accept` names a file; this contract's JSON passes over what it does not know.
PASSES_OVER = {"GET /api/v1/transcripts/{transcript_id}"}
# schemathesis reads a stream as objects, its events; the schema describes the text of it, as OpenAPI 3.0 can.
STREAMS = {"GET /api/v1/transcripts/{transcript_id}/events", "POST /v1/audio/transcriptions"}
RULES = hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)


@pytest.fixture
def caller(make_key: KeyMaker) -> Caller:
    """May do everything."""
    return Caller(*make_key(Scope.TRANSCRIBE, Scope.READ, Scope.MANAGE))


@pytest.fixture(autouse=True)
def _something_is_there(caller: Caller, settings: Settings) -> None:
    settings.SYNC_TIMEOUT = settings.STREAM_SECONDS = 0.01
    settings.ASR_DIALECT = True
    settings.URL_ALLOWED_PORTS = [1]  # nothing is fetched: an invented address is refused by its port
    worker()
    lease = claimed(lifecycle.submit(recording(api_key=caller.row), id=ID))
    lifecycle.store_window(lease, said("One.", "Two."), transcribed_ms=2000, language="en", language_probability=0.9)
    lifecycle.complete(lease, processing_ms=1)
    in_state(Status.CANCELLED, of=recording(api_key=caller.row), id=OTHER_ID)
    Glossary.objects.create(pk=4711, name="council", words="Werify", api_key=caller.row)
    ApiKey.objects.create(pk=4711, name="another", prefix="whk_other", hash="0" * 64, scopes=[Scope.READ])
    hook = Webhook.objects.create(pk=ID, url="https://werify.example/hook", events=[Event.COMPLETED])
    Delivery.objects.create(
        pk=ID, webhook=hook, event=Event.COMPLETED, payload={}, give_up_at=timezone.now(), transcript_id=ID
    )


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Requests run in the test's own transaction: as Django's test client does, none of them closes its connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@contextmanager
def undone() -> Iterator[None]:
    """No case sees what another one did."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def cases(operation: Any, mode: GenerationMode) -> st.SearchStrategy[Any]:
    """Cases for things that are there and, where a path names any, for things that are not."""
    names = re.findall(r"{(\w+)}", operation.path)
    there = [dict(zip(names, values, strict=True)) for values in product(*(THERE[name] for name in names))]
    strategies = [operation.as_strategy(generation_mode=mode, path_parameters=found) for found in there if found]
    return st.one_of(operation.as_strategy(generation_mode=mode), *strategies)


def made_real(case: Any) -> None:
    """What no generator can invent: a recording, and no cursor, which only an earlier answer gives."""
    if isinstance(case.body, dict):
        for name in {"file", "audio_file"} & case.body.keys():
            case.body[name] = SAMPLE.read_bytes()
    if case.query:
        case.query.pop("cursor", None)


def excluded(label: str) -> list[CheckFunction]:
    """The checks that cannot be held against this operation, for the reasons above."""
    found: dict[CheckFunction, bool] = {
        positive_data_acceptance: label in INEXPRESSIBLE,
        negative_data_rejection: label in PASSES_OVER,
        not_a_server_error: label in WAITS,
        response_schema_conformance: label in STREAMS,
    }
    return [check for check, is_excluded in found.items() if is_excluded]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fits", "does not fit"])
@pytest.mark.parametrize("label", OPERATIONS)
def test_an_operation_answers_as_its_schema_says(label: str, mode: GenerationMode, caller: Caller) -> None:
    @hypothesis.given(case=cases(OPERATIONS[label], mode))
    @RULES
    def each(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            made_real(case)
        with undone():
            case.call_and_validate(
                headers={"Authorization": f"Bearer {caller.key}"}, excluded_checks=excluded(label) or None
            )

    with suppress(hypothesis.errors.Unsatisfiable):  # an operation without parameters: nothing can be wrong
        each()


def test_the_exceptions_are_operations() -> None:
    assert INEXPRESSIBLE.keys() | WAITS | PASSES_OVER | STREAMS <= OPERATIONS.keys()
