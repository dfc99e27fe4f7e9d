"""Files are read in processes of their own: what happens to one of them costs nobody else anything."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.e2e.processes import alive, children, descendants
from tests.speech import SAMPLES
from transcripts.engine import MediaError, NoAudio, ReaderLost, Unreadable, audio
from transcripts.engine import probe as probing
from transcripts.engine.apart import client, media, sound

LONG = SAMPLES / "en-long.flac"
ROOT = Path(__file__).resolve().parents[2]


def _until(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _server() -> int:
    """This process's fork server."""
    media.probe(LONG)
    assert client._server._process is not None
    return client._server._process.pid


def _readers(server: int) -> list[int]:
    """Keepers are its children, readers theirs."""
    return [pid for keeper in children(server) for pid in children(keeper)]


@pytest.fixture
def begun() -> Iterator[tuple[Iterator[audio.Audio], int]]:
    """A long recording of which the first block has come, and the process that reads it."""
    server = _server()
    _until(lambda: not descendants(server))
    with closing(sound.decode(LONG)) as blocks:
        next(blocks)
        (reader,) = _readers(server)
        yield blocks, reader


@pytest.mark.parametrize("name", ["en-short-1.flac", "en-long.flac", "silence.flac"])
def test_what_is_read_apart_is_what_is_read_here(name: str) -> None:
    path = SAMPLES / name
    assert media.probe(path) == probing.probe(path)
    apart, here = (np.concatenate(list(decode(path, 1.0)), axis=1) for decode in (sound.decode, audio.decode))
    np.testing.assert_array_equal(apart, here)


@pytest.mark.parametrize("read", [media.probe, lambda path: list(sound.decode(path))])
def test_what_is_wrong_with_a_file_is_told_in_the_same_words(tmp_path: Path, read: Callable[[Path], object]) -> None:
    path = tmp_path / "talk.mp3"
    path.write_text("Dear all, this is a text.\n" * 100)
    with pytest.raises(Unreadable) as here:
        probing.probe(path)
    with pytest.raises(Unreadable) as apart:
        read(path)
    assert str(apart.value) == str(here.value)
    assert issubclass(NoAudio, MediaError)


@pytest.mark.parametrize(
    ("ended_by", "error", "words"),
    [
        (signal.SIGSEGV, Unreadable, "it crashes the decoder (SIGSEGV)"),
        (signal.SIGABRT, Unreadable, "it crashes the decoder (SIGABRT)"),
        (signal.SIGXCPU, Unreadable, "it takes longer than any recording does"),
        (signal.SIGKILL, ReaderLost, "was ended in the middle of it (-9)"),
    ],
)
def test_a_reader_that_does_not_survive_its_file_costs_that_file_alone(
    begun: tuple[Iterator[audio.Audio], int], ended_by: signal.Signals, error: type[Exception], words: str
) -> None:
    blocks, reader = begun
    with closing(sound.decode(LONG)) as others:
        first = next(others)
        os.kill(reader, ended_by)
        with pytest.raises(error) as raised:
            list(blocks)
        assert words in str(raised.value)
        rest = list(others)
    assert first.shape[1] + sum(block.shape[1] for block in rest) == sum(block.shape[1] for block in audio.decode(LONG))


def test_a_reader_to_whom_nobody_listens_any_more_is_ended(begun: tuple[Any, int]) -> None:
    blocks, reader = begun
    os.kill(reader, signal.SIGSTOP)  # busy with something
    blocks.close()
    _until(lambda: not alive(reader))


def test_a_storage_that_hangs_is_not_waited_for_for_ever(
    begun: tuple[Iterator[audio.Audio], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "SILENCE_SECONDS", 0.2)
    server = _server()
    os.kill(server, signal.SIGSTOP)
    try:
        with pytest.raises(ReaderLost, match="does not answer"):
            media.probe(LONG)
    finally:
        os.kill(server, signal.SIGCONT)


def test_a_server_that_is_gone_is_started_again() -> None:
    server = _server()
    os.kill(server, signal.SIGKILL)
    _until(lambda: not alive(server))
    assert media.probe(LONG) == probing.probe(LONG)
    assert _server() != server


def test_the_server_is_given_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://hub:secret@localhost/hub")
    client._server.close()
    environment = Path(f"/proc/{_server()}/environ").read_bytes().split(b"\0")
    names = {entry.partition(b"=")[0].decode() for entry in environment if entry}
    assert names <= {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"}


def test_the_server_goes_with_who_started_it() -> None:
    script = f"""
import sys, time
from pathlib import Path
from transcripts.engine.apart import client, media
media.probe(Path({str(LONG)!r}))
print(client._server._process.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        server = int(owner.stdout.readline())
        assert alive(server)
        owner.kill()
    _until(lambda: not alive(server))


@pytest.mark.parametrize(
    ("greed", "code", "words"),
    [
        ("bytearray(2 * 1024**3)", 1, "MemoryError"),
        ("open('written', 'wb', buffering=0).write(b'x')", 1, "File too large"),
        ("[open('/dev/null') for _ in range(100)]", 1, "Too many open files"),
        ("exec('while True: pass')", -signal.SIGXCPU, ""),
    ],
    ids=["memory", "files written", "files opened", "time"],
)
def test_a_reader_is_given_so_much_and_no_more(tmp_path: Path, greed: str, code: int, words: str) -> None:
    script = f"from transcripts.engine.apart import server; server.CPU_SECONDS = 1; server.limit(); {greed}"
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == code, ran.stderr
    assert words in ran.stderr
