"""Another e-mail for an account: it counts once a letter to it was answered.

Password links go to the e-mail, so that each one in the database is believed to be its owner's: an administrator wrote
it, or its owner has opened a link that was sent there.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from django.contrib.auth.models import User
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import audit, mail
from .access import Actor
from .models import AuditEntry

LINK_HOURS = 24
LETTERS_PER_HOUR = 5
_SALT = "transcripts.email_change"
_ASKED = "ask for another e-mail"


class NotPossible(Exception):
    """A link that is used, out of date, another person's or made up; or the e-mail has gone to another account."""


def ask(user: User, email: str) -> bool:
    """Send `user` the link to where they say that they read mail. False: too often.

    Raises:
        NoMail: letters cannot be sent at the moment.
    """
    recent = AuditEntry.objects.filter(
        verb=_ASKED, object_kind="user", object_id=str(user.pk), at__gt=timezone.now() - timedelta(hours=1)
    )
    if recent.count() >= LETTERS_PER_HOUR:
        return False
    mail.later("transcripts.send_email_link", user.pk, email)
    audit.record(Actor(user=user), _ASKED, user)
    return True


def send_link(user_id: int, email: str, language: str) -> None:
    """The letter with the link. Who is gone meanwhile needs none."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    token = signing.dumps({"user": user.pk, "old": user.email, "new": email}, salt=_SALT)
    with translation.override(language):
        link = mail.public(reverse("account-email-confirm", args=[token]))
        mail.send("email_link", email, user=user, link=link, hours=LINK_HOURS)


def offered(user: User, token: str) -> str:
    """The e-mail that the link is for.

    Raises:
        NotPossible: the link does not count for `user`, or no more.
    """
    try:
        found = signing.loads(token, salt=_SALT, max_age=LINK_HOURS * 3600)
    except signing.BadSignature as error:
        raise NotPossible(_("This link is out of date or incomplete.")) from error
    if (found["user"], found["old"]) != (user.pk, user.email):
        raise NotPossible(_("This link has been used, or is for another account."))
    return str(found["new"])


def confirm(user: User, token: str) -> str:
    """The e-mail counts from here on, and the old one is told. Gives the new one.

    Raises:
        NotPossible: the link does not count, or another account has that e-mail.
    """
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=user.pk)
        email, old = offered(row, token), row.email
        if User.objects.filter(email__iexact=email).exclude(pk=row.pk).exists():
            raise NotPossible(_("Another account has this e-mail."))
        row.email = email
        row.save(update_fields=["email"])
        audit.record(Actor(user=row), "change", row, fields=["email"])
    if old:
        with suppress(mail.NoMail):  # changed it is
            mail.later("transcripts.send_email_changed", old)
    return email


def send_changed(old: str, language: str) -> None:
    """Tell the old e-mail that it no longer counts: its owner may not have done this."""
    with translation.override(language):
        mail.send("email_changed", old)
