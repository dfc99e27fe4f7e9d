"""The commands that an installation runs: the model is there, and somebody can come in."""

from __future__ import annotations

import stat
from http import HTTPStatus
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from huggingface_hub import constants
from pytest_django import Settings

from tests.speech import DEMO_MODEL
from transcripts.models import ApiKey


def _said(name: str, *arguments: str) -> list[str]:
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture(autouse=True)
def _hub_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", constants.HF_HUB_OFFLINE)


def test_a_model_that_is_there_is_told_with_its_revision_last() -> None:
    said = _said("fetch_model")
    assert said == [f"demo is in {DEMO_MODEL}; 0 files compared with their checksums", DEMO_MODEL.name]


def test_both_models_are_looked_for(settings: Settings, tmp_path: Path) -> None:
    settings.WHISPER_TRANSLATE_MODEL = "somebody/translator"
    settings.MODELS_DIR = tmp_path
    with pytest.raises(CommandError, match=r"somebody/translator is not in .* HF_HUB_OFFLINE forbids to fetch it"):
        call_command("fetch_model", "--offline", stdout=StringIO())


@pytest.mark.django_db
def test_the_first_key_opens_and_is_its_owners_only(tmp_path: Path) -> None:
    file = tmp_path / "key"
    assert _said("first_access", "--key", str(file), "--only-key") == []
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert ApiKey.find(file.read_text().strip()) == ApiKey.objects.get()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_the_first_administrator_chooses_a_password_by_a_link_that_works_once(tmp_path: Path, client: Client) -> None:
    ask = ("--key", str(tmp_path / "key"), "--address", "http://testserver")
    said = _said("first_access", *ask)
    assert said[0] == "Choose the password of admin, within 24 hours:"
    assert said[1].startswith("http://testserver/password/")
    form = client.get(said[1], follow=True)
    fields = {"new_password1": "a long pass phrase", "new_password2": "a long pass phrase"}
    assert client.post(form.redirect_chain[-1][0], fields).status_code == HTTPStatus.FOUND
    assert User.objects.get(is_superuser=True).check_password("a long pass phrase")
    again = _said("first_access", *ask)
    assert again[0] == "There is an administrator already."
    assert said[-1] == again[-1] == (tmp_path / "key").read_text().strip()


@pytest.mark.django_db
def test_a_link_that_was_lost_is_followed_by_another_for_the_same_account(tmp_path: Path) -> None:
    first, second = (_said("first_access", "--key", str(tmp_path / "key")) for _ in range(2))
    assert first[0] == second[0] == "Choose the password of admin, within 24 hours:"
    assert User.objects.count() == 1
