"""`/metrics`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes

from .problems import problem

METRICS: dict[str, Any] = {
    "operation_id": "metrics",
    "tags": ["Service"],
    "auth": [],
    "responses": {
        (200, "text/plain"): OpenApiTypes.STR,
        401: problem(
            "Another token than WHISPERHUB_METRICS_TOKEN, or none.",
            "Send the token of WHISPERHUB_METRICS_TOKEN as Authorization: Bearer TOKEN.",
        ),
        404: problem(
            "No token is set, and the address is not in a trusted network.",
            "Set WHISPERHUB_METRICS_TOKEN to have figures here.",
        ),
    },
}
