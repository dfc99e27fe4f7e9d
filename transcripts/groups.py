"""The groups that a new hub comes with. An administrator may change what they may; it is not changed back.

Made after every `migrate`, not by a migration: the permissions that they hold do not exist before.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.utils.translation import gettext_lazy

UPLOADER, REVIEWER, ADMINISTRATOR = "Uploader", "Reviewer", "Administrator"
MAY_IN_WORDS = {
    UPLOADER: gettext_lazy("sends recordings; sees, corrects and deletes its own"),
    REVIEWER: gettext_lazy("reads, corrects and approves every transcript"),
    ADMINISTRATOR: gettext_lazy("everything of the hub, and the accounts of all but superusers"),
}

# What each may do beyond its members' own recordings, which everybody may see, correct and delete.
_MAY = {
    UPLOADER: Q(codename="add_recording"),
    REVIEWER: Q(codename__in=("view_transcript", "edit_transcript", "review_transcript")),
    ADMINISTRATOR: Q(content_type__app_label="transcripts")
    | Q(codename__in=("add_user", "change_user", "view_user", "view_group"), content_type__app_label="auth"),
}


def ensure(*, using: str, **_: Any) -> None:
    """Make what is missing; a group without any permission is given its own. Receiver of `post_migrate`."""
    for name, what in _MAY.items():
        group, _created = Group.objects.using(using).get_or_create(name=name)
        if not group.permissions.exists():
            group.permissions.set(Permission.objects.using(using).filter(what))
