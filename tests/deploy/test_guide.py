"""Commands of docs/proxmox.md that edit files of a host, run on such files."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from .conftest import ROOT, plain_environment

BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "proxmox.md").read_text(), re.DOTALL)
GRUB = 'GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX_DEFAULT="quiet"\nGRUB_CMDLINE_LINUX=""\n'


def _run(block: str, etc: Path) -> None:
    """As on a host whose /etc is that folder, and whose boot loaders have nothing to do."""
    # Functions come before programs; their names may have hyphens in bash.
    loaders = "update-grub() { :; }; proxmox-boot-tool() { :; }; update-initramfs() { :; }\n"
    script = f"set -eu\n{loaders}{block.replace('/etc/', f'{etc}/')}"
    subprocess.run(["bash", "-c", script], check=True, env=plain_environment({}), capture_output=True)


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("default/grub", GRUB, GRUB.replace('"quiet"', '"quiet intel_iommu=on"')),
        (
            "kernel/cmdline",
            "root=ZFS=rpool/ROOT/pve-1 boot=zfs\n",
            "root=ZFS=rpool/ROOT/pve-1 boot=zfs intel_iommu=on\n",
        ),
    ],
)
def test_the_kernels_command_line_is_edited_once_however_often_it_is_done(
    file: str, before: str, after: str, tmp_path: Path
) -> None:
    (block,) = [block for block in BLOCKS if f"/etc/{file} ||" in block]
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text(before)
    for _ in range(2):
        _run(block, tmp_path)
        assert (tmp_path / file).read_text() == after


def test_the_files_for_vfio_are_the_same_after_a_second_time(tmp_path: Path) -> None:
    (block,) = [block for block in BLOCKS if "/etc/modprobe.d/vfio.conf" in block]
    for folder in ("modprobe.d", "modules-load.d"):
        (tmp_path / folder).mkdir()
    _run(block, tmp_path)
    first = {path.name: path.read_text() for path in tmp_path.rglob("*.conf")}
    assert first.keys() == {"vfio.conf"}
    assert (tmp_path / "modules-load.d" / "vfio.conf").read_text().split() == ["vfio", "vfio_iommu_type1", "vfio_pci"]
    assert "softdep nouveau pre: vfio-pci" in (tmp_path / "modprobe.d" / "vfio.conf").read_text()
    _run(block, tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.rglob("*.conf")} == first
