"""The setup's real steps on a real Debian: apt, PostgreSQL, Redis, nginx, the locked packages, the service, a way back.

Only systemd and SSH are stand-ins (chroot/), because neither can run in a chroot; the units are read all the same, and
each program has to say READY=1. In the order of the file: one machine's life.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.stack import free_port
from tests.s3 import S3
from tests.speech import SAMPLES, reference, requires, word_error_rate

from .conftest import DEPLOY, ROOT
from .debian import Debian, bootstrap, checkout, debian

SECOND_HOST = (ROOT / "docs" / "second-host.md").read_text()
# Both machines are this one: another address of the loopback stands for the network between them.
NETWORK = {"192.168.20.30": "127.0.0.2", "192.168.20.31": "127.0.0.1"}
SPOKEN = SAMPLES / "en-short-2.flac"


def _in_use(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


pytestmark = [
    pytest.mark.host,
    requires("debootstrap"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a Debian and enter it"),
    pytest.mark.skipif(
        _in_use(5432) or _in_use(6379),
        reason="PostgreSQL or Redis runs here on its usual port, where this Debian's own would listen",
    ),
    pytest.mark.timeout(1200),
]
OPTIONS = ("--yes", "--cpu")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A Debian that has nothing yet, and the packages, fetched here: the Debian's pip asks no network. Both at once."""
    folder = tmp_path_factory.mktemp("made")
    bundle = folder / "hub.tar"
    command: list[str | Path] = [DEPLOY / "whisper-bundle.sh", "--model", "none", bundle]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as packing:
        bare = bootstrap(folder)
    assert packing.returncode == 0
    return bare, bundle


@pytest.fixture(scope="module")
def bare(made: tuple[Path, Path]) -> Path:
    return made[0]


@pytest.fixture(scope="module")
def bundle(made: tuple[Path, Path]) -> Path:
    return made[1]


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory, bare: Path, bundle: Path) -> Iterator[Debian]:
    """A machine on which the setup has just ended."""
    folder = tmp_path_factory.mktemp("host")
    ports = {name: str(free_port()) for name in ("WHISPER_HTTP_PORT", "WHISPER_PORT", "WHISPER_WEB_PORT")}
    with debian(bare, folder, ports) as machine:
        release = checkout(folder / "first", "first")
        script = release / "deploy" / "whisper-setup.sh"
        done = machine.deploy(script, *OPTIONS, "--model", "demo", "--bundle", str(bundle))
        assert done.returncode == 0, done.stdout
        machine.run("test -f /var/lib/whisper/first-api-key")
        machine.said = done.stdout
        machine.script = script
        yield machine


@pytest.fixture(scope="module")
def storage() -> Iterator[S3]:
    """Where the first machine keeps recordings once there is a second one, and from then on."""
    with S3(NETWORK["192.168.20.30"]) as running:
        yield running


def _address(host: Debian) -> str:
    return f"http://127.0.0.1:{host.ports['WHISPER_PORT']}"


def _key(host: Debian) -> dict[str, str]:
    return {"X-API-Key": host.run("cat /var/lib/whisper/first-api-key")}


def _tables(host: Debian) -> str:
    return host.run('cd / && runuser -u whisper -- psql -tAc "SELECT count(*) FROM pg_tables" whisper')


def test_the_service_is_healthy_and_transcribes_through_nginx(host: Debian) -> None:
    health = httpx.get(f"{_address(host)}/health").json()
    assert (health["status"], health["model"], health["workers"]) == ("healthy", "demo", 1)
    with SPOKEN.open("rb") as file:
        answer = httpx.post(f"{_address(host)}/transcribe", headers=_key(host), files={"file": file}, timeout=120)
    assert word_error_rate(reference(SPOKEN.name).text, answer.json()["text"]) < 0.3


def test_it_told_how_to_come_in(host: Debian) -> None:
    assert "spoken test file transcribed" in host.said
    link = re.search(r"^http://hub\.test:\d+(/password/\S+)$", host.said, re.MULTILINE)
    assert link is not None
    page = httpx.get(f"{_address(host)}{link[1]}", follow_redirects=True).text
    assert 'type="password"' in page
    assert host.run("cat /var/lib/whisper/first-api-key") in host.said


