"""The one way in: what is kept is kept whole, what is refused leaves nothing behind."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError
from django.utils import timezone
from pytest_django import Settings

from tests.conftest import KeyMaker
from tests.hostile.headers import silent_opus
from tests.lifecycle.conftest import Rung
from tests.rows import in_state, worker
from tests.speech import SAMPLES, reference, requires_ffmpeg
from transcripts import submissions
from transcripts.access import Actor
from transcripts.errors import BadOptions, EmptyFile, NotAudio, QueueFull, TooLong
from transcripts.incoming import receive
from transcripts.models import ApiKey, Priority, Recording, Status, Task, Transcript
from transcripts.orders import Order, order

SAMPLE = SAMPLES / "en-short-1.flac"


def _submit(content: bytes, name: str = "a.wav", wanted: Order | None = None, actor: Actor | None = None) -> Transcript:
    with receive(name, [content]) as file:
        return submissions.submit(file, wanted or Order(), actor or Actor())


def _files(settings: Settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_the_recording_is_stored_byte_for_byte_with_what_is_known_of_it(alices: Actor, settings: Settings) -> None:
    content = SAMPLE.read_bytes()
    recording = _submit(content, "Grüße 東京.flac", actor=alices).recording
    assert Path(default_storage.path(str(recording.file.name))).read_bytes() == content
    assert len(_files(settings)) == 1
    assert (recording.title, recording.owner, recording.api_key) == ("Grüße 東京.flac", alices.user, None)
    assert (recording.size_bytes, recording.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert (recording.container, recording.has_video, recording.source_url) == ("flac", False, "")
    assert recording.duration_ms == round(reference(SAMPLE.name).duration * 1000)


@pytest.mark.django_db(transaction=True)
def test_the_transcript_waits_with_what_was_asked_for_and_is_rung_for(make_key: KeyMaker, rung: Rung) -> None:
    key, _ = make_key()
    wanted = order({"language": "Spanish", "task": "translate", "priority": "bulk"})
    transcript = _submit(SAMPLE.read_bytes(), wanted=wanted, actor=Actor(key=key))
    row = Transcript.objects.get(pk=transcript.pk)
    assert (row.status, row.language_requested, row.task, row.priority) == (Status.QUEUED, "es", "translate", "bulk")
    assert (row.recording.owner, row.recording.api_key) == (None, key)
    assert rung() == [str(transcript.pk)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "C:\\boot.ini", "recordings/00/x", "con", "a\u202eb"]
)
def test_the_senders_name_is_shown_and_never_used_for_a_path(name: str, settings: Settings) -> None:
    recording = _submit(SAMPLE.read_bytes(), name).recording
    assert recording.title == name
    stored = Path(default_storage.path(str(recording.file.name)))
    assert stored == Path(settings.MEDIA_ROOT) / "recordings" / recording.pk.hex[-2:] / recording.pk.hex


@pytest.mark.django_db
@pytest.mark.parametrize(("sent", "shown"), [("ü" * 700, "ü" * 500), ("", "recording")])
def test_a_name_that_cannot_be_shown_as_it_is_is_cut_or_replaced(sent: str, shown: str) -> None:
    assert Recording.objects.get(pk=_submit(SAMPLE.read_bytes(), sent).recording.pk).title == shown


def _ffmpeg(target: Path, *arguments: str) -> bytes:
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments, str(target)], check=True, timeout=60)
    return target.read_bytes()


def _picture(folder: Path) -> bytes:
    return _ffmpeg(folder / "a.png", "-f", "lavfi", "-i", "testsrc=size=32x32", "-frames:v", "1")


def _mute_video(folder: Path) -> bytes:
    return _ffmpeg(folder / "a.mp4", "-f", "lavfi", "-i", "testsrc=size=32x32:duration=1")


UNREADABLE, SILENT = "This is not an audio or video file that can be opened", "The file has no audio track."
NOT_AUDIO: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "text": (lambda _: b"Dear Sir or Madam, please find attached no sound at all.\n" * 50, UNREADABLE),
    "zeros": (lambda _: bytes(100_000), UNREADABLE),
    "one byte": (lambda _: b"R", UNREADABLE),
    "a wav header alone": (lambda _: b"RIFF\x24\x00\x00\x00WAVEfmt ", UNREADABLE),
    "a web page": (lambda _: b"<!DOCTYPE html><html><body>404 Not Found</body></html>", UNREADABLE),
    "a playlist of local files": (lambda _: b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n", UNREADABLE),
    "a concat script": (lambda _: b"ffconcat version 1.0\nfile /etc/passwd\n", UNREADABLE),
    "a picture": (_picture, UNREADABLE),
    "a film without sound": (_mute_video, SILENT),
}


@pytest.mark.django_db
@requires_ffmpeg
@pytest.mark.parametrize(("make", "message"), NOT_AUDIO.values(), ids=NOT_AUDIO.keys())
def test_what_has_no_sound_is_refused_with_the_reason_and_leaves_nothing(
    make: Callable[[Path], bytes], message: str, tmp_path: Path, settings: Settings
) -> None:
    with pytest.raises(NotAudio, match=message):
        _submit(make(tmp_path))
    assert not Recording.objects.exists()
    assert _files(settings) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "hours"), [(silent_opus(0.1, 24.0 * 365), "8760.0"), (silent_opus(0.26), "0.3")], ids=["claim", "truth"]
)
def test_what_says_that_it_is_longer_than_any_recording_may_be_is_refused_and_leaves_nothing(
    content: bytes, hours: str, settings: Settings
) -> None:
    settings.MAX_RECORDING_HOURS = 0.25
    with pytest.raises(TooLong) as refused:
        _submit(content)
    words = f"This recording says that it is {hours} hours long; up to 0.25 hours are taken here."
    assert str(refused.value) == words
    assert not Recording.objects.exists()
    assert _files(settings) == []


@pytest.mark.django_db
@requires_ffmpeg
def test_a_song_with_a_cover_picture_is_audio_and_no_video(tmp_path: Path) -> None:
    _picture(tmp_path)
    inputs = ("-i", str(SAMPLE), "-i", str(tmp_path / "a.png"), "-map", "0:a", "-map", "1:v")
    song = _ffmpeg(tmp_path / "a.mp3", *inputs, "-disposition:v", "attached_pic", "-id3v2_version", "3")
    recording = _submit(song).recording
    assert (recording.container, recording.has_video) == ("mp3", False)


@pytest.mark.django_db
@requires_ffmpeg
def test_a_film_with_sound_is_a_video(tmp_path: Path) -> None:
    picture = ("-f", "lavfi", "-i", "testsrc=size=32x32:duration=4", "-i", str(SAMPLE), "-shortest")
    recording = _submit(_ffmpeg(tmp_path / "a.mp4", *picture)).recording
    assert (recording.container, recording.has_video) == ("mov", True)


@pytest.mark.django_db
def test_an_empty_file_is_refused_and_leaves_nothing(settings: Settings) -> None:
    with pytest.raises(EmptyFile, match="The file is empty"):
        _submit(b"")
    assert not Recording.objects.exists()
    assert _files(settings) == []


@pytest.mark.django_db
def test_a_full_queue_refuses_the_next_and_keeps_nothing_of_it(settings: Settings) -> None:
    settings.MAX_QUEUE = 2
    for status in (Status.QUEUED, Status.RUNNING, Status.DONE):
        in_state(status)
    _submit(SAMPLE.read_bytes())
    with pytest.raises(QueueFull, match="The queue is full"):
        _submit(SAMPLE.read_bytes())
    assert Recording.objects.count() == 4
    assert len(_files(settings)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_recording_whose_rows_the_database_refuses_leaves_no_file(make_key: KeyMaker, settings: Settings) -> None:
    key, _ = make_key()
    ApiKey.objects.all().delete()  # by the administrator, while the upload ran
    with pytest.raises(IntegrityError):
        _submit(SAMPLE.read_bytes(), actor=Actor(key=ApiKey(pk=1_000_000, name=key.name)))
    assert not Recording.objects.exists()
    assert _files(settings) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"language": "englsh"}, "Unknown language 'englsh'. Did you mean en (English)"),
        ({"task": "sing"}, "Unknown task 'sing'. Use one of: transcribe, translate."),
        ({"task": "Translate"}, "Unknown task 'Translate'. Use one of: transcribe, translate."),
        ({"priority": "urgent"}, "Unknown priority 'urgent'. Use one of: interactive, normal, bulk."),
    ],
)
def test_an_option_that_is_not_to_be_had_is_refused_in_words(options: dict[str, str], message: str) -> None:
    with pytest.raises(BadOptions) as refusal:
        order(options)
    assert str(refusal.value).startswith(message)


@pytest.mark.django_db
def test_what_is_not_asked_for_has_its_default() -> None:
    nothing = order({"language": "", "task": None, "priority": ""})
    assert order() == nothing == Order("", Task.TRANSCRIBE, Priority.NORMAL)


@pytest.mark.django_db
def test_a_translation_is_refused_where_no_live_worker_can_translate() -> None:
    worker("turbo", model="large-v3-turbo", can_translate=False)
    worker("was here", can_translate=True, last_seen_at=timezone.now() - timedelta(minutes=5))
    with pytest.raises(BadOptions, match=r"The model here \(large-v3-turbo\) cannot translate"):
        order({"task": "translate"})
    assert order({"task": "transcribe"}).task == Task.TRANSCRIBE


@pytest.mark.django_db
def test_a_translation_is_taken_where_one_live_worker_can_or_none_is_there_to_ask() -> None:
    assert order({"task": "translate"}).task == Task.TRANSLATE
    worker("turbo", can_translate=False)
    worker("medium", can_translate=True)
    assert order({"task": "translate"}).task == Task.TRANSLATE
