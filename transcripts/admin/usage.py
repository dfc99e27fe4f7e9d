"""What keys have used: a chart by day with its table, of all keys on a page of their own, and of one on its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from transcripts import usage
from transcripts.models import ApiKey
from transcripts.usage import Day

# The periods that one may choose, in days.
PERIODS = (7, usage.DAYS, 92, usage.MOST_DAYS)
# The drawing's own units; the page stretches it to the room that there is.
BAR, GAP, HEIGHT = 8, 2, 100
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Bar:
    """A day as it is drawn."""

    day: Day
    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Milliseconds of audio by day. The full height stands for `top_ms`; a day's limit lies at `limit_y`."""

    bars: Sequence[Bar]
    width: int
    top_ms: int
    limit_y: float | None

    @classmethod
    def of(cls, days: Sequence[Day], limit_ms: int | None = None) -> Chart:
        """The drawing of `days`. A day with anything at all is seen."""
        top = max([day.audio_ms for day in days] + [limit_ms or 0, 1])
        heights = [max(HEIGHT * day.audio_ms / top, 1.0 if day.audio_ms else 0.0) for day in days]
        bars = [
            Bar(day, place * (BAR + GAP), round(HEIGHT - height, 2), round(height, 2))
            for place, (day, height) in enumerate(zip(days, heights, strict=True))
        ]
        return cls(
            bars, len(days) * (BAR + GAP), top, None if limit_ms is None else round(HEIGHT - HEIGHT * limit_ms / top, 2)
        )


@require_safe
def usage_page(request: HttpRequest) -> HttpResponse:
    """All keys together by day, and each one's sums; `days` of `PERIODS`.

    Raises:
        PermissionDenied: to who may not look at keys.
    """
    if not request.user.has_perm("transcripts.view_apikey"):
        raise PermissionDenied
    days = next((period for period in PERIODS if str(period) == request.GET.get("days")), usage.DAYS)
    keys = ApiKey.objects.all()
    used = usage.by_day(keys, days)
    return render(
        request,
        "admin/usage.html",
        admin.site.each_context(request)
        | {
            "title": _("Usage"),
            "period": days,
            "periods": PERIODS,
            "keys": usage.busiest(keys, days),
            "chart": Chart.of(used),
            "days": list(reversed(used)),
        },
    )


def of_key(key_id: str) -> dict[str, Any]:
    """What the page of one key shows of it; nothing where there is no such key."""
    if not key_id.isdigit():
        return {}
    key = usage.with_usage(ApiKey.objects.filter(pk=int(key_id))).first()
    if key is None:
        return {}
    used = usage.by_day(ApiKey.objects.filter(pk=key.pk))
    a_day, a_month = key.audio_minutes_per_day, key.audio_minutes_per_month
    sums = usage.of(key)
    return {
        "chart": Chart.of(used, a_day * MINUTE_MS if a_day else None),
        "days": list(reversed(used)),
        "quotas": [
            (_("Today"), sums.today.audio_ms, a_day and a_day * MINUTE_MS),
            (_("This month"), sums.month.audio_ms, a_month and a_month * MINUTE_MS),
        ],
    }
