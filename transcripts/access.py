"""Who asks, and what they may see and do. Both faces, the API and the pages, ask here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db.models import Q, QuerySet

from .groups import ADMINISTRATOR
from .models import ApiKey, Glossary, Recording, Scope, Transcript, Upload
from .models.recording import RecordingQuerySet
from .models.upload import UploadQuerySet

# What a person needs for what a key has a scope for; `groups` gives them out.
_PERMISSIONS = {
    Scope.TRANSCRIBE: "transcripts.add_recording",
    Scope.READ: "transcripts.view_transcript",
    Scope.MANAGE: "transcripts.change_transcript",
}


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
            return self.user.has_perm(_PERMISSIONS[scope])
        return scope == Scope.TRANSCRIBE  # a trusted network replaces a key, not a person

    @property
    def name(self) -> str:
        """How the audit trail and the history call it."""
        return str(self.key) if self.key else self.user.get_username() if self.user else "trusted network"

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

    @property
    def sees_all(self) -> bool:
        """Whether it may see everybody's recordings, not only its own."""
        return self.may(Scope.READ) or self.may(Scope.MANAGE)

    def visible(self) -> QuerySet[Transcript]:
        """The transcripts that this actor may see."""
        return self._of_all_or_mine(self.sees_all)

    def seen_of_others(self) -> QuerySet[Transcript]:
        """Those of them that others have sent."""
        return self.visible().exclude(self._mine("recording__"))

    def manageable(self) -> QuerySet[Transcript]:
        """The transcripts that this actor may cancel, retry or delete."""
        return self._of_all_or_mine(self.may(Scope.MANAGE))

    def editable(self) -> QuerySet[Transcript]:
        """The transcripts whose text this actor may correct (not while they are approved, which is a state)."""
        return self._of_all_or_mine(self.edits_all)

    @property
    def edits_all(self) -> bool:
        """Whether it may correct everybody's texts, not only its own."""
        return self.may(Scope.MANAGE) or self._is_allowed("edit_transcript")

    def may_review(self) -> bool:
        """Whether this actor may approve and reopen texts that it may see."""
        return self.may(Scope.MANAGE) or self._is_allowed("review_transcript")

    def manageable_recordings(self) -> RecordingQuerySet:
        """The recordings that this actor may delete, those in the bin included."""
        rows = Recording.objects.all()
        return rows if self.may(Scope.MANAGE) else rows.filter(self._mine(""))

    def uploads(self) -> UploadQuerySet:
        """The resumable uploads that this actor began. They are nobody else's business, managers included."""
        return Upload.objects.filter(self._mine(""))

    def manageable_glossaries(self) -> QuerySet[Glossary]:
        """The glossaries that this actor may change and delete: its own, or all. Everybody may use and see each."""
        if self.may(Scope.MANAGE):
            return Glossary.objects.all()
        mine = Q(api_key=self.key) if self.key else Q(created_by=self.user)
        return Glossary.objects.filter(mine) if self.is_somebody else Glossary.objects.none()

    def accountable_keys(self) -> QuerySet[ApiKey]:
        """The keys whose usage and limits this actor may see: its own, or all."""
        if self.may(Scope.MANAGE):
            return ApiKey.objects.all()
        return ApiKey.objects.filter(pk=self.key.pk) if self.key else ApiKey.objects.none()

    @property
    def is_somebody(self) -> bool:
        """A person or a key; a trusted network is nobody in particular, to whom nothing can belong."""
        return self.user is not None or self.key is not None

    def _of_all_or_mine(self, all_of_them: bool) -> QuerySet[Transcript]:
        """Transcripts with their recordings, without those in the bin."""
        rows = Transcript.objects.select_related("recording").filter(recording__deleted_at=None)
        return rows if all_of_them else rows.filter(self._mine("recording__"))

    def _is_allowed(self, codename: str) -> bool:
        return self.user is not None and self.user.has_perm(f"transcripts.{codename}")


def administers(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether the administration opens: to the group Administrator, to staff and to superusers. At most one query."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_staff or user.is_superuser or user.groups.filter(name=ADMINISTRATOR).exists()
