"""How people and programs are called on the pages."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from transcripts.models import Comment, Edit


def name_of_person(user: User) -> str:
    """The full name, where there is one."""
    return user.get_full_name() or user.get_username()


def name_of_author(of: Edit | Comment) -> str:
    """Who did it: a person, or a program by its key's name."""
    if of.author is not None:
        return name_of_person(of.author)
    return of.api_key.name if of.api_key is not None else _("somebody who is gone")
