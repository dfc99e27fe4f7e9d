"""A watched folder: each finished file once, whatever breaks off when, and put away with words or a reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from tests.rows import claimed, said
from tests.speech import SAMPLES
from transcripts import lifecycle
from transcripts.access import Actor
from transcripts.exports import FORMATS
from transcripts.models import Failure, Recording, Status, Transcript
from transcripts.orders import Order
from transcripts.watching import AlreadyWatched, Watcher, watching_alone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder to watch."""
    made = tmp_path / "inbox"
    made.mkdir()
    return made


@pytest.fixture
def watch(folder: Path, alice: User) -> Callable[..., Watcher]:
    """`watch()` is a new process that watches for Alice, and knows nothing of the one before."""
    return lambda **options: Watcher(folder, Actor(user=alice), Order(), [FORMATS["srt"], FORMATS["txt"]], **options)


def put(folder: Path, name: str = "talk.flac", content: bytes | None = None) -> Path:
    """Put a recording there."""
    path = folder / name
    path.write_bytes((SAMPLES / "en-short-1.flac").read_bytes() if content is None else content)
    return path


def work(word: str = "Hello") -> None:
    """Transcribe everything that waits."""
    for row in Transcript.objects.queued():
        lease = claimed(row)
        lifecycle.store_window(lease, said(word), transcribed_ms=3963)
        lifecycle.complete(lease, processing_ms=1)