def test_secrets_are_the_services_own_and_nginx_may_read_recordings_only(host: Debian) -> None:
    assert host.run("stat -c '%a %U %G' /etc/whisper/whisper.env") == "640 root whisper"
    stored = host.run("find /var/lib/whisper/media/recordings -type f | head -n 1")
    assert stored
    host.run(f"runuser -u www-data -- cat {stored} >/dev/null")
    for secret in ("/etc/whisper/whisper.env", "/var/lib/whisper/first-api-key"):
        with pytest.raises(subprocess.CalledProcessError):
            host.run(f"runuser -u www-data -- cat {secret}")


def test_a_second_run_finds_nothing_to_do_and_changes_no_file(host: Debian) -> None:
    fingerprint = "find /etc /opt/whisper -type f -newer /tmp/mark; cat /run/stand-in/*.pid | sort"
    host.run("touch /tmp/mark")
    before = host.run(fingerprint)
    done = host.deploy(host.script, *OPTIONS, "--model", "demo")
    assert (done.returncode, "everything is as it should be" in done.stdout) == (0, True), done.stdout
    assert host.run(fingerprint) == before


def test_drift_is_reported_and_mended_without_touching_the_settings(host: Debian) -> None:
    settings = host.run("sha256sum /etc/whisper/whisper.env")
    host.run("echo '# by hand' >>/etc/systemd/system/whisper-api.service; rm /etc/nginx/snippets/whisper.conf")
    checked = host.deploy(host.script, "--cpu", "--model", "demo", "--check")
    assert checked.returncode == 5
    assert re.findall(r"^  - (\w+):", checked.stdout, re.MULTILINE) == ["units", "site"]
    assert host.deploy(host.script, *OPTIONS, "--model", "demo").returncode == 0
    assert host.deploy(host.script, "--cpu", "--model", "demo", "--check").returncode == 0
    assert host.run("sha256sum /etc/whisper/whisper.env") == settings


def test_a_release_that_does_not_work_gives_way_to_the_old_one_with_its_data(
    host: Debian, tmp_path: Path, bundle: Path
) -> None:
    broken = checkout(tmp_path, "broken")
    worker = broken / "transcripts" / "management" / "commands" / "gpu_worker.py"
    worker.write_text(worker.read_text().replace("process.start()", 'raise RuntimeError("broken on purpose")'))
    last = max(path.stem for path in (broken / "transcripts" / "migrations").glob("0*.py"))
    (broken / "transcripts" / "migrations" / "9999_more.py").write_text(
        "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
        f"    dependencies = [('transcripts', '{last}')]\n"
        "    operations = [migrations.RunSQL('CREATE TABLE left_behind (number integer)')]\n"
    )
    tables, current = _tables(host), host.run("readlink /opt/whisper/current")
    transcripts = httpx.get(f"{_address(host)}/api/v1/transcripts", headers=_key(host)).json()

    done = host.deploy(broken / "deploy" / "whisper-update.sh", *OPTIONS, "--bundle", str(bundle))

    assert done.returncode == 9, done.stdout
    assert "broken on purpose" in done.stdout
    assert (_tables(host), host.run("readlink /opt/whisper/current")) == (tables, current)
    assert httpx.get(f"{_address(host)}/health").json()["status"] == "healthy"
    assert httpx.get(f"{_address(host)}/api/v1/transcripts", headers=_key(host)).json() == transcripts


def test_a_release_that_works_takes_over_with_all_data(host: Debian, tmp_path: Path, bundle: Path) -> None:
    transcripts = httpx.get(f"{_address(host)}/api/v1/transcripts", headers=_key(host)).json()
    done = host.deploy(checkout(tmp_path, "second") / "deploy" / "whisper-update.sh", *OPTIONS, "--bundle", str(bundle))
    assert done.returncode == 0, done.stdout
    assert host.run("readlink /opt/whisper/current").endswith("/second-" + _version(host))
    found = httpx.get(f"{_address(host)}/api/v1/transcripts", headers=_key(host)).json()["results"]
    assert {row["id"] for row in transcripts["results"]} < {row["id"] for row in found}


def _version(host: Debian) -> str:
    version: str = httpx.get(f"{_address(host)}/health").json()["version"]
    return version.removeprefix("second-")


