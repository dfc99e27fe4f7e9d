"""Dockerfile and compose.yaml: linted, and in step with the units. No container engine is at hand to run them."""

from __future__ import annotations

import http.server
import json
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from configparser import RawConfigParser
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.e2e.stack import free_port
from tests.wiring.test_documentation import SETTINGS_PAGE

ROOT = Path(__file__).resolve().parents[2]
UNITS = ROOT / "deploy" / "systemd"
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = sorted(name for name, service in SERVICES.items() if "build" in service)
HADOLINT = shutil.which("hadolint", path=Path(sys.executable).parent)
# Which unit does the work of which service.
UNIT_OF = {
    "api": "whisper-api",
    "tasks": "whisper-tasks",
    "beat": "whisper-beat",
    "worker-cpu": "whisper-worker@",
    "worker-gpu": "whisper-worker@",
}


class Instruction(NamedTuple):
    """One instruction of the Dockerfile, its lines joined."""

    name: str
    value: str


def instructions() -> list[Instruction]:
    """All of them, without comments."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [Instruction(*line.split(maxsplit=1)) for line in text.splitlines() if line.strip()]


def last_stage() -> list[Instruction]:
    """The instructions that make the image which runs."""
    every = instructions()
    begin = max(index for index, each in enumerate(every) if each.name == "FROM")
    return every[begin:]


def values(name: str, among: list[Instruction]) -> list[str]:
    """What instructions of this name say."""
    return [each.value for each in among if each.name == name]


def command(unit: str) -> list[str]:
    """The words of a unit's program, without the folder that it lies in."""
    return shlex.split(_unit(unit)["Service"]["ExecStart"].replace("/opt/whisper/current/.venv/bin/", ""))


def _unit(name: str) -> RawConfigParser:
    parsed = RawConfigParser(strict=False)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]  # names of units have capitals
    parsed.read(UNITS / f"{name}.service")
    return parsed


def test_both_files_say_that_they_were_not_built() -> None:
    assert "not built in CI" in (ROOT / "Dockerfile").read_text()
    assert "Not started in CI" in (ROOT / "compose.yaml").read_text()


