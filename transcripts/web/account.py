"""A person's own account: password, and the browsers in which they are signed in."""

from __future__ import annotations

from django import forms
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


class NameForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """How colleagues read somebody's name."""

    class Meta:
        model = User
        fields = ("first_name", "last_name")
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
        }


@require_safe
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """Name, password, browsers."""
    return _page(request)


@require_POST
@signed_in
def change_name(request: HttpRequest) -> HttpResponse:
    """Another first and last name; the user name stays, history and audit trail go by it."""
    form = NameForm(request.POST, instance=_person(request))
    if not form.is_valid():
        return _page(request, name=form)
    if form.has_changed():
        form.save()
        audit.record(Actor.person(form.instance), "change", form.instance, fields=form.changed_data)
        messages.success(request, _("Your name is changed."))
    return redirect("account")


@sensitive_post_parameters()
@require_POST
@signed_in
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password for the old one. Every other browser is signed out by it."""
    form = PasswordChangeForm(_person(request), request.POST)
    if not form.is_valid():
        return _page(request, password=form)
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


def _page(
    request: HttpRequest, *, name: NameForm | None = None, password: PasswordChangeForm | None = None
) -> HttpResponse:
    """The page, with a form that was refused, if one was: 400 then."""
    person = User.objects.get(pk=_person(request).pk)  # a refused form has written into the signed-in one
    rows = [
        {"row": row, "device": sign_ins.in_words(row.device), "is_this": row.pk == sign_ins.current(request)}
        for row in SignIn.objects.open().filter(user=person)
    ]
    context = {
        "name": name or NameForm(instance=person),
        "password": password or PasswordChangeForm(person),
        "browsers": rows,
    }
    return render(request, "web/account.html", context, status=400 if name or password else 200)


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError("Nobody is signed in.")
    return request.user
