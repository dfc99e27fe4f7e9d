"""A hub full of transcripts that nobody spoke, to be searched: words as frequent as in real speech, by bulk SQL."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import accumulate
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from transcripts.models import Recording, Segment, Status, Tag, Transcript

RECORDINGS = 2_000
SEGMENTS_EACH = 500
OWNERS = 100  # so that each sees 1 %
VOCABULARY = 50_000
SPEAKERS = ("Anna", "Ben", "Cem", "Dora")
# name: share of the recordings that carry it
TAGS = {"council": 0.2, "interview": 0.05, "archive": 0.01}
LANGUAGES = ("en", "en", "en", "es", "de")
_WORDS_EACH = range(4, 21)
_ONSETS, _VOWELS = (*"bcdfghklmnprstvw", "st", "tr", "pl"), (*"aeiou", "ai", "ou")
# Zipf's law as Mandelbrot corrected it: the commonest word is one in thirty.
_SHIFT, _EXPONENT = 2.7, 1.05
_COLUMNS = (
    "transcript_id", "index", "version", "start_ms", "end_ms", "text", "folded_text", "speaker", "folded_speaker",
    "language", "words", "seek", "tokens", "temperature", "avg_logprob", "compression_ratio", "no_speech_prob", "flags",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hub:
    """What was made: the words by their rank, and some of the sentences."""

    words: list[str]
    sentences: list[list[str]] = field(default_factory=list)


def vocabulary(seed: int = 1) -> list[str]:
    """`VOCABULARY` different words that can be pronounced, the commonest (and mostly the shortest) first."""
    chance, words = random.Random(seed), dict[str, None]()
    while len(words) < VOCABULARY:
        syllables = 1 if len(words) < 100 else 2 if len(words) < 3000 else 3
        words["".join(chance.choice(_ONSETS) + chance.choice(_VOWELS) for _ in range(syllables))] = None
    return list(words)


def make(seed: int = 2) -> Hub:
    """Fill an empty database. Only the search goes on: triggers, as in service."""
    chance = random.Random(seed)
    hub = Hub(vocabulary())
    weights = list(accumulate(1 / (rank + _SHIFT) ** _EXPONENT for rank in range(1, VOCABULARY + 1)))
    transcripts = _transcripts(chance)
    for start in range(0, RECORDINGS, 20):
        rows = [
            row for transcript in transcripts[start : start + 20] for row in _segments(transcript, hub, weights, chance)
        ]
        with transaction.atomic():
            _insert(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return hub


def _transcripts(chance: random.Random) -> list[Transcript]:
    """Done, over two years, in turn by each owner."""
    owners = [User.objects.create_user(f"user{number}") for number in range(OWNERS)]
    now = timezone.now()
    recordings = [
        Recording(
            id=uuid.UUID(int=chance.getrandbits(128), version=4),
            title=f"Recording {number}.wav",
            folded_title=f"recording {number} wav",
            file="none",
            size_bytes=1,
            sha256="0" * 64,
            container="wav",
            duration_ms=5000 * SEGMENTS_EACH,
            owner=owners[number % OWNERS],
            created_at=now - timedelta(hours=9 * (RECORDINGS - number)),
        )
        for number in range(RECORDINGS)
    ]
    Recording.objects.bulk_create(recordings)
    for recording in recordings:  # `auto_now_add` has written today
        Recording.objects.filter(pk=recording.pk).update(
            created_at=now - timedelta(hours=9 * (RECORDINGS - recordings.index(recording)))
        )
    for name, share in TAGS.items():
        tag = Tag.objects.create(name=name)
        tag.recordings.set(chance.sample(recordings, round(share * RECORDINGS)))
    transcripts = [
        Transcript(
            id=uuid.UUID(int=chance.getrandbits(128), version=4),
            recording=recording,
            status=Status.DONE,
            language=chance.choice(LANGUAGES),
            segment_count=SEGMENTS_EACH,
        )
        for recording in recordings
    ]
    Transcript.objects.bulk_create(transcripts)
    return transcripts


def _segments(
    transcript: Transcript, hub: Hub, weights: list[float], chance: random.Random
) -> Iterator[tuple[Any, ...]]:
    key = transcript.pk if connection.vendor == "postgresql" else transcript.pk.hex
    for index in range(SEGMENTS_EACH):
        words = chance.choices(hub.words, cum_weights=weights, k=chance.choice(_WORDS_EACH))
        if chance.random() < 0.002:
            hub.sentences.append(words)
        start, speaker = 5000 * index, chance.choice(SPEAKERS)
        timed = [
            {"word": f" {word}", "start_ms": start + 250 * i, "end_ms": start + 250 * i + 240, "probability": 0.97}
            for i, word in enumerate(words)
        ]
        text = " ".join(words)
        yield (
            key, index, 1, start, start + 5000, f" {text}.", text, speaker, speaker.lower(),
            transcript.language, json.dumps(timed), 0, "[]", 0.0, -0.2, 1.5, 0.0, "[]",
        )  # fmt: skip


def _insert(rows: list[tuple[Any, ...]]) -> None:
    table = Segment._meta.db_table
    columns = ", ".join(f'"{name}"' for name in _COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(_COLUMNS))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)  # noqa: S608  # our own names
