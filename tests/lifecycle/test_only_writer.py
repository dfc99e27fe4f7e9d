"""Nobody but `lifecycle` writes the status of a transcript: read from the syntax trees of all our code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

CODE: Path = settings.BASE_DIR / "transcripts"
WRITING = {"update", "create", "get_or_create", "update_or_create", "Transcript"}


def status_writes(source: str) -> list[int]:
    """The lines that set `status` to a `Status`, by keyword of a writing call, by a dict's key, or by assignment."""
    return sorted(line for node in ast.walk(ast.parse(source)) for line in _writes(node))


def _writes(node: ast.AST) -> Iterator[int]:
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), keywords=keywords) if name in WRITING:
            yield from (word.value.lineno for word in keywords if word.arg == "status" and _is_ours(word.value))
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            yield from (
                value.lineno
                for key, value in pairs
                if isinstance(key, ast.Constant) and key.value == "status" and _is_member(value)
            )
        case ast.Assign(targets=targets, value=value):
            yield from (value.lineno for to in targets if isinstance(to, ast.Attribute) and to.attr == "status")


def _is_ours(value: ast.expr) -> bool:
    """`Status.X`, a name or a text; not `Delivery.Status.X`, which is another row's."""
    return _is_member(value) or isinstance(value, ast.Constant | ast.Name)


def _is_member(value: ast.expr) -> bool:
    match value:
        case ast.Attribute(value=ast.Name(id="Status")):
            return True
    return False


@pytest.mark.parametrize(
    "source",
    [
        "Transcript.objects.filter(pk=1).update(status=Status.DONE)",
        "Transcript.objects.create(recording=r, status=Status.QUEUED)",
        "rows.update(status='done')",
        "row.status = Status.DONE",
        "rows.update(**{'status': Status.DONE})",
    ],
)
def test_a_write_is_recognised(source: str) -> None:
    assert status_writes(source) == [1]


@pytest.mark.parametrize(
    "source",
    [
        "rows.filter(status=Status.DONE)",
        "deliveries.update(status=Delivery.Status.PENDING)",
        "row.status == Status.DONE",
        "Response(body, status=status.HTTP_200_OK)",
        "answer = {'status': 'healthy'}",
    ],
)
def test_what_only_reads_or_is_another_rows_is_none(source: str) -> None:
    assert status_writes(source) == []


def test_only_the_lifecycle_writes_a_status() -> None:
    writers = {
        path.parent.relative_to(CODE)
        for path in CODE.rglob("*.py")
        if "migrations" not in path.parts and status_writes(path.read_text())
    }
    assert writers == {Path("lifecycle")}
