"""Bodies of JSON requests: each value of its own type, and no name that nobody knows.

A mistyped name that was passed over would be a wish that was not fulfilled in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers


class Body(serializers.Serializer[Any]):
    """The JSON object of a request."""

    def to_internal_value(self, data: Any) -> Any:
        """As usual, but a name that is no field is refused with the near misses."""
        unknown = (
            {str(name): _no_such(str(name), self.fields) for name in set(data) - set(self.fields)}
            if (isinstance(data, Mapping))
            else {}
        )
        if unknown:
            raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class Query(Body):
    """What may stand in a query string. Its values are text; a name may be repeated where it is a list."""


class Several(serializers.ListField):
    """Values that are repeated, or written in one with commas between."""

    def to_internal_value(self, data: Any) -> list[Any]:
        """Each of them."""
        parts = [part.strip() for entry in data for part in str(entry).split(",")]
        return super().to_internal_value([part for part in parts if part])


class Text(serializers.CharField):
    """Text, not a number that could be written as text."""

    def to_internal_value(self, data: Any) -> str:
        """Only a string."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Number(serializers.FloatField):
    """A number, not text that could be read as one."""

    def to_internal_value(self, data: Any) -> float:
        """Only a number."""
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class Count(serializers.IntegerField):
    """A whole number, not text that could be read as one."""

    def to_internal_value(self, data: Any) -> int:
        """Only a whole number."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """True or false, not a word for it."""

    def to_internal_value(self, data: Any) -> bool:
        """Only a boolean."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class _BodyExtension(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]  # registers itself by being defined
    """Says so in the schema."""

    target_class = "transcripts.api.schema.bodies.Body"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> Any:
        """As usual, and closed."""
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)  # type: ignore[no-untyped-call]
        return schema | {"additionalProperties": False}


def _no_such(name: str, known: Mapping[str, Any]) -> str:
    near = get_close_matches(name, known, n=1)
    return "There is no such field." + (f" Did you mean {near[0]}?" if near else "")
