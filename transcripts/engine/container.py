"""Opens a hostile media file: one local file, known audio and video containers, nothing that points elsewhere.

FFmpeg reads through a file of ours. By itself it would take a storage that fails for a broken file, or for its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from os import SEEK_END, SEEK_SET
from pathlib import Path
from typing import Final

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard

from .errors import NoAudio, ReaderLost, Unreadable

# FFmpeg's demuxer names. Playlists (hls, dash, concat, sdp), image, subtitle, raw and device demuxers stay out:
# they would open other files or addresses, or "succeed" on any bytes.
CONTAINERS: Final = (
    "wav", "w64", "aiff", "au", "caf", "voc",
    "mp3", "aac", "ac3", "eac3", "dts", "truehd", "flac", "ogg", "amr", "amrnb", "amrwb", "ape", "wv", "tta", "dsf",
    "mov", "matroska", "asf", "avi", "flv", "mpegts", "mpeg", "mxf",
)  # fmt: skip
LEAST_RATE: Final = 1000
"""Hz. Less is a header that lies: brought to 16 kHz, a second of it would fill gigabytes."""
OPTIONS: Final = {"protocol_whitelist": "file", "format_whitelist": ",".join(CONTAINERS)}
READ_BYTES: Final = 64 * 1024
"""At once, for FFmpeg: a jump within them costs no read, and one beyond them throws them away."""


@contextmanager
def open_audio(path: Path) -> Iterator[tuple[InputContainer, AudioStream]]:
    """Open `path` and its best audio stream; every other stream is skipped while reading.

    Raises:
        Unreadable: empty, or not a media container that is known here.
        NoAudio: a media file without an audio stream.
        ReaderLost: its storage does not give it; while the container is read too.
    """
    with _Stored(path) as file, _open(file) as container:
        stream = container.streams.best("audio")
        if not isinstance(stream, AudioStream):
            raise NoAudio("The file has no audio track.")
        if not stream.codec_context or not stream.rate:
            raise Unreadable("The audio track is in a format that cannot be decoded.")
        if stream.rate < LEAST_RATE:
            raise Unreadable(f"The audio track has {stream.rate} samples a second: nobody can be heard in it.")
        for other in container.streams:
            if other.index != stream.index:
                other.discard = Discard.all
        yield container, stream


class _Stored(FileIO):
    """A file whose storage may fail, which is not the file's fault."""

    def __init__(self, path: Path) -> None:
        try:
            super().__init__(path)
        except OSError as error:
            raise _not_given(error) from error

    def read(self, size: int | None = -1, /) -> bytes:
        """As any file's. Raises `ReaderLost`."""
        try:
            return super().read(size) or b""
        except OSError as error:
            raise _not_given(error) from error

    def seek(self, offset: int, whence: int = SEEK_SET, /) -> int:
        """As any file's; -1, which is an error to FFmpeg, for a place that is in no file: headers may tell any."""
        try:
            return super().seek(offset, whence)
        except (OSError, OverflowError):
            return -1


def _not_given(error: OSError) -> ReaderLost:
    return ReaderLost(f"The recording cannot be read where it is stored: {error.strerror}.")


def _open(file: _Stored) -> InputContainer:
    if not file.seek(0, SEEK_END):
        raise Unreadable("The file is empty.")
    file.seek(0)
    try:
        return av.open(file, mode="r", options=dict(OPTIONS), metadata_errors="ignore", buffer_size=READ_BYTES)
    except (av.error.FFmpegError, ValueError) as error:
        raise Unreadable("This is not an audio or video file that can be opened, or it is incomplete.") from error
