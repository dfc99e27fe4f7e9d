"""Where people are signed in: one row for each browser, kept from signing in to signing out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from . import audit
from .access import Actor
from .client_address import client_address
from .models import SignIn
from .models.sign_in import DEVICE_LENGTH

# Last use is told to the minute: a write for every request would buy nothing.
RESOLUTION = timedelta(minutes=1)
_MARK = "sign_in"
# The first that fits, in this order: most browsers also name those that they imitate.
_BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def begin(request: HttpRequest) -> SignIn:
    """Keep that `request.user` has signed in, or has a new session. The session has its key from here on."""
    if not isinstance(request.user, User):
        raise TypeError("Nobody is signed in.")
    if request.session.session_key is None:  # signed in over another account
        request.session.create()
    found, _ = SignIn.objects.update_or_create(
        session=Session.objects.get(pk=request.session.session_key), defaults={"user": request.user, **_seen(request)}
    )
    request.session[_MARK] = [found.pk, int(found.last_used_at.timestamp())]
    return found


def noting_use(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: note from where a session was used last, at most once a minute."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and (mark := request.session.get(_MARK)):
            now = timezone.now()
            if now.timestamp() - mark[1] > RESOLUTION.total_seconds():
                SignIn.objects.filter(pk=mark[0]).update(**_seen(request))
                request.session[_MARK] = [mark[0], int(now.timestamp())]
        return get_response(request)

    return respond


def current(request: HttpRequest) -> int | None:
    """The key of the row of this very browser, if it has one."""
    mark: list[int] | None = request.session.get(_MARK)
    return mark[0] if mark else None


def end(user: User, sign_in_id: int) -> bool:
    """Sign `user` out of one browser. False: there is no such browser of theirs."""
    with transaction.atomic():
        found = SignIn.objects.filter(user=user, pk=sign_in_id).first()
        if found is None:
            return False
        Session.objects.filter(pk=found.session_id).delete()
        audit.record(Actor(user=user), "sign out", user, device=in_words(found.device))
    return True


def end_all(user: User, but: int | None = None) -> None:
    """Sign `user` out everywhere, or everywhere but in the browser of the row `but`."""
    with transaction.atomic():
        rows = SignIn.objects.filter(user=user)
        if but is not None:
            rows = rows.exclude(pk=but)
        Session.objects.filter(sign_in__in=rows).delete()
        Session.objects.filter(pk__in=_without_row(user)).delete()
        audit.record(Actor(user=user), "sign out", user, everywhere=True)


def in_words(device: str) -> str:
    """`Firefox on Linux`, as far as the browser's description of itself can be read."""
    browser = next((name for mark, name in _BROWSERS.items() if mark in device), "")
    system = next((name for mark, name in _SYSTEMS.items() if mark in device), "")
    return " on ".join(filter(None, (browser, system))) or device[:40] or "unknown"


def _without_row(user: User) -> list[str]:
    """The keys of `user`'s sessions that no row tells of, e.g. opened before there were rows.

    Whose a session is stands inside it, signed: each has to be read. There are few, for every sign-in makes a row.
    """
    rows = Session.objects.filter(sign_in=None, expire_date__gt=timezone.now())
    return [row.pk for row in rows.iterator() if row.get_decoded().get(SESSION_KEY) == str(user.pk)]


def _seen(request: HttpRequest) -> dict[str, Any]:
    address = client_address(request)
    return {
        "device": request.headers.get("User-Agent", "")[:DEVICE_LENGTH],
        "address": None if address is None else str(address),
        "last_used_at": timezone.now(),
    }
