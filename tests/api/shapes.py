"""What the schema says of a body, for jsonschema: OpenAPI 3.0 writes null in a way of its own."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.test import Client
from jsonschema import Draft202012Validator


@cache
def described() -> dict[str, Any]:
    """The schema as a client program is given it."""
    body: dict[str, Any] = Client().get("/openapi.json").json()
    return body


def faults(shape: dict[str, Any], body: object) -> list[str]:
    """What of `body` is not as `shape` says, a key that it does not name included."""
    root = {"components": _strict(described()["components"]), **_strict(shape)}
    return [f"{fault.json_path}: {fault.message}" for fault in Draft202012Validator(root).iter_errors(body)]


def _strict(node: Any) -> Any:
    """The same without `nullable`, and closed to keys that it does not name."""
    if isinstance(node, list):
        return [_strict(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    found = {name: _strict(value) for name, value in node.items() if name != "nullable"}
    if "properties" in found and found.get("type") == "object":
        found.setdefault("additionalProperties", False)
    return {"anyOf": [found, {"type": "null"}]} if node.get("nullable") is True else found
