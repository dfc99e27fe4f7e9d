"""What two machines are made of: a bare Debian, a bundle, and what the first one tells the other."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import httpx

from tests.engine.test_model import REPOSITORY, Hub
from tests.s3 import S3
from tests.speech import DEMO_MODEL

from .conftest import DEPLOY, ROOT
from .debian import Debian, bootstrap

SECOND_HOST = (ROOT / "docs" / "second-host.md").read_text()
# Both machines are this one: another address of the loopback stands for the network between them.
NETWORK = {"192.168.20.30": "127.0.0.2", "192.168.20.31": "127.0.0.1"}
CUT_OFF = Path(__file__).parent / "chroot" / "cut-off.bash"
OPTIONS = ("--yes", "--cpu")


def base_and_bundle(folder: Path) -> tuple[Path, Path]:
    """Archives of a bare Debian, and of packages and model, so that it asks no network for them. Both at once."""
    bundle = folder / "hub.tar"
    command: list[str | Path] = [DEPLOY / "whisper-bundle.sh", "--model", REPOSITORY, bundle]
    with _loopback_hub() as hub, subprocess.Popen(command, env=os.environ | {"HF_ENDPOINT": hub}) as packing:
        try:
            bare = bootstrap(folder)
        except BaseException:
            packing.terminate()
            raise
        assert packing.wait() == 0
    return bare, bundle


@contextmanager
def _loopback_hub() -> Iterator[str]:
    """A model hub on this machine alone, which has the demo model under the name of another."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Hub, DEMO_MODEL, [])) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def opened_as_the_page_tells(host: Debian, storage: S3) -> Path:
    """The first block of docs/second-host.md, as it stands there but for the addresses; the file that it writes."""
    block = re.findall(r"```sh\n(.*?)```", SECOND_HOST, re.DOTALL)[0]
    for written, here in NETWORK.items():
        block = block.replace(written, here)
    for name, value in storage.environment.items():
        block = re.sub(rf"(?m)^{name}=.*$", f"{name}={value}", block)
    host.run(f"set -eu; cd /root\n{block}")
    return host.root / "root" / "second.env"


def address(host: Debian) -> str:
    """Where programs reach it: nginx."""
    return f"http://127.0.0.1:{host.ports['WHISPER_PORT']}"


def key(host: Debian) -> dict[str, str]:
    """The headers of the first key."""
    return {"X-API-Key": host.run("cat /var/lib/whisper/first-api-key")}


def tables_of(host: Debian) -> str:
    """How many tables its database has."""
    return host.run('cd / && runuser -u whisper -- psql -tAc "SELECT count(*) FROM pg_tables" whisper')


def update(machine: Debian, release: Path, bundle: Path) -> subprocess.CompletedProcess[str]:
    """whisper-update.sh of that release, for that machine."""
    return machine.deploy(release / "deploy" / "whisper-update.sh", *OPTIONS, "--bundle", str(bundle))


def transcripts_of(host: Debian) -> dict[str, dict[str, object]]:
    """All of them, as the first key sees them, by id."""
    rows = httpx.get(f"{address(host)}/api/v1/transcripts", headers=key(host)).json()["results"]
    return {row["id"]: row for row in rows}


def workers_of(host: Debian) -> int:
    """How many report to the first machine. One that was killed is counted until it has been silent for a while."""
    workers: int = httpx.get(f"{address(host)}/health").json()["workers"]
    return workers


def steps_of(host: Debian) -> str:
    """A script in which the setup's steps are at hand, with `cut_off` for them."""
    ports = " ".join(f"{name}={port}" for name, port in host.ports.items())
    return f"export {ports}\n{CUT_OFF.read_text()}"
