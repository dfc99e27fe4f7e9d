"""An example for every body: real answers of the demo stack, kept in `examples.json`, put where the schema names them.

A name there is that of a component, whose example serves every operation with such a body; or a media type; or an
operation and a media type. Errors have theirs beside their words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

EXAMPLES: dict[str, Any] = json.loads(Path(__file__).with_name("examples.json").read_text())


def with_examples(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Postprocessing hook of drf-spectacular. A body that says its own example keeps it."""
    components = result["components"]
    components["examples"] = {name: {"value": EXAMPLES[name]} for name in EXAMPLES if name in components["schemas"]}
    for operation, kind, body in _bodies(result["paths"]):
        component = body["schema"].get("$ref", "").rpartition("/")[2]
        if "examples" in body:
            continue
        if (own := f"{operation} {kind}") in EXAMPLES or (own := kind) in EXAMPLES:
            body["examples"] = {"real": {"value": EXAMPLES[own]}}
        elif component in components["examples"]:
            body["examples"] = {"real": {"$ref": f"#/components/examples/{component}"}}
    return result


def _bodies(paths: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Operation, media type and description of every body, asked and answered."""
    for operation in (operation for methods in paths.values() for operation in methods.values()):
        for sent in (operation.get("requestBody", {}), *operation["responses"].values()):
            for kind, body in sent.get("content", {}).items():
                yield operation["operationId"], kind, body
