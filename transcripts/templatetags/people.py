"""Who did what to a text, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import template
from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from transcripts.models import Comment, Edit, Transcript

register = template.Library()

_OPTIONS = {
    "profile": gettext_lazy("How it listened"),
    "initial_prompt": gettext_lazy("What was said before"),
    "hotwords": gettext_lazy("Names and terms to expect"),
    "channels": gettext_lazy("One speaker per channel"),
    "languages": gettext_lazy("Languages to choose from"),
    "multilingual": gettext_lazy("Several languages"),
    "glossary": gettext_lazy("Glossary"),
}
_PROFILES = {
    "fast": gettext_lazy("Fast: every half minute on its own"),
    "careful": gettext_lazy("Careful: with what was said before"),
}
_LONGEST_VALUE = 200


@register.filter
def person(user: User) -> str:
    """The full name, where there is one."""
    return user.get_full_name() or user.get_username()


@register.filter
def author(of: Edit | Comment) -> str:
    """Who wrote it: a person, or a program by its key's name."""
    if of.author is not None:
        return person(of.author)
    return of.api_key.name if of.api_key is not None else _("Somebody who is gone")


@register.filter
def deed(edit: Edit) -> str:
    """What an edit did, behind its author's name: `changed the text`."""
    return _DEEDS[Edit.Kind(edit.kind)](edit, edit.detail)


@register.filter
def asked_for(run: Transcript) -> list[tuple[str, str]]:
    """What a run was told beside language, task and model: (name, value)."""
    told = sorted((name, value) for name, value in run.options.items() if name != "model")
    return [(str(_OPTIONS.get(name, name)), _value(_in_words(name, value))) for name, value in told]


def _in_words(name: str, value: Any) -> Any:
    return _PROFILES.get(value, value) if name == "profile" else value


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        value = value.get("name", "")
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def _named(_edit: Edit, detail: dict[str, Any]) -> str:
    if "from" in detail:
        return _("renamed %(old)s to %(new)s everywhere") % {"old": detail["from"], "new": detail["to"] or "–"}
    if detail.get("speaker"):
        return _("named the speaker %(name)s") % {"name": detail["speaker"]}
    return _("took away the speaker’s name")


def _restored(_edit: Edit, detail: dict[str, Any]) -> str:
    if "to_edit" not in detail:
        return _("restored an earlier text of a passage")
    if detail["to_edit"] == 0:
        return _("restored the machine’s text")
    return _("restored the text after edit %(number)s") % {"number": detail["to_edit"]}


def _number(edit: Edit) -> dict[str, object]:
    return {"number": edit.of.number if edit.of else "–"}


_DEEDS: dict[Edit.Kind, Callable[[Edit, dict[str, Any]], str]] = {
    Edit.Kind.TEXT: lambda edit, detail: _("changed the text"),
    Edit.Kind.SPLIT: lambda edit, detail: _("split a passage"),
    Edit.Kind.MERGE: lambda edit, detail: _("merged two passages"),
    Edit.Kind.SPEAKER: _named,
    Edit.Kind.REPLACE: lambda edit, detail: _("replaced “%(find)s” by “%(replace)s”") % detail,
    Edit.Kind.RESTORE: _restored,
    Edit.Kind.UNDO: lambda edit, detail: _("took back edit %(number)s") % _number(edit),
    Edit.Kind.REDO: lambda edit, detail: _("did edit %(number)s again") % _number(edit),
}