def names(folder: Path) -> list[str]:
    """What is below a folder, by name."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_finished_file_is_sent_once_and_put_away_with_its_words(folder: Path, watch: Callable[..., Watcher]) -> None:
    watcher = watch()
    put(folder)
    assert (watcher.look(), Transcript.objects.count()) == (1, 0)  # it might still grow
    for _ in range(3):
        assert (watcher.look(), Transcript.objects.count()) == (1, 1)
    assert Transcript.objects.get().recording.owner == watcher.actor.user
    work()
    assert watcher.look() == 0
    assert names(folder) == ["done/talk.flac", "done/talk.srt", "done/talk.txt"]
    assert (folder / "done" / "talk.txt").read_text() == "Hello\n"
    assert watcher.look() == 0
    assert Transcript.objects.count() == 1


def test_a_file_that_grows_is_left_alone(folder: Path, watch: Callable[..., Watcher]) -> None:
    watcher = watch()
    path = put(folder, content=b"begin")
    for _ in range(3):
        watcher.look()
        path.write_bytes(path.read_bytes() + b"more")
    assert names(folder) == ["talk.flac"]


@pytest.mark.parametrize("done", [False, True], ids=["in the works", "done"])
def test_a_new_process_goes_on_where_the_last_one_was_killed(
    folder: Path, watch: Callable[..., Watcher], done: bool
) -> None:
    put(folder)
    killed = watch()
    killed.look()
    killed.look()
    if done:
        work()
        (folder / "done").mkdir()
        (folder / "done" / "talk.srt").write_text("half a fil")  # of another program's making: ours are whole
    successor = watch()
    successor.look()
    successor.look()
    work()
    assert successor.look() == 0
    assert Transcript.objects.count() == 1
    assert names(folder) == ["done/talk.flac", "done/talk.srt", "done/talk.txt"]


def test_the_same_content_elsewhere_and_other_content_of_the_same_name_are_new(
    folder: Path, watch: Callable[..., Watcher]
) -> None:
    watcher = watch()
    contents = [None, (SAMPLES / "es-short-1.flac").read_bytes()]
    for name, content in (("talk.flac", contents[0]), ("talk.flac", contents[1]), ("talk.wav", contents[0])):
        put(folder, name, content)
        watcher.look()
        watcher.look()
        work()
        assert watcher.look() == 0
    assert Transcript.objects.count() == 3
    found = names(folder / "done")
    assert [name for name in found if name.endswith((".flac", ".wav"))] == [
        "talk (2).flac",
        "talk (3).wav",
        "talk.flac",
    ]
    assert len(found) == 9


def _cancelled(row: Transcript) -> None:
    lifecycle.cancel(row.pk)


def _failed(row: Transcript) -> None:
    lifecycle.fail(claimed(row), Failure.MEDIA, "It is broken in the middle.", processing_ms=1)


def _deleted(row: Transcript) -> None:
    row.recording.delete()


@pytest.mark.parametrize(
    ("end", "reason"),
    [(_cancelled, "It was cancelled."), (_failed, "It is broken in the middle."), (_deleted, "It was deleted.")],
)
def test_what_comes_to_no_words_is_put_away_with_the_reason(
    folder: Path, watch: Callable[..., Watcher], end: Callable[[Transcript], None], reason: str
) -> None:
    watcher = watch()
    put(folder)
    watcher.look()
    watcher.look()
    end(Transcript.objects.select_related("recording").get())
    assert watcher.look() == 0
    assert names(folder) == ["failed/talk.flac", "failed/talk.reason.txt"]
    assert (folder / "failed" / "talk.reason.txt").read_text() == f"{reason}\n"


@pytest.mark.parametrize("content", [b"", b"not audio", bytes(2000)])
def test_what_is_no_recording_does_not_stop_the_others(
    folder: Path, watch: Callable[..., Watcher], settings: Settings, content: bytes
) -> None:
    settings.MAX_UPLOAD_BYTES = 60_000
    watcher = watch()
    put(folder, "a bad one.mp3", content)
    put(folder, "b too large.wav", bytes(70_000))
    put(folder, "c good.flac")
    watcher.look()
    assert watcher.look() == 1
    assert Recording.objects.get().title == "c good.flac"
    assert (folder / "failed" / "a bad one.reason.txt").read_text().strip()
    assert "larger" in (folder / "failed" / "b too large.reason.txt").read_text()


def test_a_full_queue_makes_files_wait_where_they_are(
    folder: Path, watch: Callable[..., Watcher], settings: Settings
) -> None:
    settings.MAX_QUEUE = 1
    watcher = watch()
    put(folder, "a.flac")
    put(folder, "b.flac")
    for _ in range(3):
        assert watcher.look() == 2
    assert Transcript.objects.count() == 1
    work()
    for _ in range(3):
        work()
        watcher.look()
    assert names(folder / "done") == [f"{stem}.{end}" for stem in "ab" for end in ("flac", "srt", "txt")]


def test_hidden_files_links_and_folders_are_left_alone(folder: Path, watch: Callable[..., Watcher]) -> None:
    watcher = watch()
    put(folder, ".talk.flac.part")
    (folder / "below").mkdir()
    put(folder / "below")
    (folder / "link.flac").symlink_to(SAMPLES / "en-short-1.flac")
    watcher.look()
    assert watcher.look() == 0
    assert not Transcript.objects.exists()


def test_a_file_that_is_taken_away_is_forgotten_and_its_transcript_stays(
    folder: Path, watch: Callable[..., Watcher]
) -> None:
    watcher = watch()
    path = put(folder)
    watcher.look()
    watcher.look()
    path.unlink()
    assert watcher.look() == 0
    assert Transcript.objects.get().status == Status.QUEUED


def test_words_may_go_to_a_folder_of_their_own(folder: Path, watch: Callable[..., Watcher], tmp_path: Path) -> None:
    words = tmp_path / "words"
    words.mkdir()
    watcher = watch(output=words)
    put(folder)
    watcher.look()
    watcher.look()
    work()
    watcher.look()
    assert (names(folder), names(words)) == (["done/talk.flac"], ["talk.srt", "talk.txt"])


def test_a_folder_is_watched_by_one_process_only(folder: Path) -> None:
    with watching_alone(folder), pytest.raises(AlreadyWatched), watching_alone(folder):
        raise AssertionError("watched twice")
    with watching_alone(folder):
        shutil.rmtree(folder)
