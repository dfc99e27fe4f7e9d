"""How many examples a property is tried with. `WHISPERHUB_FUZZ=50` multiplies them, for a run by hand."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

FACTOR = int(os.environ.get("WHISPERHUB_FUZZ", "1"))


def thorough(examples: int) -> settings:
    """So many examples, however long one takes; all of them share what the test has of fixtures."""
    return settings(
        max_examples=examples * FACTOR,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
