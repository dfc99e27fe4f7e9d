"""The organisation's own sign-in: django-allauth speaks the protocol, we decide. Loaded only where it is configured."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode, urljoin

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthError
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from transcripts import audit, sign_ins, single_sign_on
from transcripts.access import Actor
from transcripts.client_address import address
from transcripts.single_sign_on import Claims, NotLetIn

from .sign_in import PROVIDER_LOGOUT

logger = logging.getLogger(__name__)


def go_to_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The way there. The provider's own addresses are asked of it, so that one that is away is found out here."""
    try:
        answer: HttpResponse = views.login(request, provider_id)
    except (requests.RequestException, ValueError) as error:
        logger.warning("single sign-on cannot be reached: %s", type(error).__name__)
        return _told(request, _("Your organisation's sign-in is away. Try again in a few minutes."), 503)
    return answer


class SignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # the library has no types
    """Who comes back from the provider is let into one account, or told why not."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find or make the account, link it to the provider's, and follow its groups.

        Raises:
            ImmediateHttpResponse: the page with the reason, to who is not let in.
        """
        try:
            with transaction.atomic():
                _find_account(request, sociallogin)
        except NotLetIn as reason:
            audit.record(None, "sign-in failed", None, address=address(request), by="single sign-on")
            raise ImmediateHttpResponse(_told(request, str(reason), 403)) from reason

    def on_authentication_error(self, request: HttpRequest, provider: Any, **told: Any) -> None:
        """The provider sent somebody back without having let them in, or cannot be reached.

        Raises:
            ImmediateHttpResponse: the page that says so.
        """
        if told.get("error") == AuthError.CANCELLED:
            raise ImmediateHttpResponse(_told(request, _("Signing in was cancelled."), 200))
        # The kind of the error only: its text may hold what the provider was sent.
        logger.warning("single sign-on failed: %s", type(told.get("exception")).__name__)
        words = _("Signing in did not work: the answer was out of date, or your organisation's sign-in is away.")
        raise ImmediateHttpResponse(_told(request, words, 401))


class DoorAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library has no types
    """Django signs in; nobody signs up by a form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are made by `single_sign_on`."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """A new session, noted as every other."""
        user.backend = "django.contrib.auth.backends.ModelBackend"  # for Django
        super().login(request, user)
        sign_ins.begin(request)
        request.session[PROVIDER_LOGOUT] = _logout_address(request)
        audit.record(Actor(user=user), "sign in", user, address=address(request), by="single sign-on")

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where who asked for no page begins."""
        return reverse("library")


def _find_account(request: HttpRequest, sociallogin: SocialLogin) -> None:
    claims = _claims(sociallogin)
    user = sociallogin.user if sociallogin.is_existing else _link(request, sociallogin, claims)
    if not user.is_active:
        raise NotLetIn(_("Your account here is shut. Ask your administrator."))
    single_sign_on.follow_groups(user, claims)


def _claims(sociallogin: SocialLogin) -> Claims:
    """What the ID token and the userinfo say together.

    Raises:
        NotLetIn: they are about two people (OpenID Connect Core 5.3.2 forbids to go on then).
    """
    said = sociallogin.account.extra_data
    token, info = said.get("id_token") or {}, said.get("userinfo") or {}
    if token and info and token.get("sub") != info.get("sub"):
        raise NotLetIn(_("Your organisation's sign-in contradicts itself. Ask your administrator."))
    return {**token, **info}


def _link(request: HttpRequest, sociallogin: SocialLogin, claims: Claims) -> User:
    """Tie the provider's account to one of ours, for good. An account that has such a tie gets no second one.

    E-mails are given to other people when their owners leave; the provider's subject is not.
    """
    user = single_sign_on.account_for(claims)
    if SocialAccount.objects.filter(user=user).exists():
        raise NotLetIn(_("The account with your e-mail belongs to another sign-in. Ask your administrator."))
    sociallogin.connect(request, user)
    audit.record(Actor(user=user), "link", user, by="single sign-on")
    return user


def _logout_address(request: HttpRequest) -> str:
    """Where one signs out of the provider too, if it has such a page. Asked now: signing out must not wait for it."""
    try:
        found = requests.get(f"{settings.OIDC_ISSUER}/.well-known/openid-configuration", timeout=5).json()
        ends_at = str(found.get("end_session_endpoint") or "")
    except (requests.RequestException, ValueError):
        return ""
    back = urljoin(settings.PUBLIC_URL or request.build_absolute_uri("/"), reverse("login"))
    query = urlencode({"client_id": settings.OIDC_CLIENT_ID, "post_logout_redirect_uri": back})
    return f"{ends_at}{'&' if '?' in ends_at else '?'}{query}" if ends_at.startswith(("https://", "http://")) else ""


def _told(request: HttpRequest, words: str, status: int) -> HttpResponse:
    return render(request, "sign_on_failed.html", {"words": words}, status=status)
