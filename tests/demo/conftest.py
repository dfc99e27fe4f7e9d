"""The demo model, loaded once for all tests of this room."""

import pytest
from faster_whisper import WhisperModel

from tests.speech import DEMO_MODEL


@pytest.fixture(scope="module")
def model() -> WhisperModel:
    return WhisperModel(str(DEMO_MODEL), device="cpu", compute_type="int8", cpu_threads=1)
