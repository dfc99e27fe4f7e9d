"""Keeping glossaries, the same way from every face."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from . import audit
from .access import Actor
from .errors import BadOptions, NameTaken
from .models import Glossary
from .orders import values

NAME_LENGTH = 100


def save(glossary: Glossary, actor: Actor) -> None:
    """Write a new glossary, which is the actor's then, or a changed one. Transcripts keep the words they were told.

    Raises:
        BadOptions: an empty or overlong name or list of words.
        NameTaken: there is another one of this name.
    """
    is_new = glossary._state.adding
    if is_new:
        glossary.created_by, glossary.api_key = actor.user, actor.key
    glossary.name, glossary.words = name(glossary.name), terms(glossary.words)
    try:
        with transaction.atomic():
            glossary.save()
            verb = "create glossary" if is_new else "change glossary"
            audit.record(actor, verb, name=glossary.name, words=glossary.words)
    except IntegrityError as error:
        raise NameTaken(f"There is a glossary named {glossary.name!r} already.") from error


def delete(glossary: Glossary, actor: Actor) -> None:
    """No upload can choose it any more."""
    with transaction.atomic():
        glossary.delete()
        audit.record(actor, "delete glossary", name=glossary.name, words=glossary.words)


def name(text: object) -> str:
    """What a glossary may be called. Raises `BadOptions`."""
    return _something("name", values.short_text("name", text, NAME_LENGTH))


def terms(text: object) -> str:
    """Words as people list them, by commas or by lines, as one line with each of them once. Raises `BadOptions`."""
    lines = values.prose("words", text).splitlines()
    return _something("words", ", ".join(dict.fromkeys(values.entries("words", lines))))


def _something(field: str, text: str) -> str:
    if not text:
        raise BadOptions(f"{field}: a glossary needs some.")
    return text
