"""A person's own account: password, and the browsers in which they are signed in."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from transcripts import audit, email_change, mail, sign_ins
from transcripts.access import Actor
from transcripts.models import SignIn

from .account_forms import EmailForm, NameForm, PasswordForm
from .permissions import signed_in


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
def ask_for_email(request: HttpRequest) -> HttpResponse:
    """Send a link to another e-mail, which counts once it was opened. 404 without a mail server."""
    if not settings.EMAIL_IS_SET:
        raise Http404("Your administrator changes your e-mail.")
    form = EmailForm(request, _person(request), request.POST)
    if not form.is_valid():
        return _page(request, email=form)
    try:
        asked = email_change.ask(form.user, form.cleaned_data["email"])
    except mail.NoMail:
        form.add_error("email", _("Mail cannot be sent at the moment. Try again in a few minutes."))
        return _page(request, email=form, status=503)
    if not asked:
        form.add_error("email", _("You have asked for too many links. Try again in an hour."))
        return _page(request, email=form, status=429)
    messages.success(request, _("A link is on its way to the new e-mail. It counts once you have opened the link."))
    return redirect("account")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """The link out of the letter: a page with a button, because mail scanners open links."""
    try:
        if request.method == "POST":
            email_change.confirm(_person(request), token)
            messages.success(request, _("Your e-mail is changed."))
            return redirect("account")
        email = email_change.offered(_person(request), token)
    except email_change.NotPossible as reason:
        return render(request, "web/email_confirm.html", {"reason": str(reason)}, status=410)
    return render(request, "web/email_confirm.html", {"email": email})


@sensitive_post_parameters()
@require_POST
@signed_in
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password for the old one. Every other browser is signed out by it."""
    form = PasswordForm(request, _person(request), request.POST)
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
    request: HttpRequest,
    *,
    name: NameForm | None = None,
    email: EmailForm | None = None,
    password: PasswordForm | None = None,
    status: int = 400,
) -> HttpResponse:
    """The page; with a form that was refused, if one was, and `status` then."""
    person = User.objects.get(pk=_person(request).pk)  # a refused form has written into the signed-in one
    rows = [
        {"row": row, "device": sign_ins.in_words(row.device), "is_this": row.pk == sign_ins.current(request)}
        for row in SignIn.objects.open().filter(user=person)
    ]
    context = {
        "name": name or NameForm(instance=person),
        "by_mail": settings.EMAIL_IS_SET and person.has_usable_password(),
        "email": email or EmailForm(request, person),
        "password": password or PasswordForm(request, person),
        "browsers": rows,
    }
    return render(request, "web/account.html", context, status=status if name or email or password else 200)


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError("Nobody is signed in.")
    return request.user
