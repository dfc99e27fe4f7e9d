"""JSON: the document as it is."""

from __future__ import annotations

import json
import math

from hypothesis import given

from tests.exports.documents import PROVENANCE, document, hostile, unhurried
from transcripts.exports import FORMATS, Document, ExportOptions, Line, Timed


def test_the_file_is_one_object_in_the_order_of_the_alphabet() -> None:
    talk = document(Line(0, 400, "שלום", "Ana", (Timed("שלום", 0, 400, 0.5),)))
    assert FORMATS["json"].render(talk).decode() == (
        '{"duration_ms":400,"language":"en","provenance":{"created_at":"2026-03-01T09:00:00Z","edit_revision":3,'
        '"media_name":"council.mp3",'
        '"media_sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",'
        '"model":"large-v3-turbo","model_revision":"41f01f3","parameters":{"beam_size":5,"task":"transcribe"},'
        '"reviewer":"Ana"},'
        '"segments":[{"end_ms":400,"speaker":"Ana","start_ms":0,"text":"שלום",'
        '"words":[{"end_ms":400,"probability":0.5,"start_ms":0,"text":"שלום"}]}],"title":"Council"}\n'
    )


@unhurried
@given(hostile())
def test_every_segment_and_word_is_read_back_as_it_was(any_document: Document) -> None:
    read = json.loads(FORMATS["json"].render(any_document), parse_constant=refuse)
    assert (read["title"], read["duration_ms"]) == (any_document.title, any_document.duration_ms)
    assert len(read["segments"]) == len(any_document.segments)
    for found, segment in zip(read["segments"], any_document.segments, strict=True):
        assert (found["start_ms"], found["end_ms"]) == (segment.start_ms, segment.end_ms)
        assert (found["text"], found["speaker"]) == (segment.text, segment.speaker)
        assert [(word["text"], word["start_ms"], word["end_ms"], word["probability"]) for word in found["words"]] == [
            (word.text, word.start_ms, word.end_ms, word.probability if math.isfinite(word.probability) else None)
            for word in segment.words
        ]


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def test_provenance_is_left_out_on_demand() -> None:
    read = json.loads(FORMATS["json"].render(document(), ExportOptions(provenance=False)))
    assert sorted(read) == ["duration_ms", "language", "segments", "title"]


def test_a_lone_surrogate_does_not_stop_the_export() -> None:
    talk = document(Line(0, 1, "a\ud800b"), title="\udfff", provenance=PROVENANCE)
    assert json.loads(FORMATS["json"].render(talk))["segments"][0]["text"] == "a?b"
