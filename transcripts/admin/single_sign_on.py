"""Who comes in by the organisation's sign-in: the ties to its accounts. Loaded only where it is configured."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.http import HttpRequest

from .audited import AuditedAdmin

# The provider is set by the environment alone, tokens are not kept, and e-mails are those of the accounts.
for model in (EmailAddress, SocialApp, SocialToken, SocialAccount):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(SocialAccount)
class TieAdmin(AuditedAdmin):
    """To cut a tie is all: the next sign-in makes it anew, by the rules that count then."""

    list_display = ("user", "uid", "date_joined", "last_login")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__email", "uid")
    fields = ("user", "uid", "date_joined", "last_login")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody ties by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody ties by hand."""
        return False
