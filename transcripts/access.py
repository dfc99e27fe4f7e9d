"""Who asks, and what they may see and do. Both faces, the API and the pages, ask here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db.models import Q, QuerySet

from .models import ApiKey, Recording, Scope, Transcript


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, an API key, or (both None) a keyless client inside a trusted network."""

    user: User | None = None
    key: ApiKey | None = None

    @classmethod
    def person(cls, user: AbstractBaseUser | AnonymousUser) -> Self:
        """A signed-in person.

        Raises:
            TypeError: for an anonymous user, who is no actor at all.
        """
        if not isinstance(user, User):
            raise TypeError("Nobody is signed in.")
        return cls(user=user)

    def may(self, scope: Scope) -> bool:
        """Whether this actor has `scope` over the whole hub. Its own recordings it may always see and manage."""
        if self.key is not None:
            return scope in self.key.scopes
        if self.user is not None:
            return self.user.is_active and (scope == Scope.TRANSCRIBE or self._has_permission(self.user, scope))
        return scope == Scope.TRANSCRIBE  # a trusted network replaces a key, not a person

    @staticmethod
    def _has_permission(user: User, scope: Scope) -> bool:
        verb = {Scope.READ: "view", Scope.MANAGE: "change"}[scope]
        return user.has_perm(f"transcripts.{verb}_transcript")

    @property
    def share(self) -> str:
        """Whose turn it is: machine time is divided equally between these names."""
        return f"key:{self.key.pk}" if self.key else f"user:{self.user.pk}" if self.user else "trusted"

    @property
    def ownership(self) -> dict[str, Any]:
        """The fields of a `Recording` that say whose it is."""
        keyless = self.user is None and self.key is None
        return {"owner": self.user, "api_key": self.key, "from_trusted_network": keyless}

    def _mine(self, path: str) -> Q:
        return Q(**{f"{path}{name}": value for name, value in self.ownership.items()})

    def visible(self) -> QuerySet[Transcript]:
        """The transcripts that this actor may see."""
        rows = Transcript.objects.select_related("recording")
        return rows if self.may(Scope.READ) or self.may(Scope.MANAGE) else rows.filter(self._mine("recording__"))

    def manageable(self) -> QuerySet[Transcript]:
        """The transcripts that this actor may cancel, retry or delete."""
        rows = Transcript.objects.select_related("recording")
        return rows if self.may(Scope.MANAGE) else rows.filter(self._mine("recording__"))

    def manageable_recordings(self) -> QuerySet[Recording]:
        """The recordings that this actor may delete."""
        rows = Recording.objects.all()
        return rows if self.may(Scope.MANAGE) else rows.filter(self._mine(""))
