"""New passwords for those who lost theirs: by a link that is good once, in a letter or out of an administrator's hand.

A link holds Django's reset token: an HMAC over the account with its password and last sign-in, and the time. So it ends
when it is used, when the person signs in, and after `PASSWORD_RESET_TIMEOUT`. Nothing of it is stored.
"""

from __future__ import annotations

from datetime import timedelta

from axes.utils import reset as lift_lock
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from . import audit, mail, sign_ins
from .access import Actor
from .models import AuditEntry

# Enough for who mistypes and waits in vain; too few to fill somebody's letter box or to go through a list of names.
ASKS_PER_HOUR = 10
LETTERS_PER_HOUR = 3
LINK_HOURS = settings.PASSWORD_RESET_TIMEOUT // 3600
_HOUR = timedelta(hours=1)
_ASKED = "ask for password link"
_SENT = "send password link"


def make_link(user: User, actor: Actor | None) -> str:
    """The path of a link by which `user` sets a password, for `actor` (None: the setup) to hand over, this once."""
    audit.record(actor, "make password link", user)
    return _path(user)


def ask(email: str, address: str | None) -> bool:
    """Somebody at `address` says that they lost the password of the account with that e-mail.

    False: too often. Whether there is such an account is found out elsewhere, so that the time tells nothing either.

    Raises:
        NoMail: letters cannot be sent at the moment.
    """
    recent = AuditEntry.objects.filter(verb=_ASKED, at__gt=timezone.now() - _HOUR, detail__address=address)
    if recent.count() >= ASKS_PER_HOUR:
        return False
    mail.later("transcripts.send_password_links", email)
    audit.record(None, _ASKED, address=address)
    return True


def send_links(email: str, language: str) -> None:
    """A letter to each account of that e-mail that can have a password. Of some letters an hour, no more are sent."""
    for user in User.objects.filter(email__iexact=email, is_active=True):
        sent = AuditEntry.objects.filter(
            verb=_SENT, object_kind="user", object_id=str(user.pk), at__gt=timezone.now() - _HOUR
        )
        if not user.has_usable_password() or sent.count() >= LETTERS_PER_HOUR:
            continue
        with translation.override(language):
            # To the address that is stored: what was typed may be another one that only looks alike.
            mail.send("password_link", user.email, user=user, link=mail.public(_path(user)), hours=LINK_HOURS)
        audit.record(None, _SENT, user)


def note_set(user: User) -> None:
    """`user` has set a password by a link: all browsers are signed out, and who guessed wrong may try again."""
    audit.record(Actor(user=user), "set password by link", user)
    sign_ins.end_all(user)
    lift_lock(username=user.get_username())


def _path(user: User) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("password-set", args=[uid, default_token_generator.make_token(user)])
