"""A library of 100,000 recordings over three years, and the plain way to list it."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from transcripts.access import Actor
from transcripts.library import Place, page
from transcripts.models import ApiKey, Recording, Review, Status, Tag, Transcript
from transcripts.web.asked import Asked

RECORDINGS = 100_000
OWNERS, KEYS = 100, 20
_DAYS = 3 * 365
_STATUSES = {Status.DONE: 985, Status.FAILED: 10, Status.CANCELLED: 5}
_LANGUAGES = {"en": 600, "es": 250, "de": 149, "no": 1}
_REVIEWS = {Review.DRAFT: 700, Review.IN_REVIEW: 100, Review.APPROVED: 200}
_TAGS = {"archive": 0.01, "council": 0.3, "press": 0.05}
_WORDS = [
    "meeting", "interview", "council", "budget", "river", "bridge", "school",
    "police", "flood", "minister", "report", "draft", "final", "raw",
]  # fmt: skip


def make() -> None:
    """Fill an empty database."""
    chance = random.Random(5)
    User.objects.create_superuser("root")
    owners = [User.objects.create_user(f"user{number}") for number in range(OWNERS)]
    keys = [_key(f"program {number}") for number in range(KEYS)]
    recordings = [_recording(number, chance, owners, keys) for number in range(RECORDINGS)]
    with transaction.atomic():
        Recording._meta.get_field("created_at").auto_now_add = False  # it would write today
        Recording.objects.bulk_create(recordings, batch_size=2000)
        Transcript.objects.bulk_create([_transcript(row, chance) for row in recordings], batch_size=2000)
        for name, share in _TAGS.items():
            _tag(name, chance.sample(recordings, round(share * RECORDINGS)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def plain(actor: Actor, asked: Asked) -> QuerySet[Recording]:
    """The list as one would write it first: every filter a join, in the asked order."""
    wanted = asked.filters
    fields: dict[str, Any] = {
        "transcripts__status": wanted.status,
        "transcripts__language": wanted.language,
        "transcripts__review": wanted.review,
        "owner": wanted.owner,
        "api_key": wanted.key,
    }
    rows = Recording.objects.filter(deleted_at=None, **wanted.period)
    rows = rows.filter(transcripts__is_newest=True, **{name: value for name, value in fields.items() if value})
    for name in wanted.tags:
        rows = rows.filter(tags__name=name)
    if not actor.sees_all:
        rows = rows.filter(Q(**actor.ownership))
    return asked.sort.ordered(rows)


def plain_page(actor: Actor, asked: Asked, offset: int) -> tuple[int, list[Recording]]:
    """How many there are, and fifty of them."""
    rows = plain(actor, asked)
    shown = rows.select_related("owner", "api_key").prefetch_related("tags", "transcripts")
    return rows.count(), list(shown[offset : offset + 50])


def keyset_page(actor: Actor, asked: Asked, place: str) -> object:
    """The same rows by the library itself."""
    return page(actor, asked.filters, asked.sort, Place.parse(place, asked.sort) if place else None)


def place(actor: Actor, asked: Asked, offset: int) -> str:
    """The place behind that many rows, as an address has it; empty for the beginning."""
    before = plain(actor, asked)[offset - 1 : offset].first() if offset else None
    return str(Place.of(before, asked.sort)) if before else ""


def _key(name: str) -> ApiKey:
    key = ApiKey(name=name)
    key.renew()
    key.save()
    return key


def _recording(number: int, chance: random.Random, owners: list[User], keys: list[ApiKey]) -> Recording:
    title = " ".join([*chance.choices(_WORDS, k=3), str(number)])
    by_program = number % 2
    return Recording(
        id=uuid.UUID(int=chance.getrandbits(128), version=4),
        title=title,
        folded_title=title,
        file="none",
        size_bytes=1,
        sha256="0" * 64,
        container="wav",
        created_at=timezone.now() - (RECORDINGS - number) * timedelta(days=_DAYS) / RECORDINGS,
        duration_ms=chance.randrange(1000, 4 * 3600 * 1000),
        owner=None if by_program else owners[number // 2 % OWNERS],
        api_key=keys[number // 2 % KEYS] if by_program else None,
    )


def _transcript(recording: Recording, chance: random.Random) -> Transcript:
    def one_of(shares: dict[Any, int]) -> Any:
        return chance.choices(list(shares), list(shares.values()))[0]

    return Transcript(
        id=uuid.UUID(int=chance.getrandbits(128), version=4),
        recording=recording,
        status=one_of(_STATUSES),
        language=one_of(_LANGUAGES),
        review=one_of(_REVIEWS),
        segment_count=100,
    )


def _tag(name: str, recordings: list[Recording]) -> None:
    tag = Tag.objects.create(name=name)
    through = Recording.tags.through
    through.objects.bulk_create([through(recording=row, tag=tag) for row in recordings], batch_size=2000)
