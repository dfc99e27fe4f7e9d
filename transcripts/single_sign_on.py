"""Who comes in through the organisation's own sign-in (OpenID Connect), and into which account.

What the provider says of somebody arrives here as a dict of claims, read and verified by django-allauth
(`transcripts.web.single_sign_on`). Nothing here needs that library.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from . import audit
from .groups import UPLOADER

logger = logging.getLogger(__name__)
Claims = Mapping[str, Any]

OFF, EXISTING, DOMAINS = "off", "existing", "domains"
POLICIES = (OFF, EXISTING, DOMAINS)


class NotLetIn(Exception):
    """The provider knows them, this hub does not let them in. The message is for them."""


def account_for(claims: Claims) -> User:
    """The account of somebody who comes by this way for the first time: theirs by e-mail, or a new one.

    Raises:
        NotLetIn: by `WHISPERHUB_OIDC_ACCOUNTS` there is none for them.
    """
    if settings.OIDC_ACCOUNTS == OFF:
        raise NotLetIn(_("You have no account here yet. Ask your administrator."))
    email = verified_email(claims)
    found = list(User.objects.filter(email__iexact=email)[:2])
    if len(found) > 1:
        raise NotLetIn(_("Several accounts here have your e-mail. Ask your administrator."))
    if found:
        return found[0]
    if settings.OIDC_ACCOUNTS != DOMAINS or email.rpartition("@")[2].lower() not in settings.OIDC_EMAIL_DOMAINS:
        raise NotLetIn(_("There is no account with your e-mail here. Ask your administrator."))
    return _make(claims, email)


def verified_email(claims: Claims) -> str:
    """The e-mail that the provider answers for.

    Raises:
        NotLetIn: it names none, or does not say that it is theirs. Who can write any e-mail into their profile would
            get at any account.
    """
    email = str(claims.get("email") or "").strip()
    # Some providers write the truth as text; then "false" is text too.
    said = claims.get("email_verified")
    is_verified = settings.OIDC_EMAILS_ARE_VERIFIED or said is True or said == "true"
    if not is_verified or not _is_email(email):
        raise NotLetIn(_("Your organisation's sign-in does not confirm an e-mail of yours. Ask your administrator."))
    return email


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def follow_groups(user: User, claims: Claims) -> None:
    """Put `user` into the groups that the provider's own stand for, and out of the others that it could give.

    Groups that `WHISPERHUB_OIDC_GROUPS` does not name are left alone. No claim is no group: a right that the provider
    no longer confirms ends.
    """
    if not settings.OIDC_GROUPS:
        return
    said = claims.get(settings.OIDC_GROUPS_CLAIM) or []
    said = {said} if isinstance(said, str) else {str(name) for name in said}
    wanted = {ours for theirs, ours in settings.OIDC_GROUPS.items() if theirs in said}
    with transaction.atomic():
        held = set(user.groups.values_list("name", flat=True))
        given, taken = wanted - held, (held - wanted) & set(settings.OIDC_GROUPS.values())
        if not given and not taken:
            return
        user.groups.add(*_named(given))
        user.groups.remove(*_named(taken))
        audit.record(None, "change", user, fields=["groups"], given=sorted(given), taken=sorted(taken))


def _named(names: set[str]) -> list[Group]:
    groups = list(Group.objects.filter(name__in=names))
    if missing := names - {group.name for group in groups}:
        logger.error("WHISPERHUB_OIDC_GROUPS names groups that are not there: %s", ", ".join(sorted(missing)))
    return groups


def _make(claims: Claims, email: str) -> User:
    """A new account without a password."""
    with transaction.atomic():
        user = User.objects.create_user(
            _free_name(str(claims.get("preferred_username") or email)),
            email=email,
            first_name=str(claims.get("given_name") or "")[:150],
            last_name=str(claims.get("family_name") or "")[:150],
        )
        if not settings.OIDC_GROUPS:
            user.groups.set(Group.objects.filter(name=UPLOADER))
        audit.record(None, "add", user, by="single sign-on")
    return user


def _free_name(wish: str) -> str:
    """A user name like `wish` that nobody has. It leads into no account: another's name is not taken over."""
    name = re.sub(r"[^\w.+-]", "", wish.partition("@")[0])[:140] or "person"
    taken = {
        found.lower() for found in User.objects.filter(username__istartswith=name).values_list("username", flat=True)
    }
    number, free = 1, name
    while free.lower() in taken:
        number += 1
        free = f"{name}{number}"
    return free
