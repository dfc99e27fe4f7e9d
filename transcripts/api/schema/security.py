"""How the ways to say who one is are described."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself by being defined
    """Both headers that carry a key."""

    target_class = "transcripts.api.authentication.KeyAuthentication"
    name = ["bearerKey", "headerKey"]  # the library's own attribute

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[dict[str, list[Any]]]:
        """Either of them: one entry for each, where one entry with both would ask for both."""
        return [{name: []} for name in self.name]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, str]]:
        """`Authorization: Bearer KEY` and `X-API-Key: KEY`."""
        return [{"type": "http", "scheme": "bearer"}, {"type": "apiKey", "in": "header", "name": "X-API-Key"}]


class TrustedNetworkScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Nothing to send: the address decides."""

    target_class = "transcripts.api.authentication.TrustedNetworkAuthentication"
    name: list[str] = []

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[Any]]:
        """No credential."""
        return {}

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, str]]:
        """OpenAPI has no word for addresses."""
        return []
