"""The setup's real steps on a real Debian: apt, PostgreSQL, Redis, nginx, the locked packages, the service, a way back.

Only systemd and SSH are stand-ins (chroot/), because neither can run in a chroot; the units are read all the same, and
each program has to say READY=1. In the order of the file: one machine's life, and that of a second one beside it.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.stack import free_port
from tests.engine.test_model import COMMIT, REPOSITORY
from tests.s3 import S3
from tests.speech import SAMPLES, reference, requires, word_error_rate

from .conftest import DEPLOY
from .debian import Debian, debian
from .machines import (
    NETWORK,
    OPTIONS,
    address,
    base_and_bundle,
    key,
    opened_as_the_page_tells,
    steps_of,
    tables_of,
    transcripts_of,
    update,
    workers_of,
)
from .releases import broken, checkout, with_another_table

SPOKEN = SAMPLES / "en-short-2.flac"
ENVIRONMENTS = Path("opt/whisper/environments")


def _in_use(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


pytestmark = [
    pytest.mark.host,
    requires("mmdebstrap"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a Debian and enter it"),
    pytest.mark.skipif(
        _in_use(5432) or _in_use(6379),
        reason="PostgreSQL or Redis runs here on its usual port, where this Debian's own would listen",
    ),
    pytest.mark.timeout(1200),
]


@pytest.fixture(scope="module", autouse=True)
def _asked_to_end() -> Iterator[None]:
    """SIGTERM ends it as Ctrl-C does: everything that was made or started is put away."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A Debian that has nothing yet, and a bundle."""
    return base_and_bundle(tmp_path_factory.mktemp("made"))


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
        done = machine.deploy(script, *OPTIONS, "--model", REPOSITORY, "--bundle", str(bundle))
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


def test_the_service_is_healthy_and_transcribes_through_nginx(host: Debian) -> None:
    health = httpx.get(f"{address(host)}/health").json()
    assert (health["status"], health["model"], health["workers"]) == ("healthy", REPOSITORY, 1)
    with SPOKEN.open("rb") as file:
        answer = httpx.post(f"{address(host)}/transcribe", headers=key(host), files={"file": file}, timeout=120)
    assert word_error_rate(reference(SPOKEN.name).text, answer.json()["text"]) < 0.3


def test_the_model_is_the_one_of_the_bundle_and_stays_at_its_revision(host: Debian) -> None:
    assert host.run("grep ^WHISPER_MODEL /etc/whisper/whisper.env").splitlines() == [
        f"WHISPER_MODEL={REPOSITORY}",
        f"WHISPER_MODEL_REVISION={COMMIT}",
    ]


def test_it_told_how_to_come_in(host: Debian) -> None:
    assert "spoken test file transcribed" in host.said
    link = re.search(r"^http://hub\.test:\d+(/password/\S+)$", host.said, re.MULTILINE)
    assert link is not None
    page = httpx.get(f"{address(host)}{link[1]}", follow_redirects=True).text
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
    done = host.deploy(host.script, *OPTIONS, "--model", REPOSITORY)
    assert (done.returncode, "everything is as it should be" in done.stdout) == (0, True), done.stdout
    assert host.run(fingerprint) == before


def test_drift_is_reported_and_mended_without_touching_the_settings(host: Debian) -> None:
    settings = host.run("sha256sum /etc/whisper/whisper.env")
    host.run("echo '# by hand' >>/etc/systemd/system/whisper-api.service; rm /etc/nginx/snippets/whisper.conf")
    checked = host.deploy(host.script, "--cpu", "--model", REPOSITORY, "--check")
    assert checked.returncode == 5
    assert re.findall(r"^  - (\w+):", checked.stdout, re.MULTILINE) == ["units", "site"]
    assert host.deploy(host.script, *OPTIONS, "--model", REPOSITORY).returncode == 0
    assert host.deploy(host.script, "--cpu", "--model", REPOSITORY, "--check").returncode == 0
    assert host.run("sha256sum /etc/whisper/whisper.env") == settings


def test_any_step_goes_on_where_it_was_cut_off(host: Debian) -> None:
    """At whatever command. Packages, environment, model and schema have programs of their own that can be repeated."""
    steps = ("accounts", "folders", "redis", "settings", "units", "site", "manager", "current")
    host.run("cp -a /etc/whisper/whisper.env /root/kept")
    said = host.run(f"{steps_of(host)}\ncut_off {' '.join(steps)}")
    host.run("mv /root/kept /etc/whisper/whisper.env")
    assert re.findall(r"^cut off: (\w+) [1-9]\d* times$", said, re.MULTILINE) == list(steps)


def test_packages_are_installed_after_dpkg_was_cut_off(host: Debian) -> None:
    host.run("apt-get -qq remove redis-server && cp /var/lib/dpkg/status /var/lib/dpkg/updates/0001")
    with pytest.raises(subprocess.CalledProcessError, match="non-zero"):
        host.run("apt-get -qq install redis-server")
    host.run(f"{steps_of(host)}\nensure packages redis")


def test_a_release_that_does_not_work_gives_way_to_the_old_one_with_its_data(
    host: Debian, tmp_path: Path, bundle: Path
) -> None:
    tables, current, transcripts = tables_of(host), host.run("readlink /opt/whisper/current"), transcripts_of(host)

    done = update(host, with_another_table(broken(tmp_path)), bundle)

    assert done.returncode == 9, done.stdout
    assert "broken on purpose" in done.stdout
    assert (tables_of(host), host.run("readlink /opt/whisper/current")) == (tables, current)
    assert httpx.get(f"{address(host)}/health").json()["status"] == "healthy"
    assert transcripts_of(host) == transcripts


