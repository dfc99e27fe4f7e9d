"""Everything breaks on a PostgreSQL and a Redis of its own, beside the other hub: both wait more than they work."""

from __future__ import annotations

import pytest

from tests.chaos.conftest import StartHub
from tests.chaos.trial import break_everything

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1800)]


def test_whatever_breaks_every_recording_ends_once_with_all_its_words(
    start_hub: StartHub, capsys: pytest.CaptureFixture[str]
) -> None:
    break_everything("services", start_hub, capsys)
