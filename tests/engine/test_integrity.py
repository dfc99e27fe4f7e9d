"""A model's files against the checksums under which the hub's client keeps them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from transcripts.engine import ModelUnavailable
from transcripts.engine.integrity import verify


def _snapshot(folder: Path, **files: bytes) -> Path:
    """A cache as the hub's client lays it out: large files by SHA-256, small ones by git's SHA-1."""
    blobs, snapshot = folder / "blobs", folder / "snapshots" / "0123456789abcdef"
    blobs.mkdir(parents=True)
    snapshot.mkdir(parents=True)
    for name, content in files.items():
        digest = hashlib.sha256(content).hexdigest() if name.startswith("large") else "a" * 40
        (blobs / digest).write_bytes(content)
        (snapshot / name).symlink_to(blobs / digest)
    return snapshot


def test_whole_files_are_counted_and_small_ones_have_no_checksum(tmp_path: Path) -> None:
    assert verify(_snapshot(tmp_path, large_one=b"weights", large_two=b"words", config=b"{}")) == 2


def test_a_damaged_file_is_named_and_goes_so_that_it_is_fetched_again(tmp_path: Path) -> None:
    snapshot = _snapshot(tmp_path, large_model=b"weights", large_other=b"words")
    blob = (snapshot / "large_model").resolve()
    blob.write_bytes(b"weighty")
    with pytest.raises(ModelUnavailable, match=r"large_model .* is damaged"):
        verify(snapshot)
    assert not blob.exists()
    assert [left.name for left in snapshot.iterdir()] == ["large_other"]


def test_a_folder_of_ones_own_has_nothing_to_compare_with(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"weights")
    assert verify(tmp_path) == 0
