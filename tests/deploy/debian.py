"""A bare Debian 12 in a folder, in place of a machine: what debootstrap makes, entered by chroot."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .conftest import ROOT, plain_environment

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
        return subprocess.run(
            ["chroot", self.root, "/bin/bash", "-c", command], capture_output=True, text=True, check=True
        ).stdout.strip()


def bootstrap(folder: Path) -> Path:
    """An archive of what debootstrap makes, from which several machines can be unpacked."""
    _must("debootstrap", "--variant=minbase", f"--include={','.join(BASE)}", "bookworm", folder / "base", MIRROR)
    _must("tar", "-cf", folder / "base.tar", "-C", folder / "base", ".")
    _must("rm", "-rf", "--one-file-system", folder / "base")
    return folder / "base.tar"


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
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _prepare(root: Path) -> None:
    """What a real machine has: a name server, a place for locks, and systemd, for which a stand-in stands."""
    shutil.copy("/etc/resolv.conf", root / "etc" / "resolv.conf")
    for folder in ("run/lock", "dev/shm"):
        (root / folder).mkdir(parents=True, exist_ok=True, mode=0o1777)
    (root / "dev" / "shm").chmod(0o1777)
    # Packages must not start their services by themselves; and nothing here has to outlive a power cut.
    (root / "usr" / "sbin" / "policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
    (root / "usr" / "sbin" / "policy-rc.d").chmod(0o755)
    (root / "etc" / "dpkg" / "dpkg.cfg.d" / "quick").write_text("force-unsafe-io\n")
    for program in ("systemctl", "systemd-run", "sudo"):
        shutil.copy(STAND_INS / program, root / "usr" / "local" / "sbin" / program)


def _end_all_in(root: Path) -> None:
    """Kill every process whose root is this folder."""
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            if (process / "root").readlink() == root:
                os.kill(int(process.name), signal.SIGKILL)
        except (OSError, ProcessLookupError):
            continue  # it ended meanwhile, or it is not ours to look at


def checkout(folder: Path, version: str) -> Path:
    """A copy of this tree as an unpacked archive would be, under another version."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in listed.strip("\0").split("\0"):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    settings = folder / "whisperhub" / "settings.py"
    settings.write_text(settings.read_text().replace('VERSION = "', f'VERSION = "{version}-', 1))
    return folder
