"""What somebody may do, for the templates."""

from __future__ import annotations

from django import template
from django.contrib.auth.models import User

from transcripts import access
from transcripts.models import Scope

register = template.Library()

register.filter("administers", access.administers)


@register.filter
def sends(user: User) -> bool:
    """Whether this person may bring recordings."""
    return access.Actor.person(user).may(Scope.TRANSCRIBE)
