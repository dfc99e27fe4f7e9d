"""Reading the environment: secrets from files, mistakes by the name of their variable, one secret key for good."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from tests.together import together
from whisperhub.env import data_dir, env, networks, secret_key


def test_a_value_may_stand_in_a_file_and_ends_before_the_files_last_line_break(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text("pass word\n")
    monkeypatch.setenv("A_SECRET_FILE", str(tmp_path / "secret"))
    assert env.str("A_SECRET", default="") == "pass word"


def test_a_file_that_is_not_there_is_an_error_with_the_variables_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANOTHER_SECRET_FILE", "/nowhere/secret")
    with pytest.raises(ImproperlyConfigured, match=r"ANOTHER_SECRET cannot be read: .*/nowhere/secret"):
        env.str("ANOTHER_SECRET", default="")


def test_a_number_that_is_none_is_an_error_with_the_variables_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_NUMBER", "many")
    for read in (env.int, env.float):
        with pytest.raises(ImproperlyConfigured, match="A_NUMBER cannot be read"):
            read("A_NUMBER", default=1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[(text, True) for text in ("true", "True", "1", "yes", "on", " TRUE ")],
        *[(text, False) for text in ("false", "0", "no", "off", "")],
    ],
)
def test_a_switch_may_be_written_in_the_usual_ways(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("A_SWITCH", text)
    assert env.bool("A_SWITCH", default=not value) is value


@pytest.mark.parametrize("default", [True, False])
def test_a_switch_that_is_not_set_has_its_default(default: bool) -> None:
    assert env.bool("A_SWITCH_THAT_NOBODY_SET", default=default) is default


def test_a_switch_that_is_neither_on_nor_off_does_not_count_as_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SWITCH", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="A_SWITCH must be true or false, not 'perhaps'"):
        env.bool("A_SWITCH", default=False)


@pytest.mark.filterwarnings("error")
def test_an_address_that_is_no_databases_is_refused_without_showing_its_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("A_DATABASE", "secret")
    with pytest.raises(ImproperlyConfigured) as refusal:
        env.db("A_DATABASE", default="")
    assert str(refusal.value) == "A_DATABASE must have the form postgres://user:password@host:5432/name."
    assert "secret" not in capsys.readouterr().err


def test_a_mail_server_is_one_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_MAIL_SERVER", "smtp+tls://hub:pass%2Fword@mail.example.org:587")
    found = env.mail_server("A_MAIL_SERVER", default="")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == (
        "mail.example.org",
        587,
        "hub",
        "pass/word",
    )
    assert found["EMAIL_USE_TLS"] is True


@pytest.mark.parametrize("text", ["secret", "smtp://:secret@", "http://a:secret@b:25", "smtp://a:secret@b:many"])
def test_an_address_that_is_no_mail_servers_is_refused_without_showing_its_password(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_MAIL_SERVER", text)
    with pytest.raises(ImproperlyConfigured) as refusal:
        env.mail_server("A_MAIL_SERVER", default="")
    assert str(refusal.value) == "A_MAIL_SERVER must have the form smtp+tls://user:password@mail.example.org:587."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("10.0.0.0/8", ["10.0.0.0/8"]),
        (" 192.168.20.0/24 , 10.0.0.5 ,", ["192.168.20.0/24", "10.0.0.5/32"]),
        ("fd00::/8,::1", ["fd00::/8", "::1/128"]),
    ],
)
def test_networks_are_a_list_with_commas(monkeypatch: pytest.MonkeyPatch, text: str, expected: list[str]) -> None:
    monkeypatch.setenv("SOME_NETWORKS", text)
    assert networks("SOME_NETWORKS") == tuple(map(ip_network, expected))


@pytest.mark.parametrize("text", ["10.0.0.1/8", "office", "10.0.0.0/33", "10.0.0.0/8;10.1.0.0/16", "*"])
def test_a_network_that_is_none_is_an_error_with_an_example(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SOME_NETWORKS", text)
    with pytest.raises(ImproperlyConfigured, match=r"^SOME_NETWORKS: .* Write networks as in 192\.168\.20\.0/24"):
        networks("SOME_NETWORKS")


@pytest.fixture
def no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine where nobody has set one."""
    monkeypatch.delenv("WHISPERHUB_SECRET_KEY")


@pytest.mark.usefixtures("no_secret")
def test_the_secret_key_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    key = secret_key(folder)
    assert len(key) > 60
    assert secret_key(folder) == key
    assert [path.name for path in folder.iterdir()] == ["secret-key"]
    assert (folder / "secret-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("no_secret")
def test_processes_that_start_at_once_have_the_same_secret_key(tmp_path: Path) -> None:
    keys = together(*[partial(secret_key, tmp_path / str(attempt)) for attempt in range(4) for _ in range(4)])
    assert [len(set(keys[first : first + 4])) for first in range(0, 16, 4)] == [1, 1, 1, 1]
    assert len(set(keys)) == 4


def test_a_secret_key_that_is_given_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHISPERHUB_SECRET_KEY", "given")
    assert secret_key(tmp_path) == "given"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("no_secret")
def test_a_folder_that_cannot_be_written_is_said_with_the_variable_that_moves_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match="Set WHISPERHUB_DATA_DIR to a writable folder"):
        secret_key(tmp_path / "file" / "folder")


def test_the_data_folder_is_var_in_the_checkout_unless_it_is_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHISPERHUB_DATA_DIR", "~/hub")
    assert data_dir() == Path.home() / "hub"
    monkeypatch.delenv("WHISPERHUB_DATA_DIR")
    assert data_dir() == settings.BASE_DIR / "var"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("WHISPERHUB_PORT", "http", "whisperhub: WHISPERHUB_PORT cannot be read"),
        ("WHISPERHUB_DATA_DIR", "/dev/null/x", "whisperhub: Cannot write /dev/null/x/secret-key"),
    ],
)
def test_a_wrong_setting_ends_a_command_with_one_line(name: str, value: str, words: str) -> None:
    environment = {"PATH": os.environ["PATH"], name: value}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "run"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith(words)
    assert ended.stderr.count("\n") == 1
    assert ended.stdout == ""
