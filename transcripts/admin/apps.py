"""Django's admin, as the administrator's desk of this hub."""

from importlib import import_module

from django.conf import settings
from django.contrib.admin.apps import AdminConfig

# Not imported by this package itself: Django loads it before there are models.
_DESKS = (
    "api_keys",
    "audit",
    "comments",
    "glossaries",
    "recordings",
    "retention",
    "tags",
    "transcripts",
    "users",
    "webhooks",
    "workers",
)


class HubAdminConfig(AdminConfig):
    """The default site is ours."""

    default_site = "transcripts.admin.site.HubAdminSite"

    def ready(self) -> None:
        """Register Django's own models, then ours."""
        super().ready()
        for name in (*_DESKS, "single_sign_on") if settings.OIDC_ISSUER else _DESKS:
            import_module(f"transcripts.admin.{name}")
