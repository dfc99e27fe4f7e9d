"""terraform/ without a Proxmox host: its files parse, its names are the provider's, its logic does what it says.

The provider cannot be fetched everywhere, so `terraform plan` of the whole is not run: terraform/README.md says so.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.terraform import ROOT, Declared, declared, files, parsed, reads, unknown, variables

DOCUMENTED = json.loads((Path(__file__).parent / "bpg-proxmox.json").read_text())
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJkVlVJHnUcWzR7MJnIqYQJ7TjRkPfO3NQ0mVpQIRtQv you@laptop"
# The names under which the program is known; OpenTofu understands the same files.
BINARY = shutil.which("terraform") or shutil.which("tofu")
with_the_program = pytest.mark.skipif(BINARY is None, reason="neither terraform nor tofu is installed here")


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_is_in_the_language(path: Path) -> None:
    assert parsed(path).keys() <= {
        "terraform",
        "provider",
        "variable",
        "output",
        "locals",
        "resource",
        "data",
        "module",
        "run",
        "variables",
    }


@pytest.mark.parametrize("found", list(declared()), ids=lambda found: f"{found.kind}.{found.type}.{found.name}")
def test_every_attribute_is_in_the_providers_documentation(found: Declared) -> None:
    documented = DOCUMENTED[found.kind][found.type]
    assert list(unknown(found.body, documented, f"{found.type}.{found.name}")) == []


def test_an_attribute_that_the_provider_does_not_know_would_be_found() -> None:
    body = {"node_name": "pve", "hostpci": [{"mapping": "card", "pci": True}], "cores": 4}
    vm = DOCUMENTED["resource"]["proxmox_virtual_environment_vm"]
    assert sorted(unknown(body, vm, "vm.a")) == [
        "vm.a.cores is not documented",
        "vm.a.hostpci.device is required",
        "vm.a.hostpci.pci is not documented",
    ]


def test_everything_that_is_read_of_the_provider_is_in_its_documentation() -> None:
    read = {each for path in files() for each in reads(path.read_text())}
    assert ("data", "proxmox_hardware_pci", "devices") in read
    for kind, type_, attribute in read:
        documented = DOCUMENTED[kind][type_]
        assert attribute in {*documented["required"], *documented["optional"], *documented["read_only"]}, type_


def test_the_logic_asks_of_a_device_what_the_provider_tells() -> None:
    told = DOCUMENTED["data"]["proxmox_hardware_pci"]["nested"]["devices"]["read_only"]
    asked = re.findall(r"^    (\w+) +=", (ROOT / "logic" / "variables.tf").read_text().partition("object({")[2], re.M)
    assert "iommu_group" in asked
    assert set(asked) <= set(told)


def test_the_logic_gets_every_variable_by_the_type_that_it_has_outside() -> None:
    outside, inside = variables(ROOT), variables(ROOT / "logic")
    passed = parsed(ROOT / "card.tf")["module"][0]["logic"]
    for name in inside.keys() - {"devices"}:
        assert passed[name] == f"${{var.{name}}}"
        assert inside[name]["type"] == outside[name]["type"]
    assert passed.keys() - {"source"} == inside.keys()


def test_every_variable_is_described_and_only_the_keys_have_no_default() -> None:
    assert [name for name, body in variables(ROOT).items() if not body.get("description")] == []
    assert [name for name, body in variables(ROOT).items() if "default" not in body] == ["ssh_public_keys"]


def test_no_secret_has_a_place_in_variables_or_state() -> None:
    assert [name for name in variables(ROOT) if re.search("token|password|secret|private", name)] == []
    everything = "".join(re.sub("#.*", "", path.read_text()) for path in files())
    assert re.search(r"root@pam|api_token|password\s*=", everything) is None
    assert parsed(ROOT / "versions.tf")["provider"] == [{"proxmox": {}}]


@pytest.mark.parametrize("name", ["terraform.tfstate", "terraform.tfstate.backup", "my.tfvars", ".terraform/modules"])
def test_what_may_hold_addresses_and_state_is_not_committed(name: str) -> None:
    ignored = subprocess.run(["git", "check-ignore", "-q", f"terraform/{name}"], cwd=ROOT.parent, check=False)
    assert ignored.returncode == 0


def test_the_machine_is_what_passthrough_needs() -> None:
    (vm,) = [found.body for found in declared() if found.type == "proxmox_virtual_environment_vm"]
    assert (vm["machine"], vm["bios"], vm["cpu"][0]["type"]) == ("q35", "ovmf", "host")
    assert vm["efi_disk"] == [{"datastore_id": "${var.datastore}", "type": "4m", "pre_enrolled_keys": False}]
    assert vm["memory"][0]["floating"] == 0
    assert vm["hostpci"][0].keys() == {"device", "mapping", "pcie", "rombar", "xvga"}
    assert (vm["vga"], vm["serial_device"]) == ([{"type": "serial0"}], [{}])
    assert vm["lifecycle"][0]["ignore_changes"] == ["${disk[0].import_from}"]
    assert "module.logic.problems" in vm["lifecycle"][0]["precondition"][0]["condition"]


@with_the_program
def test_the_files_are_formatted() -> None:
    assert _program("fmt", "-check", "-recursive", "-diff", cwd=ROOT).stdout == ""


@with_the_program
def test_the_logic_passes_its_own_tests(tmp_path: Path) -> None:
    logic = _logic(tmp_path)
    _program("validate", cwd=logic)
    said = _program("test", cwd=logic).stdout
    assert re.search(r"Success! \d\d passed, 0 failed\.", said), said


@with_the_program
def test_the_defaults_are_the_documented_target_and_pass_the_validation(tmp_path: Path) -> None:
    logic = _logic(tmp_path)
    known = variables(ROOT / "logic")
    defaults = {name: body["default"] for name, body in variables(ROOT).items() if name in known and "default" in body}
    (logic / "terraform.tfvars.json").write_text(json.dumps(defaults | {"ssh_public_keys": [KEY], "devices": []}))
    _program("apply", "-auto-approve", "-input=false", cwd=logic)
    outputs = {name: each["value"] for name, each in json.loads(_program("output", "-json", cwd=logic).stdout).items()}
    assert outputs["ssh"] == "ssh deployer@192.168.20.30"
    assert outputs["next"] == "deploy/whisper-setup.sh --user deployer 192.168.20.30"
    assert (defaults["mapping_name"], outputs["card"]["path"]) == ("gpu-quadro-m4000", "0000:03:00")


def _logic(tmp_path: Path) -> Path:
    """A copy of terraform/logic that is ready to run: nothing is written into the repository."""
    copy = tmp_path / "logic"
    shutil.copytree(ROOT / "logic", copy, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
    _program("init", "-input=false", cwd=copy)
    return copy


def _program(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run terraform; whatever it says is in the failure, should there be one."""
    own: dict[str, Any] = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    done = subprocess.run(
        [str(BINARY), *arguments, *(["-no-color"] if arguments[0] != "output" else [])],
        cwd=cwd,
        env=own | {"CHECKPOINT_DISABLE": "1"},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done
