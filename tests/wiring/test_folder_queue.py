"""The queue in a folder: what a reader can see of a message is all of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection
from kombu.simple import SimpleQueue

from whisperhub import celery, folder_queue


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the messages lie."""
    (tmp_path / "messages").mkdir()
    return tmp_path / "messages"


@pytest.fixture
def queue(folder: Path) -> Iterator[SimpleQueue]:
    """The gpu queue in it."""
    folder_queue.Transport.global_state.clear()  # kombu's memory of queues is the process's, the folder is the test's
    places = {"data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": str(folder.parent / "c")}
    with Connection("folder://", transport_options=places) as connection, connection.SimpleQueue("gpu") as queue:
        yield queue


class Witness:
    """Looks at the folder in the middle of a message's being written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: list[str] | None = None

    def __json__(self) -> str:
        self.seen = [name for name in os.listdir(self.folder) if name.endswith(".msg")]  # noqa: PTH208
        return "witness"


def test_the_embedded_stack_uses_it() -> None:
    assert celery.app.conf.broker_url in ("folder://localhost", os.environ.get("REDIS_URL"))


def test_what_is_put_in_comes_out_once(queue: SimpleQueue) -> None:
    for number in range(3):
        queue.put({"number": number})

    assert sorted(queue.get(timeout=5).payload["number"] for _ in range(3)) == [0, 1, 2]
    with pytest.raises(SimpleQueue.Empty):
        queue.get(block=False)


def test_a_message_is_not_to_be_seen_before_it_is_whole(queue: SimpleQueue, folder: Path) -> None:
    witness = Witness(folder)
    channel = queue.channel

    assert isinstance(channel, folder_queue.Channel)
    channel._put("gpu", {"body": witness})

    assert witness.seen == []
    assert channel._get("gpu") == {"body": "witness"}


def test_a_file_that_is_still_being_written_is_left_alone(queue: SimpleQueue, folder: Path) -> None:
    (folder / "1_0.gpu.unfinished").write_text('{"bo')
    queue.put({"number": 1})

    assert queue.get(timeout=5).payload == {"number": 1}
    assert (folder / "1_0.gpu.unfinished").exists()
