"""The models that an order may name: what the workers say of themselves, and what the settings say of them.

A name in the settings counts whether a worker is there or not: the same order must be the same order a minute later,
when the worker has started anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from .engine.types import AUTO_MODEL
from .errors import BadOptions
from .models import Task, Worker
from .models.worker import Offer

# The models of these names are known by their sizes too, and the settings may use either.
HUB_PREFIX = "Systran/faster-whisper-"


def offered() -> list[Offer]:
    """What a person chooses from, the one that is taken without a choice first."""
    running = [offer for worker in Worker.objects.alive().order_by("started_at") for offer in worker.offers]
    found = {offer.name: offer for offer in running}
    return list(found.values()) or [Offer(name, name) for name in _configured()]


def means_none(name: str) -> bool:
    """Whether `name` leaves the choice to the hub."""
    return name in ("", AUTO_MODEL)


def check(name: str) -> str:
    """`name`, if a model is called that.

    Raises:
        BadOptions: none is; with those that there are.
    """
    if means_none(name) or in_settings(name) or any(name in offer.names for offer in offered()):
        return name
    known = ", ".join(offer.name for offer in offered())
    words = _("There is no model '%(name)s' here. Use one of: %(known)s.")
    raise BadOptions(words % {"name": name[:100], "known": known})


def check_translation(name: str) -> None:
    """A wrong answer is worse than an error: turbo models return the source language when asked to translate.

    `name` is the model that was asked for. Without a worker nobody knows, and nothing is refused.

    Raises:
        BadOptions: it cannot translate, or none can.
    """
    running = [offer for worker in Worker.objects.alive() for offer in worker.offers]
    asked = [offer for offer in running if means_none(name) or name in offer.names]
    if not asked or any(offer.can_translate for offer in asked):
        return
    if not means_none(name):
        words = _(
            "The model %(name)s cannot translate: it would answer in the language spoken. "
            "Leave out task=translate, or name another model."
        )
        raise BadOptions(words % {"name": name[:100]})
    words = _(
        "The model here (%(name)s) cannot translate: it would answer in the language spoken. "
        "Leave out task=translate, or ask the administrator to set WHISPER_TRANSLATE_MODEL (medium, large-v3)."
    )
    raise BadOptions(words % {"name": asked[0].model})


def for_others(own: Sequence[Offer], at: datetime | None = None) -> Q:
    """Which orders a worker with these models leaves to others, who are there or were within the last hour.

    What names a model that only they have; and a translation without a name where only they have one that can.
    What no worker has had for an hour anybody takes, and it fails with the reason.
    """
    others = [offer for worker in Worker.objects.awaited(at) for offer in worker.offers]
    names = {name for offer in others for name in offer.names} - {name for offer in own for name in offer.names}
    unnamed = Q(options__model__isnull=True)
    left = ~unnamed & Q(options__model__in=sorted(names))
    if any(offer.can_translate for offer in others) and not any(offer.can_translate for offer in own):
        left |= unnamed & Q(task=Task.TRANSLATE)
    return left


def in_settings(name: str) -> bool:
    """Whether a model is configured by that name, in either spelling, worker or not."""
    return name in (configured := _configured()) or name.removeprefix(HUB_PREFIX) in configured


def _configured() -> list[str]:
    """As the engine calls them: a directory by its own name."""
    chosen = (settings.WHISPER_MODEL, *settings.WHISPER_MODELS, settings.WHISPER_TRANSLATE_MODEL)
    return list(dict.fromkeys(Path(name).name if _is_directory(name) else name for name in chosen if name))


def _is_directory(name: str) -> bool:
    return name.startswith(("/", ".")) or Path(name).is_dir()
