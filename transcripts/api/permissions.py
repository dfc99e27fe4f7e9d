"""What a route asks of its caller. A view names its scope; one that names nothing answers nobody."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from transcripts.models import Scope

from .authentication import actor


class Nobody(BasePermission):
    """The default: a route without a rule is closed."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """No."""
        return False


class Known(BasePermission):
    """Any key, trusted client or signed-in person; what it sees is `Actor.visible`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether somebody is there at all."""
        return actor(request) is not None


class MayTranscribe(BasePermission):
    """The scope `transcribe`."""

    message = "This API key lacks the scope transcribe."

    def has_permission(self, request: Request, view: Any) -> bool:
        """401 for nobody, 403 with the missing scope for a key without it."""
        who = actor(request)
        return who is not None and who.may(Scope.TRANSCRIBE)


class MayManage(BasePermission):
    """The scope `manage`."""

    message = "This API key lacks the scope manage."

    def has_permission(self, request: Request, view: Any) -> bool:
        """401 for nobody, 403 with the missing scope for a key without it."""
        who = actor(request)
        return who is not None and who.may(Scope.MANAGE)
