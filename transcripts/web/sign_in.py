"""Signing in and out: written down, and slowed for who guesses."""

from __future__ import annotations

import math
from typing import Any

from axes.helpers import get_client_ip_address, get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from transcripts import audit, sign_ins
from transcripts.access import Actor
from transcripts.client_address import address

# In the session of who came by the organisation's sign-in: the address at which they sign out of that too, if any.
PROVIDER_LOGOUT = "provider_logout"


class SignInView(LoginView):
    """The one door for people."""

    template_name = "login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the other door, if there is one."""
        return {**super().get_context_data(**kwargs), **_other_door()}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """The right password: a new session, and a line in the audit trail."""
        response = super().form_valid(form)
        sign_ins.begin(self.request)
        audit.record(Actor.person(self.request.user), "sign in", form.get_user(), address=address(self.request))
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The wrong one. A name that nobody has is not written down: people type passwords there."""
        name = str(form.data.get("username", ""))[:150]
        known = User.objects.filter(username=name).first()
        audit.record(None, "sign-in failed", known, address=address(self.request))
        return super().form_invalid(form)


class SignOutView(LogoutView):
    """The way out."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End the session, and write it down. Who came by the organisation's sign-in is offered the way out there."""
        if isinstance(request.user, User):
            audit.record(Actor(user=request.user), "sign out", request.user)
        away = request.session.get(PROVIDER_LOGOUT)
        response = super().post(request, *args, **kwargs)
        # By a link: our own Content-Security-Policy holds a form back on its way there.
        return render(request, "signed_out.html", {"away": away, "name": settings.OIDC_NAME}) if away else response


def _other_door() -> dict[str, str]:
    if not settings.OIDC_ISSUER:
        return {}
    where = reverse("openid_connect_login", args=[settings.OIDC_PROVIDER_ID])
    return {"single_sign_on": where, "single_sign_on_name": settings.OIDC_NAME}


def locked_out(request: HttpRequest, *_: Any) -> HttpResponse:
    """Too many wrong passwords for this name from this address: 429, with the time to wait in words."""
    tried = AccessAttempt.objects.filter(
        username=request.POST.get("username"), ip_address=get_client_ip_address(request)
    )
    last = tried.order_by("-attempt_time").values_list("attempt_time", flat=True).first() or timezone.now()
    until = last + get_cool_off(request)
    seconds = max(math.ceil((until - timezone.now()).total_seconds()), 1)
    context = {"locked_minutes": math.ceil(seconds / 60), "next": request.POST.get("next", ""), **_other_door()}
    response = render(request, "login.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response
