"""The URLconf, walked: every route of the hub, whatever room it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver

from transcripts.api import urls


@dataclass(frozen=True, slots=True)
class Route:
    """One route: its pattern from the root, its name, and the methods that it takes, where its view tells."""

    pattern: str
    name: str
    methods: frozenset[str] = frozenset()

    @property
    def in_admin(self) -> bool:
        """Whether it belongs to the administrator's desk."""
        return self.pattern.startswith("admin/")

    @property
    def places(self) -> set[str]:
        """The names in its pattern that stand for a value."""
        return set(re.findall(r"<(?:\w+:)?(\w+)>", self.pattern))


def routes(patterns: list[Any], prefix: str = "") -> Iterator[Route]:
    """Every route below `patterns`."""
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield Route(path, pattern.name or "", _methods(pattern.callback))


def _methods(view: Any) -> frozenset[str]:
    """The methods of a view of the REST framework; others do not tell."""
    found = getattr(view, "cls", None)
    known = ("get", "post", "put", "patch", "delete")
    return frozenset(name.upper() for name in known if found is not None and hasattr(found, name))


# Catch-alls: they say that there is nothing.
_NOWHERE = {"api-root", "api-unknown", "openai-root", "openai-unknown"}


def endpoints(placeholder: str) -> set[str]:
    r"""The addresses that the API has for programs, each of their arguments as `placeholder` (`\1` is its name)."""
    found = [route.pattern for route in routes(urls.urlpatterns) if route.name not in _NOWHERE]
    return {"/" + re.sub(r"<(?:\w+:)?(\w+)>", placeholder, pattern) for pattern in found}
