"""Tags on recordings: words that people sort them by, the same in any case, shared by the whole hub."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from . import audit
from .access import Actor
from .errors import Refused
from .models import Recording, RetentionRule, Tag
from .recordings import readable

MOST = 20
NAME_LENGTH = 50
_LINKS = Recording.tags.through


class BadTag(Refused):
    """A tag that cannot be kept, or one too many."""


def names(text: str) -> list[str]:
    """The tags in `text`, which stand between commas; each once, in any case.

    Raises:
        BadTag: for one longer than `NAME_LENGTH` characters, and for more than `MOST`.
    """
    found: dict[str, str] = {}
    for entry in text.split(","):
        name = readable(entry)
        if len(name) > NAME_LENGTH:
            words = _("The tag “%(name)s…” is longer than %(most)d characters.")
            raise BadTag(words % {"name": name[:20], "most": NAME_LENGTH})
        if name:
            found.setdefault(name.casefold(), name)
    if len(found) > MOST:
        raise BadTag(_("A recording has %(most)d tags at most.") % {"most": MOST})
    return list(found.values())


def add(recordings: Iterable[Recording], wanted: Iterable[str], actor: Actor) -> None:
    """Put the tags of these names on each of `recordings`; those that it has already are no deed.

    Raises:
        BadTag: when one of them would have more than `MOST`; then none has changed.
    """
    rows = list(recordings)
    with transaction.atomic():
        tags = _made(wanted)
        present = _present(rows)
        missing = {recording: [tag for tag in tags if tag not in present[recording.pk]] for recording in rows}
        for recording, new in missing.items():
            if len(present[recording.pk]) + len(new) > MOST:
                words = _("“%(title)s” would have more than %(most)d tags.")
                raise BadTag(words % {"title": recording.title, "most": MOST})
        _LINKS.objects.bulk_create(
            [_LINKS(recording=recording, tag=tag) for recording, new in missing.items() for tag in new],
            ignore_conflicts=True,  # somebody else was faster
        )
        _tell("tag", missing, actor)


def remove(recordings: Iterable[Recording], unwanted: Iterable[str], actor: Actor) -> None:
    """Take the tags of these names off each of `recordings`. A tag that is on none any more is offered no more."""
    rows = list(recordings)
    with transaction.atomic():
        tags = list(called(unwanted).values())
        present = _present(rows)
        going = {recording: [tag for tag in tags if tag in present[recording.pk]] for recording in rows}
        _LINKS.objects.filter(recording__in=rows, tag__in=tags).delete()
        _tell("untag", going, actor)


def replace(recording: Recording, wanted: Sequence[str], actor: Actor) -> None:
    """Make these the tags of `recording`, whatever it had before. Raises `BadTag` as `add` does."""
    keep = {name.casefold() for name in wanted}
    with transaction.atomic():
        here = [tag.name for tag in _present([recording])[recording.pk]]
        remove([recording], [name for name in here if name.casefold() not in keep], actor)
        add([recording], wanted, actor)


def start(recording: Recording, wanted: Sequence[str]) -> None:
    """The tags that a recording comes with: part of its arrival, not a deed of its own."""
    if wanted:
        _LINKS.objects.bulk_create([_LINKS(recording=recording, tag=tag) for tag in _made(wanted)])


def rename(tag: Tag, name: str, actor: Actor) -> None:
    """Call it `name`, on every recording that has it. The same name again is no deed.

    Raises:
        BadTag: no name, one that cannot be kept, or that of another tag; nothing is changed.
    """
    wanted = names(name)
    if len(wanted) != 1:
        raise BadTag(_("A tag has one name, without commas."))
    other = called(wanted).get(wanted[0].casefold())
    if other is not None and other != tag:
        raise BadTag(_("There is a tag “%(name)s” already. Merge the two instead.") % {"name": other.name})
    if wanted[0] == tag.name:
        return
    before, tag.name = tag.name, wanted[0]
    with transaction.atomic():
        tag.save(update_fields=["name"])
        audit.record(actor, "rename tag", tag, before=before)


def merge(merged: Iterable[Tag], into: Tag, actor: Actor) -> int:
    """Put `into` wherever one of `merged` is, and drop those. Returns on how many recordings it is new.

    Raises:
        BadTag: a retention rule names one of them: what it deletes must not change by the way.
    """
    going = [tag for tag in merged if tag != into]
    with transaction.atomic():
        rule = RetentionRule.objects.filter(tag__in=going).select_related("tag").first()
        if rule is not None and rule.tag is not None:
            raise BadTag(_("A retention rule names “%(tag)s”. Change the rule first.") % {"tag": rule.tag.name})
        there = _LINKS.objects.filter(tag=into).values("recording")
        new = _LINKS.objects.filter(tag__in=going).exclude(recording__in=there)
        recordings = set(new.values_list("recording", flat=True))
        _LINKS.objects.bulk_create(
            [_LINKS(recording_id=recording, tag=into) for recording in recordings], ignore_conflicts=True
        )
        audit.record(actor, "merge tags", into, merged=[tag.name for tag in going], recordings=len(recordings))
        Tag.objects.filter(pk__in=[tag.pk for tag in going]).delete()
    return len(recordings)


def delete(tag: Tag, actor: Actor) -> None:
    """Take it off every recording, and with it the retention rules that are for it."""
    with transaction.atomic():
        audit.record(actor, "delete tag", tag, recordings=tag.recordings.count(), rules=tag.retention_rules.count())
        tag.delete()


def known(actor: Actor) -> QuerySet[Tag]:
    """The tags that `actor` can have seen: those of recordings that are visible to it."""
    return Tag.objects.filter(Exists(actor.visible().filter(recording__tags=OuterRef("pk"))))


def _present(recordings: list[Recording]) -> dict[UUID, set[Tag]]:
    found: dict[UUID, set[Tag]] = defaultdict(set)
    for link in _LINKS.objects.filter(recording__in=recordings).select_related("tag"):
        found[link.recording_id].add(link.tag)
    return found


def called(wanted: Iterable[str]) -> dict[str, Tag]:
    """The tags of these names, by the name in lower case (`casefold`), where there is one. One query.

    Compared here: SQLite knows upper and lower case of ASCII only.
    """
    folded = {name.casefold() for name in wanted}
    return {key: tag for tag in Tag.objects.all() if (key := tag.name.casefold()) in folded}


def _tell(verb: str, changes: dict[Recording, list[Tag]], actor: Actor) -> None:
    for recording, changed in changes.items():
        if changed:
            audit.record(actor, verb, recording, tags=[tag.name for tag in changed])


def _made(wanted: Iterable[str]) -> list[Tag]:
    """The tags of these names, made where there is none."""
    there = called(wanted := list(wanted))
    return [there.get(name.casefold()) or Tag.objects.get_or_create(name=name)[0] for name in wanted]