def _opened_as_the_page_tells(host: Debian, storage: S3) -> Path:
    """The first block of docs/second-host.md, as it stands there but for the addresses; the file that it writes."""
    block = re.findall(r"```sh\n(.*?)```", SECOND_HOST, re.DOTALL)[0]
    for written, here in NETWORK.items():
        block = block.replace(written, here)
    for name, value in storage.environment.items():
        block = re.sub(rf"(?m)^{name}=.*$", f"{name}={value}", block)
    host.run(f"set -eu; cd /root\n{block}")
    return host.root / "root" / "second.env"


def test_a_second_machine_takes_work_from_the_first(
    host: Debian, bare: Path, storage: S3, bundle: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    second_folder = tmp_path_factory.mktemp("second")
    with debian(bare, second_folder, host.ports) as second:
        shared = _opened_as_the_page_tells(host, storage)
        release = checkout(second_folder / "release", "second") / "deploy"
        setup = (release / "whisper-setup.sh", *OPTIONS, "--worker", str(shared), "--bundle", str(bundle))
        done = second.deploy(*setup)
        assert (done.returncode, "takes work from now on" in done.stdout) == (0, True), done.stdout
        assert httpx.get(f"{_address(host)}/health").json()["workers"] == 2
        host.run("systemctl stop whisper-worker@0")

        with SPOKEN.open("rb") as file:
            answer = httpx.post(f"{_address(host)}/transcribe", headers=_key(host), files={"file": file}, timeout=120)

        assert word_error_rate(reference(SPOKEN.name).text, answer.json()["text"]) < 0.3
        assert second.run("stat -c '%a %U %G' /etc/whisper/whisper.env") == "640 root whisper"
        assert second.run("stat -c %a /etc/systemd/system/whisper-worker@.service") == "644"
        second.run("! test -e /opt/whisper/shared.env")
        second.run("! dpkg -s postgresql redis-server nginx-light 2>/dev/null | grep -q ^Status")
        checked = second.deploy(release / "whisper-setup.sh", "--check", "--cpu")
        assert checked.returncode == 0, checked.stdout
        _is_taken_off_alone(second, host)
    host.run("systemctl start whisper-worker@0")


def _is_taken_off_alone(second: Debian, host: Debian) -> None:
    tables = _tables(host)
    done = second.deploy(DEPLOY / "whisper-uninstall.sh", "--yes", "--purge")
    assert done.returncode == 0, done.stdout
    second.run("! ls -d /var/lib/whisper /etc/whisper /opt/whisper/models 2>/dev/null")
    assert _tables(host) == tables


def test_uninstalled_it_is_gone_and_what_people_made_is_not(host: Debian) -> None:
    media = host.run("find /var/lib/whisper/media/recordings -type f | sort")
    done = host.deploy(DEPLOY / "whisper-uninstall.sh", "--yes")
    assert done.returncode == 0, done.stdout
    assert host.run("ls /etc/systemd/system | grep -c whisper || true") == "0"
    assert host.run("ls -A /opt/whisper") == "bundles\nmodels"
    assert host.run("find /var/lib/whisper/media/recordings -type f | sort") == media
    assert int(_tables(host)) > 0
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{_address(host)}/health")


def test_installed_again_it_would_find_what_was_left(host: Debian) -> None:
    checked = host.deploy(host.script, "--cpu", "--model", "demo", "--check")
    wanted = set(re.findall(r"^  - (\w+):", checked.stdout, re.MULTILINE))
    assert "units" in wanted
    assert wanted.isdisjoint({"packages", "accounts", "folders", "redis", "database", "settings"})


def test_purged_later_nothing_is_left(host: Debian) -> None:
    done = host.deploy(DEPLOY / "whisper-uninstall.sh", "--yes", "--purge")
    assert done.returncode == 0, done.stdout
    host.run("! ls -d /var/lib/whisper /etc/whisper /opt/whisper/releases /opt/whisper/models 2>/dev/null")
    host.run("! id whisper")
    assert json.loads(
        host.run("runuser -u postgres -- psql -d postgres -tAc 'SELECT json_agg(datname) FROM pg_database'")
    ) == [
        "postgres",
        "template1",
        "template0",
    ]
