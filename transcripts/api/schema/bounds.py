"""What we answer is described without the bounds of the database's integers: each database has others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# From here on a bound is the column's, not ours (32 bits).
COLUMN = 2**31 - 1


def without_column_bounds(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Postprocessing hook of drf-spectacular. Requests keep theirs: a number that is too large is refused."""
    for name, component in result["components"]["schemas"].items():
        if not name.endswith("Request"):
            for integer in _integers(component):
                if integer.get("maximum", 0) >= COLUMN:
                    del integer["maximum"]
                    integer.pop("format", None)
                if integer.get("minimum", 0) < -COLUMN:
                    del integer["minimum"]
    return result


def _integers(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if node.get("type") == "integer":
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _integers(child)
