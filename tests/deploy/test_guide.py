"""What the guides say, held against what there is: edits of a host's files, options, messages, figures."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from transcripts.management.commands.benchmark import DOCUMENTED

from .conftest import DEPLOY, ROOT, plain_environment

BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "proxmox.md").read_text(), re.DOTALL)
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "terraform" / "README.md"]
PROGRAMS = [*sorted(DEPLOY.glob("whisper-*.sh")), DEPLOY / "proxmox-check.sh"]
TABLES = [ROOT / "docs" / name for name in ("proxmox.md", "second-host.md")]
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


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_every_option_that_a_page_gives_a_program_exists(program: Path) -> None:
    said = subprocess.run(
        [program, "--help"], check=True, capture_output=True, text=True, env=plain_environment({})
    ).stdout
    commands = re.findall(rf"{re.escape(program.name)}( [^`#\n]*)", "\n".join(page.read_text() for page in PAGES))
    given = {option for command in commands for option in re.findall(r"(?<= )--[a-z-]+", command)}
    assert given, "no page shows it with an option"
    assert {option for option in given if not re.search(rf"{option}\b", said)} == set()


def test_the_lines_that_the_tables_quote_are_lines_of_ours() -> None:
    """A quotation stands in double quotes; a name of the reader's own, a number or … in it stands for anything."""
    rows = [line.split("|")[1] for page in TABLES for line in page.read_text().splitlines() if line.startswith("| ")]
    quoted = [words for row in rows for words in re.findall(r'"([^"]+)"', row)]
    assert len(quoted) > 10
    said = "\n".join(
        path.read_text()
        for folder, kind in ((DEPLOY, "*.sh"), (ROOT / "transcripts" / "engine", "*.py"))
        for path in folder.rglob(kind)
    )
    parts = {
        part.strip() for words in quoted for part in re.split(r"…|HOST|deployer@|\S*second\.env|/opt\S+|\d+ s", words)
    }
    assert {part for part in parts if part not in said} == set()


def test_the_guide_gives_the_documented_expectations_that_the_benchmark_prints() -> None:
    pages = [(ROOT / "docs" / name).read_text() for name in ("proxmox.md", "deploy.md")]
    assert DOCUMENTED == {1.0: "10–15 s", 5.0: "45–60 s", 30.0: "4–5 min"}
    for minutes, expected in DOCUMENTED.items():
        row = re.compile(rf"^\| {minutes:.0f} min\w* \| {expected} \|$", re.MULTILINE)
        assert all(row.search(page) for page in pages)
