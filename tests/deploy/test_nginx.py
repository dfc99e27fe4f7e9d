"""The real nginx, with the configuration that the setup writes, in front of the real service."""

from __future__ import annotations

import json
import os
import re
import shlex
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from tests.e2e.backing import backing
from tests.e2e.stack import Stack, free_port
from tests.speech import SAMPLES, reference, requires, word_error_rate

from .conftest import DEPLOY, rendered

NGINX = "nginx"
SPOKEN = SAMPLES / "en-short-1.flac"
# Whoever comes from here needs no key.
TRUSTED = "203.0.113.9"
MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
{user}
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def _configured(folder: Path, site: str, **places: str) -> list[str]:
    """Nginx's command line over a folder of its own, with what deploy/ has for it."""
    (folder / "snippets").mkdir(parents=True)
    # Root's nginx would give the files to somebody else, who may not enter the test's folder.
    main = MAIN.format(folder=folder, user="user root;" if os.geteuid() == 0 else "")
    (folder / "nginx.conf").write_text(main)
    (folder / "site.conf").write_text(rendered(DEPLOY / "nginx" / site, **places))
    (folder / "snippets" / "whisper.conf").write_text(rendered(DEPLOY / "nginx" / "snippets-whisper.conf", **places))
    return [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]


def _ports() -> dict[str, str]:
    names = ("WHISPER_HTTP_PORT", "WHISPER_HTTPS_PORT", "WHISPER_PORT", "WHISPER_WEB_PORT")
    return {name: str(free_port()) for name in names}


@requires("nginx")
@requires("openssl")
@pytest.mark.parametrize("site", ["whisper.conf", "whisper-tls.conf"])
def test_nginx_accepts_the_configuration(site: str, tmp_path: Path) -> None:
    certificate = tmp_path / "etc" / "tls"
    certificate.mkdir(parents=True)
    make = shlex.split("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=hub -days 1")
    files = ["-keyout", str(certificate / "privkey.pem"), "-out", str(certificate / "fullchain.pem")]
    subprocess.run([*make, *files], check=True, capture_output=True)
    command = _configured(tmp_path / "nginx", site, WHISPER_CONFIG=str(tmp_path / "etc"), **_ports())
    answer = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert "[warn]" not in answer.stderr


@contextmanager
def _nginx(command: list[str], port: str) -> Iterator[None]:
    process = subprocess.Popen(command)
    try:
        deadline = time.monotonic() + 10
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/", timeout=5)
                break
            except httpx.TransportError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


class Front:
    """The service behind nginx."""

    def __init__(self, stack: Stack, ports: dict[str, str], folder: Path) -> None:
        self.stack = stack
        self.people = f"http://127.0.0.1:{ports['WHISPER_HTTP_PORT']}"
        self.programs = f"http://127.0.0.1:{ports['WHISPER_PORT']}"
        self.folder = folder

    @contextmanager
    def browser(self) -> Iterator[httpx.Client]:
        """Signed in as the administrator."""
        with httpx.Client(base_url=self.people, timeout=60, follow_redirects=True) as client:
            form = client.get("/login").text
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
            password = re.search(r"password (\S+)", self.stack.output.text)
            assert token is not None
            assert password is not None
            fields = {"csrfmiddlewaretoken": token[1], "username": "admin", "password": password[1]}
            assert client.post("/login", data=fields, headers={"Referer": self.people}).url.path == "/"
            yield client


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("front")
    settings = {
        "WHISPERHUB_ACCEL_REDIRECT": "/_media/",
        "WHISPERHUB_TRUSTED_PROXIES": "127.0.0.1/32",
        "WHISPERHUB_TRUSTED_NETWORKS": f"{TRUSTED}/32",
    }
    with backing() as services, Stack(folder / "hub", services | settings) as stack:
        ports = _ports() | {"WHISPER_WEB_PORT": str(stack.port), "WHISPER_DATA": str(stack.data_dir)}
        command = _configured(folder / "nginx", "whisper.conf", **ports)
        with _nginx(command, ports["WHISPER_PORT"]):
            yield Front(stack, ports, folder)


@pytest.fixture(scope="module")
def transcript(front: Front) -> str:
    """The address of one that is done, sent to the port of the programs."""
    with SPOKEN.open("rb") as file:
        answer = httpx.post(
            f"{front.programs}/api/v1/transcripts", headers=front.stack.headers, files={"file": file}, timeout=60
        )
    assert answer.status_code in (201, 202), answer.text
    identity = answer.json()["id"]
    with httpx.stream(
        "GET", f"{front.programs}/api/v1/transcripts/{identity}/events", headers=front.stack.headers, timeout=60
    ) as events:
        for line in events.iter_lines():
            if line.startswith("data:") and json.loads(line[5:]).get("status") == "done":
                return str(identity)
    raise AssertionError("the stream ended without the end of the transcript")


@requires("nginx")
@pytest.mark.e2e
def test_words_come_back_through_the_port_of_the_programs(front: Front) -> None:
    with SPOKEN.open("rb") as file:
        answer = httpx.post(
            f"{front.programs}/transcribe", headers=front.stack.headers, files={"file": file}, timeout=120
        )
    assert answer.status_code == 200
    assert word_error_rate(reference(SPOKEN.name).text, answer.json()["text"]) < 0.3


