"""Which model a name means, how it is fetched, and what it says of itself."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import huggingface_hub
import pytest

from tests.speech import DEMO_MODEL
from transcripts.engine import EngineConfig, ModelUnavailable
from transcripts.engine.engine import Engine
from transcripts.engine.whisper import fetch_model, load, model_id

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = "somebody/small-whisper"


class Hub(BaseHTTPRequestHandler):
    """As much of the model hub's HTTP as its real client needs to fetch one repository."""

    def __init__(self, files: Path, requests: list[str], *args: object) -> None:
        self.files = files
        self.requests = requests
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """The repository's listing, or a file."""
        self.requests.append(self.path)
        path = self.path.split("?")[0]
        if path == "/":
            self.answer(200, b"a hub")
        elif path.startswith(f"/api/models/{REPOSITORY}/revision/main"):
            siblings = [{"rfilename": file.name} for file in self.files.iterdir()]
            self.answer(200, json.dumps({"id": REPOSITORY, "sha": COMMIT, "siblings": siblings}).encode())
        elif path.startswith(f"/api/models/{REPOSITORY}/tree/"):
            tree = [
                {"type": "file", "path": file.name, "size": file.stat().st_size, "oid": f"{number:040x}"}
                for number, file in enumerate(sorted(self.files.iterdir()))
            ]
            self.answer(200, json.dumps(tree).encode())
        elif path.startswith(f"/{REPOSITORY}/resolve/{COMMIT}/"):
            self.answer(200, (self.files / path.rsplit("/", 1)[1]).read_bytes())
        else:
            self.answer(404, b"{}", ("X-Error-Code", "RepoNotFound"))

    do_HEAD = do_GET  # noqa: N815 - the name is http.server's

    def answer(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        """Send it with what the client checks."""
        self.send_response(status)
        for name, value in (
            ("Content-Length", str(len(body))),
            ("X-Repo-Commit", COMMIT),
            ("ETag", f'"{hash(self.path.split("?")[0]) & 0xFFFFFFFF:x}"'),
            *headers,
        ):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A hub on the loopback that has the demo model under another name; the paths that it was asked for."""
    requests: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Hub, DEMO_MODEL, requests))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    set_endpoint(monkeypatch, f"http://127.0.0.1:{server.server_port}")
    yield requests
    server.shutdown()
    server.server_close()
    thread.join()
    huggingface_hub.close_session()


def set_endpoint(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """What HF_ENDPOINT sets; the client has read it when it was imported."""
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", url)
    monkeypatch.setattr(
        "huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", url + "/{repo_id}/resolve/{revision}/{filename}"
    )
    monkeypatch.setattr("huggingface_hub.hf_api.api.endpoint", url)


def test_auto_depends_on_the_device_and_names_stand_for_repositories() -> None:
    assert model_id(EngineConfig(model="auto"), "cuda") == "deepdml/faster-whisper-large-v3-turbo-ct2"
    assert model_id(EngineConfig(model="auto"), "cpu") == "Systran/faster-whisper-small"
    assert model_id(EngineConfig(model="medium"), "cpu") == "Systran/faster-whisper-medium"
    assert model_id(EngineConfig(model="somebody/something"), "cpu") == "somebody/something"


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ModelUnavailable, match=r"'larje'.*large-v3"):
        fetch_model(EngineConfig(model="larje"))


def test_the_demo_model_says_what_it_is(engine: Engine) -> None:
    info = engine.info
    assert (info.model, info.device, info.device_name, info.compute_type) == ("demo", "cpu", "cpu", "int8_float32")
    assert info.multilingual
    assert info.can_translate
    assert "Demo model" in info.note


def test_a_directory_is_a_model_of_its_own_name(tmp_path: Path) -> None:
    path = shutil.copytree(DEMO_MODEL, tmp_path / "mine")
    info = load(EngineConfig(model=str(path), device="cpu")).info
    assert (info.model, info.note, info.can_translate) == ("mine", "", True)


def test_a_turbo_model_is_known_by_its_name_and_cannot_translate(tmp_path: Path) -> None:
    path = shutil.copytree(DEMO_MODEL, tmp_path / "whisper-Turbo")
    assert not load(EngineConfig(model=str(path), device="cpu")).info.can_translate


def test_a_directory_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no Whisper model"):
        fetch_model(EngineConfig(model=str(tmp_path)))
    with pytest.raises(ModelUnavailable, match="no Whisper model"):
        fetch_model(EngineConfig(model=str(tmp_path / "missing")))


def test_a_broken_model_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = shutil.copytree(DEMO_MODEL, tmp_path / "broken")
    (path / "model.bin").write_bytes((DEMO_MODEL / "model.bin").read_bytes()[:1000])
    with pytest.raises(ModelUnavailable, match=r"broken cannot be loaded: .+"):
        load(EngineConfig(model=str(path), device="cpu"))


def test_a_model_is_fetched_once_and_then_taken_without_any_network(hub: list[str], tmp_path: Path) -> None:
    config = EngineConfig(model=REPOSITORY, models_dir=tmp_path, device="cpu")
    path = fetch_model(config)
    assert (path / "model.bin").read_bytes() == (DEMO_MODEL / "model.bin").read_bytes()
    hub.clear()
    assert fetch_model(config) == path
    assert hub == []
    info = load(config).info
    assert (info.model, info.revision) == (REPOSITORY, COMMIT)


def test_a_model_that_lacks_a_file_is_completed(hub: list[str], tmp_path: Path) -> None:
    config = EngineConfig(model=REPOSITORY, models_dir=tmp_path)
    path = fetch_model(config)
    (path / "model.bin").unlink()
    assert (fetch_model(config) / "model.bin").stat().st_size == (DEMO_MODEL / "model.bin").stat().st_size


def test_a_model_that_the_hub_does_not_have_is_said(hub: list[str], tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no model nobody/nothing"):
        fetch_model(EngineConfig(model="nobody/nothing", models_dir=tmp_path))


def test_without_a_network_the_reason_and_the_ways_out_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    set_endpoint(monkeypatch, "http://127.0.0.1:9")
    with pytest.raises(ModelUnavailable, match=r"http://127\.0\.0\.1:9 cannot be reached.*HF_ENDPOINT"):
        fetch_model(EngineConfig(model=REPOSITORY, models_dir=tmp_path))


def test_offline_mode_is_honoured(hub: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelUnavailable, match="HF_HUB_OFFLINE"):
        fetch_model(EngineConfig(model=REPOSITORY, models_dir=tmp_path))
    assert hub == []
