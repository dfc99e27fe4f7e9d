"""A bare Debian 12 in a folder, in place of a machine: what mmdebstrap makes, entered by chroot."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from .conftest import plain_environment

STAND_INS = Path(__file__).parent / "chroot"
MIRROR = "http://deb.debian.org/debian"
BASE = ["systemd", "ca-certificates", "python3-minimal"]


class Debian:
    """A machine that answers our stand-in for SSH."""

    def __init__(self, root: Path, ports: dict[str, str]) -> None:
        self.root = root
        self.ports = ports
        self.said = ""
        self.script = Path()

    def deploy(self, script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a script of deploy/ against it."""
        environment = plain_environment(self.ports) | {"CHROOT": str(self.root)}
        environment["PATH"] = f"{STAND_INS}:{environment['PATH']}"
        return subprocess.run(
            [script, *arguments, "--user", "root", "hub.test"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def run(self, command: str) -> str:
        """What a command in it says.

        Raises:
            CalledProcessError: it failed.
        """
        try:
            return subprocess.run(
                ["chroot", self.root, "/bin/bash", "-c", command], capture_output=True, text=True, check=True
            ).stdout.strip()
        except subprocess.CalledProcessError as error:
            error.add_note(error.stdout + error.stderr)
            raise


def bootstrap(folder: Path) -> Path:
    """An archive of a bare Debian, from which several machines can be unpacked."""
    archive = folder / "base.tar"
    options = [
        "--quiet",
        "--mode=root",
        "--variant=minbase",
        "--dpkgopt=force-unsafe-io",
        f"--include={','.join(BASE)}",
    ]
    _must("mmdebstrap", *options, "bookworm", archive, MIRROR)
    return archive


@contextmanager
def debian(base: Path, folder: Path, ports: dict[str, str]) -> Iterator[Debian]:
    """Make one of `base`, and leave nothing of it: no process, no mount, no file."""
    root = folder / "debian"
    with ExitStack() as undone:
        undone.callback(_must, "rm", "-rf", "--one-file-system", root)
        root.mkdir()
        _must("tar", "-xf", base, "-C", root)
        # Nothing of this machine is bound into it: what is removed in the end is its own.
        _must("mount", "-t", "proc", "proc", root / "proc")
        undone.callback(_must, "umount", "--lazy", root / "proc")
        undone.callback(_end_all_in, root)
        _prepare(root)
        yield Debian(root, ports)


def _must(*command: str | Path) -> None:
    """Run it. Whoever is interrupted meanwhile gives it time to put its own things away (mounts, folders)."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            status = process.wait()
        except BaseException:
            process.terminate()
            raise
    if status:
        raise subprocess.CalledProcessError(status, command)


def _prepare(root: Path) -> None:
    """What a real machine has: a name server, a place for locks, and systemd, for which a stand-in stands."""
    shutil.copy("/etc/resolv.conf", root / "etc" / "resolv.conf")
    for folder in ("run/lock", "dev/shm"):
        (root / folder).mkdir(parents=True, exist_ok=True, mode=0o1777)
    (root / "dev" / "shm").chmod(0o1777)
    # Packages must not start their services by themselves.
    (root / "usr" / "sbin" / "policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
    (root / "usr" / "sbin" / "policy-rc.d").chmod(0o755)
    for program in ("systemctl", "systemd-run", "sudo"):
        shutil.copy(STAND_INS / program, root / "usr" / "local" / "sbin" / program)


def _end_all_in(root: Path) -> None:
    """Kill every process whose root is this folder, and whoever is born of one meanwhile."""
    while found := [number for number in _processes() if _root_of(number) == root]:
        for number in found:
            with suppress(ProcessLookupError):  # it ended meanwhile
                os.kill(number, signal.SIGKILL)
        time.sleep(0.05)


def _processes() -> list[int]:
    return [int(process.name) for process in Path("/proc").iterdir() if process.name.isdigit()]


def _root_of(number: int) -> Path | None:
    try:
        return Path(f"/proc/{number}/root").readlink()
    except OSError:
        return None  # it ended meanwhile, or it is not ours to look at
