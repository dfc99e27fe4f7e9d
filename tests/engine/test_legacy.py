"""The demo model for CTranslate2 3.24; tests/deploy/test_profiles.py hears it with that version itself."""

from __future__ import annotations

from pathlib import Path

import ctranslate2
import numpy as np
import pytest

from tests.speech import DEMO_MODEL
from transcripts.engine import legacy

ORIGINAL = (DEMO_MODEL / "model.bin").read_bytes()


def encoded(model: Path) -> np.ndarray:
    """What the encoder makes of half a minute of noise, in float32."""
    noise = np.random.default_rng(0).normal(size=(1, 80, 3000)).astype(np.float32)
    whisper = ctranslate2.models.Whisper(str(model), compute_type="float32", intra_threads=1)
    return np.array(whisper.encode(ctranslate2.StorageView.from_array(noise)))


def test_the_copy_computes_what_the_model_computes(tmp_path: Path) -> None:
    copy = legacy.loadable(DEMO_MODEL, tmp_path)
    assert copy != DEMO_MODEL
    np.testing.assert_allclose(encoded(copy), encoded(DEMO_MODEL), atol=1e-4)


def test_only_the_convolutions_are_stored_otherwise() -> None:
    changed = legacy.with_float_convolutions(ORIGINAL)
    # Two of them: 88 by 80 and 88 by 88 channels, 3 wide. Three bytes more for each weight, and no scales.
    weights = 88 * 80 * 3 + 88 * 88 * 3
    scales = 2 * 88 * 4 + sum(
        2 + len(f"encoder/{conv}/weight_scale") + 1 + 1 + 4 + 1 + 4 for conv in ("conv1", "conv2")
    )
    assert len(changed) == len(ORIGINAL) + 3 * weights - scales
    assert legacy.with_float_convolutions(changed) == changed


def test_a_copy_that_is_there_is_taken_as_it_is(tmp_path: Path) -> None:
    copy = legacy.loadable(DEMO_MODEL, tmp_path)
    before = (copy / "model.bin").stat().st_mtime_ns
    assert legacy.loadable(DEMO_MODEL, tmp_path) == copy
    assert (copy / "model.bin").stat().st_mtime_ns == before
    assert [path.name for path in tmp_path.iterdir()] == [copy.name]


def test_a_file_of_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="a model file of format 5, not 6"):
        legacy.with_float_convolutions(b"\x05\0\0\0" + ORIGINAL[4:])


@pytest.mark.parametrize(("version", "old"), [("3.24.0", True), ("4.0.0", False), ("4.8.5", False), ("10.1", False)])
def test_which_versions_are_old(version: str, old: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctranslate2, "__version__", version)
    assert legacy.is_legacy() is old
