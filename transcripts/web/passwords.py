"""For who lost their password: ask for a link by mail, and set a new one by a link."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from transcripts import mail, passwords
from transcripts.client_address import address


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Where to send a link. The answer is the same whether there is such an account or not."""
    form = PasswordResetForm(request.POST if request.method == "POST" and settings.EMAIL_IS_SET else None)
    if not form.is_valid():
        return _asking(request, form, 400 if form.is_bound else 200)
    try:
        if passwords.ask(form.cleaned_data["email"], address(request)):
            return render(request, "password_asked.html", {"hours": passwords.LINK_HOURS})
    except mail.NoMail:
        form.add_error(None, _("Mail cannot be sent at the moment. Try again in a few minutes."))
        return _asking(request, form, 503)
    form.add_error(None, _("Links were asked for from here too often. Try again in an hour."))
    return _asking(request, form, 429)


def _asking(request: HttpRequest, form: forms.Form, status: int) -> HttpResponse:
    form.fields["email"].label = _("E-mail")  # as everywhere here; Django has another word
    response = render(request, "password_ask.html", {"form": form, "by_mail": settings.EMAIL_IS_SET}, status=status)
    if status == 429:
        response["Retry-After"] = "3600"
    return response


class SetPasswordView(PasswordResetConfirmView):
    """Set a password by a link. Django takes the token out of the address at once, so that no one reads it there."""

    template_name = "password_set.html"
    post_reset_login = False

    def get_user(self, uidb64: str) -> User | None:
        """Whose link it is; nobody's, if the account is shut."""
        user = super().get_user(uidb64)
        return user if isinstance(user, User) and user.is_active else None

    def form_valid(self, form: Any) -> HttpResponse:
        """The password counts; whoever is signed in in this browser, perhaps somebody else, no longer is."""
        form.save()
        passwords.note_set(form.user)
        logout(self.request)
        messages.success(self.request, _("Your password is set. Sign in with it."))
        return redirect("login")

    def render_to_response(self, context: dict[str, Any], **options: Any) -> HttpResponse:
        """410 for a link that does not count."""
        response = super().render_to_response(context, **options)
        response.status_code = 200 if self.validlink else 410
        return response
