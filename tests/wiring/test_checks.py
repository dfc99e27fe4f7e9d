"""System checks: a wrong configuration is said at start, with an id and a hint."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from pytest_django import Settings

from tests.letters import configure


def _ids() -> list[str | None]:
    messages = run_checks()
    assert all(message.hint for message in messages)
    return [message.id for message in messages]


def test_nothing_is_wrong_with_the_defaults() -> None:
    assert _ids() == []


@pytest.mark.parametrize("network", ["0.0.0.0/0", "::/0"])
def test_to_trust_the_whole_world_is_an_error(settings: Settings, network: str) -> None:
    settings.TRUSTED_NETWORKS = (ip_network("10.0.0.0/8"), ip_network(network))
    assert _ids() == ["whisperhub.E001"]


def test_to_trust_networks_behind_a_nameless_proxy_is_a_warning(settings: Settings) -> None:
    settings.HTTPS = True
    settings.TRUSTED_NETWORKS = (ip_network("10.0.0.0/8"),)
    assert _ids() == ["whisperhub.W001"]
    settings.TRUSTED_PROXIES = (ip_network("127.0.0.1/32"),)
    assert _ids() == []


def test_streams_that_may_take_every_thread_are_a_warning(settings: Settings) -> None:
    settings.WEB_THREADS, settings.MAX_STREAMS = 8, 8
    assert _ids() == ["whisperhub.W002"]
    settings.MAX_STREAMS = 7
    assert _ids() == []


@pytest.mark.parametrize("address", ["", "hub.example.org", "https://", "https://hub.example.org/under/a/path"])
def test_letters_whose_links_would_lead_nowhere_are_an_error(settings: Settings, address: str) -> None:
    configure(settings)
    assert _ids() == []
    settings.PUBLIC_URL = address
    assert _ids() == ["whisperhub.E003"]


def test_links_in_clear_text_to_another_machine_are_a_warning(settings: Settings) -> None:
    configure(settings)
    settings.EMAIL_HOST = "mail.example.org"
    assert _ids() == ["whisperhub.W003"]
    settings.EMAIL_USE_TLS = True
    assert _ids() == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"OIDC_ISSUER": "http://sign-in.example.org"}, "WHISPERHUB_OIDC_ISSUER is not an https:// address."),
        ({"OIDC_CLIENT_ID": ""}, "WHISPERHUB_OIDC_CLIENT_ID is not set."),
        ({"OIDC_ACCOUNTS": "all"}, "WHISPERHUB_OIDC_ACCOUNTS is 'all'; it must be off, existing, domains."),
        ({"OIDC_EMAIL_DOMAINS": []}, "is domains, but WHISPERHUB_OIDC_EMAIL_DOMAINS names none."),
    ],
)
def test_half_a_single_sign_on_is_an_error(settings: Settings, wrong: dict[str, object], words: str) -> None:
    whole = {"OIDC_ISSUER": "https://sign-in.example.org", "OIDC_CLIENT_ID": "hub", "OIDC_ACCOUNTS": "domains"}
    configured: dict[str, object] = {**whole, "OIDC_EMAIL_DOMAINS": ["example.org"]}
    for name in configured:
        setattr(settings, name, configured[name])
    assert _ids() == []
    for name in wrong:
        setattr(settings, name, wrong[name])
    (message,) = run_checks()
    assert (message.id, words in message.msg) == ("whisperhub.E004", True)


@pytest.mark.parametrize("value", [0, -1])
@pytest.mark.parametrize(
    "name",
    [
        "MAX_UPLOAD_BYTES",
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
    assert _ids() == (["whisperhub.E004"] if wrong else [])


@pytest.mark.django_db
def test_the_models_and_the_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
