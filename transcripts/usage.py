"""Reading what keys have used: by day, and of the day and month that their quotas count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.db.models import Sum as SumOf

from . import limits
from .models import ApiKey, Usage

DAYS, MOST_DAYS = 31, 366


@dataclass(frozen=True, slots=True)
class Sum:
    """What some days add up to; audio in milliseconds."""

    requests: int = 0
    transcripts: int = 0
    audio_ms: int = 0


@dataclass(frozen=True, slots=True)
class KeyUsage:
    """One key's. `days` are those with something to count, the newest first."""

    key: ApiKey
    today: Sum
    month: Sum
    days: tuple[Usage, ...]


@dataclass(frozen=True, slots=True)
class Day(Sum):
    """One day's."""

    day: date = date.min


def by_day(keys: QuerySet[ApiKey], days: int = DAYS, at: datetime | None = None) -> list[Day]:
    """What `keys` used together on each of the last `days` days, the oldest first, nothing included. One query."""
    today = limits.today(at)
    wanted = [today - timedelta(days=before) for before in reversed(range(days))]
    rows = Usage.objects.filter(api_key__in=keys, day__gte=wanted[0]).order_by().values("day")
    sums = rows.annotate(_requests=SumOf("requests"), _transcripts=SumOf("transcripts"), _audio_ms=SumOf("audio_ms"))
    found = {row["day"]: Day(row["_requests"], row["_transcripts"], row["_audio_ms"], row["day"]) for row in sums}
    return [found.get(day) or Day(day=day) for day in wanted]


def busiest(keys: QuerySet[ApiKey], days: int = DAYS, at: datetime | None = None) -> QuerySet[ApiKey]:
    """`keys` with `all_requests`, `all_transcripts`, `all_audio_ms` of the last `days` days, most audio first."""
    lately = Q(usage__day__gt=limits.today(at) - timedelta(days=days))
    return keys.annotate(
        all_requests=SumOf("usage__requests", filter=lately, default=0),
        all_transcripts=SumOf("usage__transcripts", filter=lately, default=0),
        all_audio_ms=SumOf("usage__audio_ms", filter=lately, default=0),
    ).order_by("-all_audio_ms", "-all_requests", "name", "pk")


def with_usage(keys: QuerySet[ApiKey], days: int = DAYS, at: datetime | None = None) -> QuerySet[ApiKey]:
    """`keys`, each with the rows that `of` needs for the last `days` days. One query more for all of them."""
    today = limits.today(at)
    since = min(today - timedelta(days=days - 1), today.replace(day=1))
    return keys.prefetch_related(Prefetch("usage", Usage.objects.filter(day__gte=since), to_attr="counted"))


def of(key: ApiKey, days: int = DAYS, at: datetime | None = None) -> KeyUsage:
    """What one of `with_usage` has used."""
    rows: list[Usage] = key.counted  # type: ignore[attr-defined]  # by `with_usage`
    today = limits.today(at)
    first = today - timedelta(days=days - 1)
    return KeyUsage(
        key,
        today=_sum(row for row in rows if row.day == today),
        month=_sum(row for row in rows if row.day >= today.replace(day=1)),
        days=tuple(sorted((row for row in rows if row.day >= first), key=lambda row: row.day, reverse=True)),
    )


def _sum(rows: Iterable[Usage]) -> Sum:
    found = list(rows)
    return Sum(
        sum(row.requests for row in found), sum(row.transcripts for row in found), sum(row.audio_ms for row in found)
    )
