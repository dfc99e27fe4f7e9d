"""What wants the administrator's attention, in words, with the page where something can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.template.defaultfilters import date, filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from transcripts.models import Failure
from transcripts.overview import Overview
from transcripts.templatetags.queue import failure_in_words, since

# Room for a long day's uploads; below it the disk is soon full.
LOW_DISK_SHARE, LOW_DISK_BYTES = 0.1, 20 * 1024**3
LONG_WAIT = timedelta(hours=1)
QUEUE_NEARLY_FULL = 0.9


@dataclass(frozen=True, slots=True)
class Concern:
    """One of them. `is_urgent`: people are kept waiting by it, or soon will be."""

    words: str
    link: str
    is_urgent: bool = False


def concerns(seen: Overview, user: User | AnonymousUser) -> list[Concern]:
    """Those that `user` may look into, the urgent ones first."""
    found = [
        concern for permission, look in _LOOKS if user.has_perm(f"transcripts.{permission}") for concern in look(seen)
    ]
    return sorted(found, key=lambda concern: not concern.is_urgent)


def _workers(seen: Overview) -> Iterator[Concern]:
    link = reverse("admin:transcripts_worker_changelist")
    silent = [worker for worker in seen.workers if not worker.is_alive]
    if len(silent) == len(seen.workers):
        yield Concern(_("No worker answers: nothing is transcribed until one has started."), link, is_urgent=True)
    for worker in silent:
        words = _("The worker %(name)s has not been heard of for %(time)s.")
        yield Concern(words % {"name": worker.name, "time": since(worker.last_seen_at, seen.at)}, link)


def _queue(seen: Overview) -> Iterator[Concern]:
    link, queue = reverse("admin:queue"), seen.queue
    if queue.waiting >= QUEUE_NEARLY_FULL * settings.MAX_QUEUE:
        words = _("%(count)d recordings wait; new ones are refused from %(most)d on.")
        yield Concern(words % {"count": queue.waiting, "most": settings.MAX_QUEUE}, link, is_urgent=True)
    if queue.oldest is not None and seen.at - queue.oldest >= LONG_WAIT:
        yield Concern(_("The oldest recording waits for %(time)s.") % {"time": since(queue.oldest, seen.at)}, link)


def _failures(seen: Overview) -> Iterator[Concern]:
    for kind, count in seen.failures:
        words = ngettext(
            "%(count)d transcription failed within a day: %(why)s.",
            "%(count)d transcriptions failed within a day: %(why)s.",
            count,
        )
        why = failure_in_words(kind)
        link = f"{reverse('admin:transcripts_transcript_changelist')}?status__exact=failed&failure__exact={kind}"
        yield Concern(words % {"count": count, "why": why}, link, is_urgent=kind == Failure.INTERNAL)


def _storage(seen: Overview) -> Iterator[Concern]:
    free, total = seen.storage.free, seen.storage.total
    if free is None or total is None or free >= min(LOW_DISK_BYTES, LOW_DISK_SHARE * total):
        return
    words = _("Only %(free)s of the disk are free.") % {"free": filesizeformat(free)}
    yield Concern(words, reverse("admin:transcripts_recording_changelist"), is_urgent=True)


def _webhooks(seen: Overview) -> Iterator[Concern]:
    for hook in seen.webhooks.troubled:
        link = reverse("admin:transcripts_webhook_change", args=[hook.pk])
        if hook.disabled_at is not None:
            yield Concern(_("%(hook)s is told nothing: %(why)s") % {"hook": hook, "why": hook.disabled_reason}, link)
        elif hook.failing_since is not None:
            words = _("%(hook)s has not taken what it was told for %(time)s.")
            yield Concern(words % {"hook": hook, "time": since(hook.failing_since, seen.at)}, link)


def _keys(seen: Overview) -> Iterator[Concern]:
    for key in seen.expiring_keys:
        words = _("The key %(key)s expires on %(day)s.") % {"key": key.name, "day": date(key.expires_at)}
        yield Concern(words, reverse("admin:transcripts_apikey_change", args=[key.pk]))


# What one has to be allowed to see for each.
_LOOKS: tuple[tuple[str, Callable[[Overview], Iterator[Concern]]], ...] = (
    ("view_worker", _workers),
    ("view_recording", _storage),
    ("view_transcript", _queue),
    ("view_transcript", _failures),
    ("view_webhook", _webhooks),
    ("view_apikey", _keys),
)
