"""Configurations that would open the hub to strangers: each is an error or a warning with an id of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.checks import run_checks
from pytest_django import Settings

from tests.letters import configure


def _ids(*, deploy: bool = False) -> list[str]:
    messages = [message for message in run_checks(include_deployment_checks=deploy) if "whisperhub" in str(message.id)]
    assert all(message.hint for message in messages)
    return sorted(str(message.id) for message in messages)


def _set(settings: Settings, **values: object) -> None:
    for name in values:
        setattr(settings, name, values[name])


LAN = (ip_network("192.168.20.0/24"), ip_network("10.0.0.0/8"), ip_network("fd00::/64"))
WIDE = ["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "8.0.0.0/7", "2000::/3"]


def test_nothing_is_unsafe_with_the_defaults_of_one_machine() -> None:
    assert _ids(deploy=True) == []


def test_debug_pages_for_others_are_an_error(settings: Settings) -> None:
    settings.DEBUG = True
    assert _ids() == []
    settings.BIND_HOST = "0.0.0.0"  # noqa: S104  # what is to be refused
    assert _ids() == ["whisperhub.E005"]
    _set(settings, BIND_HOST="127.0.0.1", HTTPS=True, TRUSTED_PROXIES=LAN)
    assert _ids() == ["whisperhub.E005"]


@pytest.mark.parametrize("key", ["change-me", "secret" * 2, "a" * 60, "abc" * 20, f"django-insecure-{'x9!kQ' * 10}"])
def test_a_secret_key_that_can_be_guessed_is_an_error(settings: Settings, key: str) -> None:
    settings.SECRET_KEY = key
    assert _ids() == ["whisperhub.E006"]


def test_a_secret_key_that_others_here_can_read_is_a_warning(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    kept = tmp_path / "secret-key"
    kept.write_text("x")
    kept.chmod(0o640)
    assert _ids() == ["whisperhub.W004"]
    kept.chmod(0o600)
    assert _ids() == []


@pytest.mark.parametrize("network", WIDE)
@pytest.mark.parametrize(
    ("name", "identity"),
    [("TRUSTED_NETWORKS", "E001"), ("TRUSTED_PROXIES", "E007"), ("URL_ALLOWED_NETWORKS", "E008")],
)
def test_to_trust_the_world_or_a_good_part_of_it_is_an_error(
    settings: Settings, name: str, identity: str, network: str
) -> None:
    setattr(settings, name, LAN)
    assert _ids() == []
    setattr(settings, name, (*LAN, ip_network(network)))
    assert _ids() == [f"whisperhub.{identity}"]


def test_tls_behind_a_nameless_proxy_is_a_warning(settings: Settings) -> None:
    settings.HTTPS = True
    assert _ids() == ["whisperhub.W001"]
    settings.TRUSTED_PROXIES = (ip_network("127.0.0.1/32"),)
    assert _ids() == []


@pytest.mark.parametrize("network", ["127.0.0.1/32", "169.254.169.254/32", "::1/128", "fd00:ec2::254/128"])
def test_to_fetch_from_this_machine_or_a_metadata_service_is_a_warning(settings: Settings, network: str) -> None:
    settings.URL_ALLOWED_NETWORKS = (*LAN, ip_network(network))
    assert _ids() == ["whisperhub.W005"]


@pytest.mark.parametrize("origin", ["https://*.example.org", "http://hub.example.org"])
def test_forms_from_too_many_pages_are_a_warning(settings: Settings, origin: str) -> None:
    _set(settings, HTTPS=True, TRUSTED_PROXIES=LAN, CSRF_TRUSTED_ORIGINS=[origin])
    assert _ids() == ["whisperhub.W006"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://hub.example.org"]
    assert _ids() == []


def test_clear_text_and_any_name_are_warnings_before_a_deployment(settings: Settings) -> None:
    _set(settings, BIND_HOST="192.168.20.5", ALLOWED_HOSTS=["*"])
    assert _ids() == []
    assert _ids(deploy=True) == ["whisperhub.W007", "whisperhub.W008"]
    _set(settings, HTTPS=True, TRUSTED_PROXIES=LAN, ALLOWED_HOSTS=["hub.example.org"])
    assert _ids(deploy=True) == []


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


@pytest.mark.parametrize("network", ["0.0.0.0/0", "192.168.20.0/24"])
def test_gunicorn_refuses_an_unsafe_configuration_with_its_id(tmp_path: Path, network: str) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "WHISPERHUB_DATA_DIR": str(tmp_path),
        "WHISPERHUB_TRUSTED_NETWORKS": network,
    }
    command = [sys.executable, "-m", "gunicorn", "whisperhub.wsgi", "--check-config"]
    command += ["--config", "python:whisperhub.gunicorn"]
    ended = subprocess.run(
        command, cwd=project.BASE_DIR, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    is_wide = network == "0.0.0.0/0"
    assert (ended.returncode != 0) is is_wide, ended.stderr
    assert ("(whisperhub.E001) WHISPERHUB_TRUSTED_NETWORKS contains 0.0.0.0/0" in ended.stderr) is is_wide


def test_every_id_is_explained_and_none_that_is_gone() -> None:
    source = "".join((project.BASE_DIR / "transcripts" / name).read_text() for name in ("checks.py", "unsafe.py"))
    explained = re.findall(
        r"^\| `(whisperhub\.[EW]\d{3})`(?: \*)? \|", (project.BASE_DIR / "docs/settings.md").read_text(), re.M
    )
    assert explained == sorted(set(re.findall(r'id="(whisperhub\.[EW]\d{3})"', source)))