@pytest.mark.skipif(HADOLINT is None, reason="hadolint's package is for Linux on x86-64")
def test_hadolint_has_nothing_to_say_against_the_dockerfile() -> None:
    said = subprocess.run(
        [str(HADOLINT), "--no-color", ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (said.stdout, said.stderr, said.returncode) == ("", "", 0)


def test_every_image_is_pinned_to_a_patch_version() -> None:
    base = dict(argument.split("=") for argument in values("ARG", instructions()))["PYTHON"]
    assert values("FROM", instructions()) == ["python:${PYTHON} AS packages", "python:${PYTHON}"]
    others = [service["image"].partition(":")[2] for service in SERVICES.values() if "build" not in service]
    for tag in (base, *others):
        assert re.fullmatch(r"\d+\.\d+(\.\d+)?-(slim-)?bookworm", tag), tag
    assert base.count(".") == 2


def test_the_image_runs_as_nobody_in_particular() -> None:
    assert values("USER", last_stage()) == ["10001:10001"]


def test_packages_come_by_their_hashes_and_leave_no_cache() -> None:
    installs = re.findall(r"pip install [^;&]*", " ".join(values("RUN", instructions())))
    assert len(installs) == 3
    for line in installs:
        assert {"--no-cache-dir", "--require-hashes"} <= set(line.split())
    (legacy,) = [line for line in installs if "legacy" in line]
    assert "--no-deps" in legacy  # no resolver takes the old CTranslate2
    profiles = {path.stem for path in (ROOT / "deploy" / "profiles").glob("*.txt")}
    assert {match for line in installs for match in re.findall(r"profiles/(\w+)\.txt", line)} == profiles


def test_programs_are_started_without_a_shell() -> None:
    for words in (*values("CMD", last_stage()), values("HEALTHCHECK", last_stage())[0].partition("CMD ")[2]):
        assert isinstance(json.loads(words), list)
    assert all(isinstance(service.get("command", []), list) for service in SERVICES.values())


def _copied() -> list[str]:
    """What is copied from the checkout, in any stage."""
    lines = [value.split()[:-1] for value in values("COPY", instructions()) if not value.startswith("--from")]
    return [source.rstrip("/") for sources in lines for source in sources]


def test_only_what_is_there_is_copied_and_all_that_the_service_needs() -> None:
    assert [source for source in _copied() if not (ROOT / source).exists()] == []
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    folders = {line.partition("/")[0] for line in tracked.splitlines()}
    # Beside the code: what settings.py names below the checkout.
    named = set(re.findall(r'BASE_DIR / "(\w+)"', (ROOT / "whisperhub" / "settings.py").read_text()))
    assert {"manage.py", "transcripts", "whisperhub", "demo", *(named & folders)} <= set(_copied())


def test_the_engine_sees_nothing_else_of_the_checkout() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*"
    allowed = {line[1:].rstrip("/") for line in lines if line.startswith("!")}
    assert allowed == set(_copied())
    for hidden in (".git", ".env", "var", "secrets", "terraform"):
        assert not any(fnmatch(hidden, pattern) for pattern in allowed)


def test_no_secret_is_in_a_layer_or_an_environment() -> None:
    told = " ".join(values("ENV", instructions()) + values("ARG", instructions()))
    assert re.search(r"(?i)password|secret|token|api_key", told) is None
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|DATABASE_URL", variable):
                assert variable.endswith("_FILE"), f"{name}: {variable}"
                assert str(value).removeprefix("/run/secrets/") in service["secrets"], f"{name}: {variable}"
    assert [each["file"] for each in COMPOSE["secrets"].values() if not each["file"].startswith("./secrets/")] == []
    assert subprocess.run(["git", "check-ignore", "-q", "secrets/secret_key"], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("name", sorted(UNIT_OF))
def test_a_service_runs_what_its_unit_runs(name: str) -> None:
    words, unit = list(map(str, SERVICES[name]["command"])), command(UNIT_OF[name])
    if name == "api":  # behind a published port rather than behind nginx
        assert (words[:-1], unit[:-1]) == (unit[:-1], words[:-1])
        assert words[-1] == "0.0.0.0:8000"
        assert json.loads(values("CMD", last_stage())[0]) == words
    else:
        assert words == unit


@pytest.mark.parametrize("name", sorted(UNIT_OF))
def test_a_service_gets_the_time_to_stop_that_its_unit_gets(name: str) -> None:
    number, unit = re.fullmatch(r"(\d+)([sm])", SERVICES[name]["stop_grace_period"]).groups()  # type: ignore[union-attr]
    assert int(number) * {"s": 1, "m": 60}[unit] == int(_unit(UNIT_OF[name])["Service"]["TimeoutStopSec"])


@pytest.mark.parametrize("name", sorted(UNIT_OF))
def test_a_service_and_its_unit_write_the_log_for_programs(name: str) -> None:
    assert "WHISPERHUB_LOG_FORMAT=json" in _unit(UNIT_OF[name])["Service"]["Environment"].split()
    assert SERVICES[name]["environment"]["WHISPERHUB_LOG_FORMAT"] == "${WHISPERHUB_LOG_FORMAT:-json}"


def test_every_program_of_the_units_has_a_service() -> None:
    running = {path.stem for path in UNITS.glob("*.service") if _unit(path.stem)["Service"].get("Type") == "notify"}
    assert running == set(UNIT_OF.values())


def test_every_setting_is_one_of_ours() -> None:
    for name in OURS:
        for variable in SERVICES[name]["environment"]:
            assert f"`{variable.removesuffix('_FILE')}`" in SETTINGS_PAGE, variable


@pytest.mark.parametrize("name", OURS)
def test_our_services_have_few_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert ("ports" in service) == (name == "api")


def test_it_listens_on_this_machine_alone_unless_told() -> None:
    assert SERVICES["api"]["ports"] == ["${WHISPERHUB_HOST:-127.0.0.1}:${WHISPERHUB_PORT:-8000}:8000"]


def test_each_profile_has_all_programs_and_one_kind_of_worker() -> None:
    for profile, other in (("cpu", "gpu"), ("gpu", "cpu")):
        names = {name for name, service in SERVICES.items() if profile in service["profiles"]}
        assert names == set(SERVICES) - {f"worker-{other}"}
    assert SERVICES["worker-cpu"]["environment"]["WHISPER_DEVICE"] == "cpu"
    assert SERVICES["worker-gpu"]["environment"]["WHISPER_DEVICE"] == "cuda"
    (card,) = SERVICES["worker-gpu"]["deploy"]["resources"]["reservations"]["devices"]
    assert card == {"driver": "nvidia", "count": 1, "capabilities": ["gpu"]}


def test_the_queue_forgets_nothing() -> None:
    assert SERVICES["redis"]["command"] == ["redis-server", "--appendonly", "yes", "--maxmemory-policy", "noeviction"]


@contextmanager
def _answering(status: int) -> Iterator[int]:
    """A server whose every answer has this status; its port."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/health" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def _healthy(port: int) -> bool:
    """What the image's health check says of a service on that port."""
    words = json.loads(values("HEALTHCHECK", last_stage())[0].partition("CMD ")[2])
    assert words[:2] == ["python", "-c"]
    code = words[2].replace("8000", str(port))
    return subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, timeout=30).returncode == 0


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, True), (500, False), (404, False)])
def test_the_health_check_tells_a_web_process_that_answers(status: int, healthy: bool) -> None:
    with _answering(status) as port:
        assert _healthy(port) is healthy


def test_the_health_check_tells_a_web_process_that_is_gone() -> None:
    assert not _healthy(free_port())
