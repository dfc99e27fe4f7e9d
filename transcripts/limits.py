"""What a key may ask for, held exactly: of requests at the same moment no more are let through than fit.

Requests are counted by one conditional UPDATE. Everything about transcripts is decided in the transaction that makes
one, which first locks the key's row: two that would each fit, but not both, are asked one after the other.
Persons and the trusted networks have no key and no limits but those of the whole hub.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from django.conf import settings
from django.db.models import Case, F, Q, Sum, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from . import reasons
from .access import Actor
from .errors import QuotaUsedUp, TooLong, TooManyOpen
from .models import ApiKey, Transcript, Usage

MINUTE_SECONDS = 60
MINUTE_MS = 60_000
HOUR_MS = 3_600_000
# What a file says of itself may be a little less than there is in it.
UNSAID_MS = MINUTE_MS
# A transcript in work may end at any time: soon enough for a clip, seldom enough for a long recording.
OPEN_RETRY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Rate:
    """How many requests a key may still send in the minute that ends in `reset` seconds."""

    limit: int
    remaining: int
    reset: int
    is_admitted: bool


def count_request(key: ApiKey, at: datetime | None = None) -> Rate | None:
    """Count one request of `key`, unless its minute is spent; None for a key that may send as many as it likes."""
    now = at or timezone.now()
    minute, into = divmod(int(now.timestamp()), MINUTE_SECONDS)
    rows = Usage.objects.filter(api_key=key, day=today(now))
    limit = key.requests_per_minute
    free = rows if limit is None else rows.filter(~Q(minute=minute) | Q(minute_requests__lt=limit))
    one_more = {
        "requests": F("requests") + 1,
        "minute": minute,
        "minute_requests": Case(When(minute=minute, then=F("minute_requests") + 1), default=Value(1)),
    }
    counted = free.update(**one_more)
    if not counted:  # spent, or the first of the day
        _open_day(key, today(now))
        counted = free.update(**one_more)
    if limit is None:
        return None
    spent = rows.values_list("minute_requests", flat=True).get()
    return Rate(limit, max(limit - spent, 0), MINUTE_SECONDS - into, is_admitted=bool(counted))


def largest_file(actor: Actor) -> int:
    """Bytes that one file of this actor may have: the hub's limit, or its key's where that is smaller."""
    hub: int = settings.MAX_UPLOAD_BYTES
    own = actor.key.max_file_bytes if actor.key is not None else None
    return hub if own is None else min(own, hub)


def check_stated(duration_ms: int | None) -> None:
    """Whether the hub takes a recording that says itself that it is so long.

    Raises:
        TooLong: longer than `WHISPERHUB_MAX_RECORDING_HOURS`.
    """
    if duration_ms is not None and duration_ms > _longest_ms():
        words = _("This recording says that it is %(length)s hours long; up to %(most)s hours are taken here.")
        raise TooLong(words % {"length": f"{duration_ms / HOUR_MS:.1f}", "most": f"{settings.MAX_RECORDING_HOURS:g}"})


def check_heard(heard_ms: int) -> None:
    """Whether a recording may go on of which so much has been heard, whatever it said of itself.

    Raises:
        TooLong: likewise.
    """
    if heard_ms > _longest_ms() + UNSAID_MS:
        raise TooLong(reasons.GOES_ON % {"hours": f"{settings.MAX_RECORDING_HOURS:g}"})


def _longest_ms() -> float:
    return float(settings.MAX_RECORDING_HOURS * HOUR_MS)


def need_the_length(actor: Actor) -> bool:
    """Whether a limit asks how long a recording is."""
    key = actor.key
    return key is not None and any((key.max_duration_seconds, key.audio_minutes_per_day, key.audio_minutes_per_month))


def check_quotas(actor: Actor, at: datetime | None = None) -> None:
    """Say no before a large body is read.

    Raises:
        QuotaUsedUp: nothing is left of the key's minutes.
    """
    if actor.key is not None:
        for quota in _quotas(actor.key, at or timezone.now()):
            quota.check(None)


def take(actor: Actor, audio_ms: int | None, at: datetime | None = None) -> None:
    """One transcript more of `audio_ms` milliseconds (None: not known before it is heard) is made, if the key may.

    Inside the transaction that makes it; what is taken is given back with a rollback.

    Raises:
        TooLong, TooManyOpen, QuotaUsedUp: in words, with when to come back.
    """
    key = _locked(actor)
    if key is None:
        return
    now = at or timezone.now()
    _check_length(key, audio_ms)
    _check_open(key)
    for quota in _quotas(key, now):
        quota.check(audio_ms)
    day = today(now)
    _open_day(key, day)
    Usage.objects.filter(api_key=key, day=day).update(
        transcripts=F("transcripts") + 1, audio_ms=F("audio_ms") + (audio_ms or 0)
    )


def reopen(actor: Actor) -> None:
    """One transcript more is open that was paid for when it was made, if the key may.

    Inside the transaction that opens it.

    Raises:
        TooManyOpen: in words, with when to come back.
    """
    key = _locked(actor)
    if key is not None:
        _check_open(key)


def charge(key: ApiKey, audio_ms: int, at: datetime | None = None) -> None:
    """Add what was heard of a recording whose length was not known when it was taken in."""
    day = today(at)
    _open_day(key, day)
    Usage.objects.filter(api_key=key, day=day).update(audio_ms=F("audio_ms") + audio_ms)


def _locked(actor: Actor) -> ApiKey | None:
    """Its key with the limits of this moment, not of when the request began; others who open something wait here.

    None: no key, or deleted meanwhile; then the database refuses the rows that name it.
    """
    if actor.key is None:
        return None
    return ApiKey.objects.select_for_update(no_key=True).filter(pk=actor.key.pk).first()


def _check_length(key: ApiKey, audio_ms: int | None) -> None:
    limit = key.max_duration_seconds
    if limit is not None and audio_ms is not None and audio_ms > limit * 1000:
        raise TooLong(f"This key may send recordings of up to {limit} seconds; this one has {audio_ms / 1000:.1f}.")


def _check_open(key: ApiKey) -> None:
    limit = key.concurrent_transcripts
    if limit is not None and Transcript.objects.open().filter(recording__api_key=key).count() >= limit:
        words = f"This key may have {limit} transcripts waiting or in work at once. Send it again when one has ended."
        raise TooManyOpen(words, retry_after=OPEN_RETRY_SECONDS)


@dataclass(frozen=True, slots=True)
class _Quota:
    """Minutes of audio in a period, of which `used_ms` are spent; anew at `resets`."""

    minutes: int
    period: str
    used_ms: int
    resets: datetime
    now: datetime

    def check(self, audio_ms: int | None) -> None:
        """What is of unknown length fits as long as anything is left."""
        limit_ms = self.minutes * MINUTE_MS
        if self.used_ms + (audio_ms or 1) <= limit_ms:
            return
        words = f"This key may have {self.minutes} minutes of audio transcribed {self.period}"
        if audio_ms is not None and audio_ms > limit_ms:
            raise QuotaUsedUp(f"{words}; this recording alone has {_minutes(audio_ms)}.")
        asked = "" if audio_ms is None else f", this recording has {_minutes(audio_ms)}"
        raise QuotaUsedUp(
            f"{words}; {_minutes(self.used_ms)} are used{asked}. "
            f"It starts anew at {self.resets:%Y-%m-%d %H:%M} ({settings.TIME_ZONE}).",
            retry_after=max(ceil((self.resets - self.now).total_seconds()), 1),
        )


def _quotas(key: ApiKey, now: datetime) -> Iterator[_Quota]:
    day = today(now)
    month = day.replace(day=1)
    following = (month + timedelta(days=32)).replace(day=1)
    for minutes, period, since, until in (
        (key.audio_minutes_per_day, "a day", day, day + timedelta(days=1)),
        (key.audio_minutes_per_month, "a month", month, following),
    ):
        if minutes is not None:
            yield _Quota(minutes, period, _used_ms(key, since), _midnight(until), now)


def _used_ms(key: ApiKey, since: date) -> int:
    rows = Usage.objects.filter(api_key=key, day__gte=since)
    return int(rows.aggregate(sum=Sum("audio_ms"))["sum"] or 0)


def _minutes(milliseconds: int) -> str:
    return f"{milliseconds / MINUTE_MS:.1f}"


def _open_day(key: ApiKey, day: date) -> None:
    """Make sure that the row is there, whoever else does so at the same moment."""
    Usage.objects.bulk_create([Usage(api_key=key, day=day)], ignore_conflicts=True)


def today(at: datetime | None = None) -> date:
    """The day that is being counted."""
    return timezone.localdate(at)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001  # made aware here