@requires("nginx")
@pytest.mark.e2e
@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [(None, 200, 0, None), ("bytes=0-99", 206, 0, 100), ("bytes=1000-", 206, 1000, None), ("bytes=-7", 206, -7, None)],
)
def test_nginx_sends_a_recording_whole_and_by_ranges_to_who_may_hear_it(
    front: Front, transcript: str, asked: str | None, status: int, start: int, end: int | None
) -> None:
    content = SPOKEN.read_bytes()
    with front.browser() as browser:
        answer = browser.get(f"/transcripts/{transcript}/media", headers={"Range": asked} if asked else {})
    assert (answer.status_code, answer.content) == (status, content[start:end])
    assert answer.headers["Content-Type"] == "audio/flac"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "X-Accel-Redirect" not in answer.headers


@requires("nginx")
@pytest.mark.e2e
def test_a_part_is_sent_only_of_the_version_that_is_held(front: Front, transcript: str) -> None:
    address = f"/transcripts/{transcript}/media"
    with front.browser() as browser:
        etag = browser.head(address).headers["ETag"]
        same = browser.get(address, headers={"Range": "bytes=0-3", "If-Range": etag})
        other = browser.get(address, headers={"Range": "bytes=0-3", "If-Range": '"another"'})
        known = browser.get(address, headers={"If-None-Match": etag})
    assert (same.status_code, other.status_code, known.status_code) == (206, 200, 304)


@requires("nginx")
@pytest.mark.e2e
def test_nobody_gets_a_recording_past_the_hub(front: Front, transcript: str) -> None:
    media = front.stack.data_dir / "media"
    file = next(path for path in (media / "recordings").rglob("*") if path.is_file())
    assert stat.S_IMODE(file.stat().st_mode) == 0o640  # nginx reads it by its group
    stored = file.relative_to(media)
    with front.browser() as browser:
        assert browser.get(f"/_media/{stored}").status_code == 404
        assert browser.get(f"/_media/../media/{stored}").status_code == 404
    stranger = httpx.get(f"{front.people}/transcripts/{transcript}/media")
    assert (stranger.status_code, stranger.headers["Location"].split("?")[0]) == (302, "/login")


@requires("nginx")
@pytest.mark.e2e
def test_a_large_recording_streams_through_without_being_written_by_nginx(front: Front) -> None:
    # Twenty times what other routes may bring, and refused by the hub, not by nginx: it is no recording.
    def parts() -> Iterator[bytes]:
        yield b'--x\r\ncontent-disposition: form-data; name="file"; filename="noise.wav"\r\n\r\n'
        for _ in range(80):
            yield b"\0" * 1024**2
        yield b"\r\n--x--\r\n"

    headers = front.stack.headers | {"Content-Type": "multipart/form-data; boundary=x"}
    answer = httpx.post(f"{front.programs}/transcribe", headers=headers, content=parts(), timeout=120)
    assert (answer.status_code, answer.headers["Content-Type"]) == (415, "application/json")
    assert "buffered to a temporary file" not in (front.folder / "nginx" / "error.log").read_text()


@requires("nginx")
@pytest.mark.e2e
def test_an_upload_in_pieces_finds_its_way_back(front: Front) -> None:
    content = SPOKEN.read_bytes()
    headers = front.stack.headers | {"Tus-Resumable": "1.0.0"}
    begun = httpx.post(f"{front.programs}/api/v1/uploads", headers=headers | {"Upload-Length": str(len(content))})
    assert begun.status_code == 201
    address = urljoin(str(begun.url), begun.headers["Location"])
    piece = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    sent = httpx.patch(address, headers=headers | piece, content=content[:5000], timeout=60)
    assert (sent.status_code, sent.headers["Upload-Offset"]) == (204, "5000")


@requires("nginx")
@pytest.mark.e2e
def test_a_stranger_cannot_pretend_an_address(front: Front) -> None:
    with SPOKEN.open("rb") as file:
        answer = httpx.post(
            f"{front.programs}/transcribe", headers={"X-Forwarded-For": TRUSTED}, files={"file": file}, timeout=60
        )
    assert answer.status_code == 401


@requires("nginx")
def test_while_the_hub_starts_people_are_told_so(tmp_path: Path) -> None:
    ports = _ports()
    with _nginx(_configured(tmp_path / "nginx", "whisper.conf", **ports), ports["WHISPER_PORT"]):
        answer = httpx.get(f"http://127.0.0.1:{ports['WHISPER_HTTP_PORT']}/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.text.startswith("WhisperHub is starting")


@requires("nginx")
@pytest.mark.e2e
def test_during_maintenance_nothing_is_accepted(front: Front) -> None:
    flag = front.stack.data_dir / "maintenance"
    flag.touch()
    try:
        answer = httpx.get(f"{front.programs}/health")
    finally:
        flag.unlink()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert httpx.get(f"{front.programs}/health").json()["status"] == "healthy"
