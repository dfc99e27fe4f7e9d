"""Opens a hostile media file: one local file, known audio and video containers, nothing that points elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard

from .errors import NoAudio, Unreadable

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


@contextmanager
def open_audio(path: Path) -> Iterator[tuple[InputContainer, AudioStream]]:
    """Open `path` and its best audio stream; every other stream is skipped while reading.

    Raises:
        Unreadable: not a file, empty, or not a media container that is known here.
        NoAudio: a media file without an audio stream.
    """
    container = _open(path)
    with container:
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


def _open(path: Path) -> InputContainer:
    if not path.is_file():
        raise Unreadable("The file is not there.")
    if path.stat().st_size == 0:
        raise Unreadable("The file is empty.")
    try:
        # `file:` keeps a name such as `http:x.wav` from being read as an address.
        return av.open(f"file:{path.absolute()}", mode="r", options=dict(OPTIONS), metadata_errors="ignore")
    except (av.error.FFmpegError, ValueError) as error:
        raise Unreadable("This is not an audio or video file that can be opened, or it is incomplete.") from error
