"""System checks: a wrong configuration is said at start, with an id and a hint."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from pytest_django import Settings


def _ids() -> list[str | None]:
    messages = run_checks()
    assert all(message.hint for message in messages)
    return [message.id for message in messages]


def test_nothing_is_wrong_with_the_defaults() -> None:
    assert _ids() == []


def test_streams_that_may_take_every_thread_are_a_warning(settings: Settings) -> None:
    settings.WEB_THREADS, settings.MAX_STREAMS = 8, 8
    assert _ids() == ["whisperhub.W002"]
    settings.MAX_STREAMS = 7
    assert _ids() == []


@pytest.mark.parametrize("value", [0, -1])
@pytest.mark.parametrize(
    "name",
    [
        "MAX_UPLOAD_BYTES",
        "MAX_RECORDING_HOURS",
        "MAX_QUEUE",
        "SYNC_TIMEOUT",
        "LEASE_SECONDS",
        "MAX_ATTEMPTS",
        "BIN_DAYS",
        "WORKER_JOBS",
        "WEB_THREADS",
        "URL_TIMEOUT",
    ],
)
def test_a_limit_that_would_refuse_everything_is_an_error_with_its_name(
    settings: Settings, name: str, value: int
) -> None:
    setattr(settings, name, value)
    (message,) = run_checks()
    assert (message.id, message.msg) == ("whisperhub.E002", f"WHISPERHUB_{name} is {value}.")


@pytest.mark.parametrize(
    ("address", "bucket", "wrong"),
    [("/_media/", "", False), ("_media/", "", True), ("/_media", "", True), ("/_media/", "recordings", True)],
)
def test_media_that_nginx_cannot_send_is_an_error(settings: Settings, address: str, bucket: str, wrong: bool) -> None:
    settings.ACCEL_REDIRECT, settings.S3_BUCKET = address, bucket
    assert _ids() == (["whisperhub.E010"] if wrong else [])


@pytest.mark.django_db
def test_the_models_and_the_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
