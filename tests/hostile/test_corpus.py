"""More than a thousand files, each looked at and heard as the service does it: sound, or a reason in words."""

from __future__ import annotations

import socket
import struct
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from transcripts.engine import MediaError
from transcripts.engine.apart import media, sound
from transcripts.engine.audio import MAX_INVENTED_SECONDS, SAMPLE_RATE

from . import headers
from .corpus import Recipe, corpus

AT_ONCE = 4
# Of the day of silence only this much is heard here; no other file of the corpus has as much.
HEARD_SECONDS = 60.0


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    """A server that a list of files points at. Nobody may come."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture(scope="module")
def recipes(listener: socket.socket, tmp_path_factory: pytest.TempPathFactory) -> list[Recipe]:
    """The corpus, whose lists point at a recording that is really there and at `listener`."""
    victim = tmp_path_factory.mktemp("victim") / "secret.wav"
    victim.write_bytes(headers.wav())
    return corpus(str(victim), f"http://127.0.0.1:{listener.getsockname()[1]}/secret.wav")


def _outcome(recipe: Recipe, folder: Path, number: int) -> str:
    """What becomes of it: `heard`, or the reason."""
    path = folder / str(number)
    path.write_bytes(recipe.make())
    try:
        info = media.probe(path)
        assert info.duration is None or 0 < info.duration < float("inf")
        with closing(sound.decode(path, 0.0, HEARD_SECONDS)) as blocks:
            heard = 0
            for block in blocks:
                assert np.isfinite(block).all()
                heard += block.shape[1]
        assert heard <= min(HEARD_SECONDS, MAX_INVENTED_SECONDS) * SAMPLE_RATE
    except MediaError as error:
        return str(error)
    finally:
        path.unlink()
    return "heard" if heard else "nothing in it"


@pytest.mark.timeout(1200)  # half a minute on two idle cores
def test_each_file_is_heard_or_refused_in_words_and_no_list_is_followed(
    recipes: list[Recipe], listener: socket.socket, tmp_path: Path
) -> None:
    assert len({str(recipe) for recipe in recipes}) == len(recipes) >= 1000
    with ThreadPoolExecutor(AT_ONCE) as pool:
        numbers = range(len(recipes))
        outcomes = list(pool.map(_outcome, recipes, [tmp_path] * len(recipes), numbers))

    told = dict(zip(recipes, outcomes, strict=True))
    assert {recipe for recipe in recipes if recipe.is_sound and told[recipe] != "heard"} == set()
    followed = [str(recipe) for recipe in recipes if recipe.family in ("list", "no sound") and told[recipe] == "heard"]
    assert followed == []
    with pytest.raises(BlockingIOError):
        listener.accept()
    for words, count in Counter(outcomes).most_common():
        print(f"{count:5} {words}")  # noqa: T201  # with -s, what the corpus is good for


def test_the_files_are_the_same_in_every_run() -> None:
    recipes = corpus("/victim", "http://127.0.0.1/")
    for recipe in recipes[:: len(recipes) // 50]:
        assert recipe.make() == recipe.make()


def test_the_day_of_silence_is_one(tmp_path: Path) -> None:
    path = tmp_path / "day.ogg"
    path.write_bytes(headers.silent_opus(24.0))
    assert path.stat().st_size < 3_000_000
    assert media.probe(path).duration == pytest.approx(24 * 3600, abs=0.2)
    last = np.concatenate(list(sound.decode(path, 24 * 3600 - 30.0)), axis=1)
    assert last.shape[1] == pytest.approx(30 * SAMPLE_RATE, abs=SAMPLE_RATE)
    assert np.abs(last).max() < 0.001  # SILK makes a faint noise of nothing


def test_the_headers_say_what_they_are_told_to_say() -> None:
    found = struct.unpack_from("<4sI4s4sIHHIIHH4sI", headers.wav(rate=1, channels=255, bits=8, claimed=9))
    assert (found[6], found[7], found[12]) == (255, 1, 9)
