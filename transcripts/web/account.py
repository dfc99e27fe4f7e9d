"""A person's own account: password, and the browsers in which they are signed in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from transcripts import audit, sign_ins
from transcripts.access import Actor
from transcripts.models import SignIn

from .permissions import signed_in


@require_safe
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """Name, password, browsers."""
    return _page(request, PasswordChangeForm(_person(request)))


@sensitive_post_parameters()
@require_POST
@signed_in
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password for the old one. Every other browser is signed out by it."""
    form = PasswordChangeForm(_person(request), request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    form.save()
    update_session_auth_hash(request, form.user)  # a new session for this browser, the others no longer fit
    kept = sign_ins.begin(request)
    sign_ins.end_all(form.user, but=kept.pk)
    audit.record(Actor(user=form.user), "change password", form.user)
    messages.success(request, _("Your password is changed. All other browsers are signed out."))
    return redirect("account")


@require_POST
@signed_in
def end_session(request: HttpRequest, sign_in_id: int) -> HttpResponse:
    """Sign out of one browser, which may be this one."""
    is_this = sign_in_id == sign_ins.current(request)
    if not sign_ins.end(_person(request), sign_in_id):
        raise Http404("There is no such browser.")
    if is_this:
        request.session.flush()
        return redirect("login")
    return redirect("account")


@require_POST
@signed_in
def end_all_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere, here too."""
    sign_ins.end_all(_person(request))
    request.session.flush()
    return redirect("login")


def _page(request: HttpRequest, form: PasswordChangeForm, status: int = 200) -> HttpResponse:
    rows = [
        {"row": row, "device": sign_ins.in_words(row.device), "is_this": row.pk == sign_ins.current(request)}
        for row in SignIn.objects.open().filter(user=_person(request))
    ]
    return render(request, "web/account.html", {"form": form, "browsers": rows}, status=status)


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError("Nobody is signed in.")
    return request.user
