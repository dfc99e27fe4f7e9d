"""terraform/ as data: what its files declare, without Terraform and without the provider."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import hcl2
from hcl2.utils import SerializationOptions

ROOT = Path(__file__).resolve().parents[2] / "terraform"
PLAIN = SerializationOptions(strip_string_quotes=True, with_comments=False, explicit_blocks=False)
# Of the language, not of a provider.
OF_TERRAFORM = {"count", "for_each", "depends_on", "lifecycle", "provider", "provisioner"}


class Declared(NamedTuple):
    """One resource or data source."""

    kind: str  # "resource" or "data"
    type: str
    name: str
    body: dict[str, Any]


def parsed(path: Path) -> dict[str, Any]:
    """What `path` says.

    Raises:
        lark.exceptions.LarkError: if it is no HCL.
    """
    with path.open() as file:
        said: dict[str, Any] = hcl2.load(file, serialization_options=PLAIN)
    return said


def files(folder: Path = ROOT) -> list[Path]:
    """Every file in Terraform's language, tests included."""
    return sorted([*folder.rglob("*.tf"), *folder.rglob("*.tftest.hcl")])


def declared() -> Iterator[Declared]:
    """Every resource and data source."""
    for path in files():
        said = parsed(path)
        for kind in ("resource", "data"):
            for block in said.get(kind, []):
                for type_, named in block.items():
                    for name, body in named.items():
                        yield Declared(kind, type_, name, body)


def variables(folder: Path) -> dict[str, dict[str, Any]]:
    """The variables that a folder declares, by name."""
    return {
        name: body
        for path in sorted(folder.glob("*.tf"))
        for block in parsed(path).get("variable", [])
        for name, body in block.items()
    }


def unknown(body: dict[str, Any], documented: dict[str, Any], where: str) -> Iterator[str]:
    """What is said in `body` and not documented, or documented as required and not said, by its path."""
    said = {name: [value] for name, value in body.items()}
    for block in said.pop("dynamic", [[]])[0]:
        for name, inside in block.items():
            said[name] = [[inside["content"][0]]]
    yield from (f"{where}.{name} is required" for name in documented["required"] if name not in said)
    for name, values in said.items():
        if name in OF_TERRAFORM and where.count(".") == 1:
            continue
        if name not in {*documented["required"], *documented["optional"]}:
            yield f"{where}.{name} is not documented"
        for inside in _blocks(values[0]):
            yield from unknown(inside, documented["nested"][name], f"{where}.{name}")


def reads(text: str) -> set[tuple[str, str, str]]:
    """`(kind, type, attribute)` of everything that an expression reads from a resource or data source."""
    read = set()
    for data, type_, attribute in re.findall(r"(data\.)?\b(proxmox_\w+)\.\w+(?:\[\d+\])?\.(\w+)", text):
        read.add(("data" if data else "resource", type_, attribute))
    return read


def _blocks(value: object) -> list[dict[str, Any]]:
    """The blocks or objects that a value consists of; none if it is a plain one."""
    if isinstance(value, dict):
        return [value]
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
