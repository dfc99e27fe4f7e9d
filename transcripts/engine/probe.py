"""What a media file holds, without decoding it. The service asks for it in a process of its own: `apart.media`."""

from __future__ import annotations

from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from .container import open_audio
from .errors import Unreadable
from .types import MAX_SCAN_BYTES, MediaInfo


def probe(path: Path, *, max_scan_bytes: int = MAX_SCAN_BYTES) -> MediaInfo:
    """Look at the file's headers; up to `max_scan_bytes`, read it through where they do not state its length.

    Raises:
        Unreadable: not a media file that can be opened.
        NoAudio: no audio stream in it.
        ReaderLost: the storage does not give it.
    """
    with open_audio(path) as (container, stream):
        context = stream.codec_context
        return MediaInfo(
            duration=_stated_duration(container, stream) or _scanned_duration(container, stream, path, max_scan_bytes),
            container=container.format.name.split(",")[0],
            codec=context.name,
            sample_rate=stream.rate,
            channels=stream.channels,
            has_video=any(_is_moving(video) for video in container.streams.video),
        )


def _is_moving(video: VideoStream) -> bool:
    """An embedded cover picture is a video stream too, of one frame."""
    return not video.disposition & Disposition.attached_pic


def _stated_duration(container: InputContainer, stream: AudioStream) -> float | None:
    """Seconds from the headers; the container's length wins, as players show it."""
    if container.duration is not None and container.duration > 0:
        return container.duration / av.time_base
    if stream.duration is not None and stream.duration > 0 and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return None


def _scanned_duration(container: InputContainer, stream: AudioStream, path: Path, max_bytes: int) -> float | None:
    """Seconds up to the end of the last packet; None for a file too large to read through or without times."""
    if path.stat().st_size > max_bytes or stream.time_base is None:
        return None
    first = last = None
    try:
        for packet in container.demux(stream):
            if packet.pts is not None:
                first = packet.pts if first is None else first
                last = packet.pts + (packet.duration or 0)
    except (av.error.FFmpegError, IndexError) as error:  # or, to PyAV, a stream that begins in the middle
        if first is None:
            raise Unreadable("The audio track is broken from its beginning.") from error
    if first is None or last is None or last <= first:
        return None
    return float((last - min(first, 0)) * stream.time_base)