@pytest.fixture(scope="module")
def second(
    host: Debian, bare: Path, storage: S3, bundle: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Debian]:
    """A second machine, on which the setup of a worker has just ended."""
    folder = tmp_path_factory.mktemp("second")
    with debian(bare, folder, host.ports) as machine:
        shared = opened_as_the_page_tells(host, storage)
        # The packages are those of the first machine, at the same place: unpacking them once is enough.
        shutil.copytree(host.root / ENVIRONMENTS, machine.root / ENVIRONMENTS, copy_function=os.link, symlinks=True)
        machine.script = checkout(folder / "first", "first") / "deploy" / "whisper-setup.sh"
        done = machine.deploy(machine.script, *OPTIONS, "--worker", str(shared), "--bundle", str(bundle))
        assert done.returncode == 0, done.stdout
        machine.said = done.stdout
        yield machine


def _heard_by(second: Debian, host: Debian) -> str:
    """What a program is answered when only the second machine can transcribe."""
    second.run("systemctl is-active whisper-worker@0")
    host.run("systemctl stop whisper-worker@0")
    with SPOKEN.open("rb") as file:
        answer = httpx.post(f"{address(host)}/transcribe", headers=key(host), files={"file": file}, timeout=120)
    host.run("systemctl start whisper-worker@0")
    text: str = answer.json()["text"]
    return text


def test_a_second_machine_takes_work_from_the_first(host: Debian, second: Debian) -> None:
    assert "takes work from now on" in second.said
    assert workers_of(host) == 2
    assert second.run("stat -c '%a %U %G' /etc/whisper/whisper.env") == "640 root whisper"
    assert second.run("stat -c %a /etc/systemd/system/whisper-worker@.service") == "644"
    second.run("! test -e /opt/whisper/shared.env")
    second.run("! dpkg -s postgresql redis-server nginx-light 2>/dev/null | grep -q ^Status")
    checked = second.deploy(second.script, "--check", "--cpu")
    assert checked.returncode == 0, checked.stdout


def test_an_update_in_the_wrong_order_is_refused_while_all_goes_on(
    host: Debian, second: Debian, tmp_path: Path, bundle: Path
) -> None:
    release = with_another_table(checkout(tmp_path, "ahead"))
    for machine, said in ((host, "workers of another host (127.0.0.1)"), (second, "update the first host before this")):
        done = update(machine, release, bundle)
        assert (done.returncode, said in done.stdout) == (6, True), done.stdout
        machine.run("systemctl is-active whisper-worker@0 && ! test -e /var/lib/whisper/maintenance")
        assert "/first-" in machine.run("readlink /opt/whisper/current")


def test_the_first_machine_is_updated_with_all_data_and_then_the_second(
    host: Debian, second: Debian, tmp_path: Path, bundle: Path
) -> None:
    transcripts = transcripts_of(host)
    release = checkout(tmp_path / "second", "second")
    second.run("systemctl stop whisper-worker@0")
    done = update(host, release, bundle)
    assert done.returncode == 0, done.stdout
    assert "/second-" in host.run("readlink /opt/whisper/current")
    assert transcripts.keys() < transcripts_of(host).keys()

    done = update(second, broken(tmp_path / "broken"), bundle)
    assert (done.returncode, "broken on purpose" in done.stdout) == (9, True), done.stdout
    assert "/first-" in second.run("readlink /opt/whisper/current")
    second.run("systemctl is-active whisper-worker@0")

    done = update(second, release, bundle)
    assert done.returncode == 0, done.stdout
    assert "/second-" in second.run("readlink /opt/whisper/current")
    assert word_error_rate(reference(SPOKEN.name).text, _heard_by(second, host)) < 0.3


def test_the_second_machine_is_taken_off_alone(host: Debian, second: Debian) -> None:
    tables = tables_of(host)
    done = second.deploy(DEPLOY / "whisper-uninstall.sh", "--yes", "--purge")
    assert done.returncode == 0, done.stdout
    second.run("! ls -d /var/lib/whisper /etc/whisper /opt/whisper/* 2>/dev/null")
    assert tables_of(host) == tables


def test_uninstalled_it_is_gone_and_what_people_made_is_not(host: Debian) -> None:
    media = host.run("find /var/lib/whisper/media/recordings -type f | sort")
    done = host.deploy(DEPLOY / "whisper-uninstall.sh", "--yes")
    assert done.returncode == 0, done.stdout
    assert host.run("ls /etc/systemd/system | grep -c whisper || true") == "0"
    assert host.run("ls -A /opt/whisper") == "bundles\nmodels"
    assert host.run("find /var/lib/whisper/media/recordings -type f | sort") == media
    assert int(tables_of(host)) > 0
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{address(host)}/health")


def test_installed_again_it_would_find_what_was_left(host: Debian) -> None:
    checked = host.deploy(host.script, "--cpu", "--model", REPOSITORY, "--check")
    wanted = set(re.findall(r"^  - (\w+):", checked.stdout, re.MULTILINE))
    assert "units" in wanted
    assert wanted.isdisjoint({"packages", "accounts", "folders", "redis", "database", "settings"})


def test_purged_later_nothing_is_left(host: Debian) -> None:
    done = host.deploy(DEPLOY / "whisper-uninstall.sh", "--yes", "--purge")
    assert done.returncode == 0, done.stdout
    host.run("! ls -d /var/lib/whisper /etc/whisper /opt/whisper/releases /opt/whisper/models 2>/dev/null")
    host.run("! id whisper")
    databases = host.run("runuser -u postgres -- psql -d postgres -tAc 'SELECT datname FROM pg_database'")
    assert set(databases.split()) == {"postgres", "template0", "template1"}
