"""A finished transcript as whisper-asr-webservice writes it, in each `output`."""

from __future__ import annotations

import json

from transcripts.api.openai.answers import SUBTITLES, decoded
from transcripts.documents import document, spoken_or_written
from transcripts.exports import FORMATS
from transcripts.models import Transcript

OUTPUTS = ("txt", "vtt", "srt", "tsv", "json")


def output(transcript: Transcript, name: str, *, words: bool) -> bytes:
    """The body, UTF-8; `words` puts word times into the JSON."""
    if name == "json":
        return json.dumps(_json(transcript, words=words), ensure_ascii=False).encode()
    return FORMATS[name].render(document(transcript), SUBTITLES)


def _json(transcript: Transcript, *, words: bool) -> dict[str, object]:
    """Whisper's own result."""
    segments = []
    for number, segment in enumerate(transcript.lines()):
        found = decoded(number, segment)
        if words:
            found["words"] = [
                {
                    "word": word["word"],
                    "start": word["start_ms"] / 1000,
                    "end": word["end_ms"] / 1000,
                    "probability": word["probability"],
                }
                for word in segment.words
            ]
        segments.append(found)
    text = "".join(str(segment["text"]) for segment in segments)
    return {"language": spoken_or_written(transcript), "segments": segments, "text": text}
