"""What the library can be filtered by, in words: the choices of the form, and a chip for each filter that is on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from transcripts import tags
from transcripts.access import Actor
from transcripts.language_names import local_name
from transcripts.models import ApiKey, Recording, Review, Status, Transcript
from transcripts.templatetags.people import person

from .asked import Asked

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Choices:
    """What each field of the form offers, as (value, words); empty where there is nothing to choose from."""

    statuses: Sequence[Choice]
    reviews: Sequence[Choice]
    languages: Sequence[Choice]
    people: Sequence[Choice]
    keys: Sequence[Choice]
    tags: Sequence[str]

    @classmethod
    def of(cls, actor: Actor) -> Choices:
        """What finds something, for this reader. A few small queries, however many recordings there are."""
        spoken = Transcript.objects.exclude(language="").order_by().values_list("language", flat=True).distinct()
        return cls(
            statuses=[(value, str(label)) for value, label in Status.choices],
            reviews=[(value, str(label)) for value, label in Review.choices],
            languages=_by_words((code, local_name(code)) for code in spoken),
            people=_people() if actor.sees_all else [],
            keys=_keys() if actor.sees_all else [],
            tags=[tag.name for tag in tags.known(actor)],
        )


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is on: what it filters, its value in words, and the query without it."""

    kind: str
    words: str
    without: str


def chips(asked: Asked, choices: Choices) -> list[Chip]:
    """A chip for each filter of the address."""
    return [Chip(*_in_words(name, value, choices), asked.without((name, value))) for name, value in asked.pairs]


def _in_words(name: str, value: str, choices: Choices) -> tuple[str, str]:
    offered = {
        "status": (_("Status"), choices.statuses),
        "language": (_("Language"), choices.languages),
        "review": (_("Review"), choices.reviews),
        "sender": (_("Sent by"), [*choices.people, *choices.keys]),
    }
    if name in offered:
        kind, known = offered[name]
        fallback = local_name(value) if name == "language" else _("somebody who is gone")
        return kind, str(dict(known).get(value, fallback))
    if name == "tag":
        return _("Tag"), value
    return (_("From") if name == "from" else _("Until")), date_format(date.fromisoformat(value), "DATE_FORMAT")


def _people() -> list[Choice]:
    rows = User.objects.filter(Exists(Recording.objects.kept().filter(owner=OuterRef("pk"))))
    return _by_words((f"user-{user.pk}", person(user)) for user in rows)


def _keys() -> list[Choice]:
    rows = ApiKey.objects.filter(Exists(Recording.objects.kept().filter(api_key=OuterRef("pk"))))
    keyless = [("network", _("Trusted network"))] if settings.TRUSTED_NETWORKS else []
    return [*_by_words((f"key-{key.pk}", key.name) for key in rows), *keyless]


def _by_words(found: Iterable[Choice]) -> list[Choice]:
    return sorted(found, key=lambda choice: choice[1].casefold())
