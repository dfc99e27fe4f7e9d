"""The examples of the schema: every body has one, and each is as the schema itself says that such a body is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.api.shapes import described, faults
from transcripts.api.schema.examples import EXAMPLES

# What cannot be shown in JSON: a file, or a form that carries one.
NOT_SHOWN = ("multipart/form-data", "application/offset+octet-stream")
Body = tuple[str, dict[str, Any]]


def _bodies() -> Iterator[Body]:
    """Name and description of every body, asked and answered."""
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            asked = operation.get("requestBody", {}).get("content", {})
            yield from ((f"{method} {path} asked {kind}", body) for kind, body in asked.items())
            for status, response in operation["responses"].items():
                answered = response.get("content", {})
                yield from ((f"{method} {path} {status} {kind}", body) for kind, body in answered.items())


def _values(body: dict[str, Any]) -> list[object]:
    shown = [example.get("$ref", example) for example in body.get("examples", {}).values()]
    kept = described()["components"]["examples"]
    return [kept[each.rpartition("/")[2]]["value"] if isinstance(each, str) else each["value"] for each in shown]


def _is_shown(name: str, body: dict[str, Any]) -> bool:
    return not name.endswith(NOT_SHOWN) and body["schema"].get("format") != "binary"


def test_every_body_that_is_no_file_has_an_example() -> None:
    lacking = [name for name, body in _bodies() if _is_shown(name, body) and not _values(body)]
    assert lacking == []


def test_every_example_is_as_the_schema_says_and_names_every_key_that_must_be() -> None:
    wrong = {
        name: found for name, body in _bodies() for value in _values(body) if (found := faults(body["schema"], value))
    }
    assert wrong == {}


def test_a_key_that_the_schema_does_not_name_is_a_fault() -> None:
    shape = {"$ref": "#/components/schemas/Live"}
    assert faults(shape, {"status": "live"}) == []
    assert faults(shape, {"status": "live", "mood": "good"}) != []
    assert faults(shape, {"status": None}) != []


def test_no_example_is_kept_for_nobody() -> None:
    shown = {str(value) for _, body in _bodies() for value in _values(body)}
    assert [name for name, value in EXAMPLES.items() if str(value) not in shown] == []
