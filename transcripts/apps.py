"""The app's configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy


class TranscriptsConfig(AppConfig):
    """Recordings and their transcripts."""

    name = "transcripts"
    verbose_name = gettext_lazy("Transcripts")

    def ready(self) -> None:
        """Register the system checks, and the groups that every hub has."""
        from . import append_only, checks, groups, unsafe  # noqa: F401  # the checks register themselves
        from .search import installing

        # After `django.contrib.auth` has made our permissions: it is installed before this app.
        post_migrate.connect(groups.ensure, sender=self)
        post_migrate.connect(installing.ensure, sender=self)
        post_migrate.connect(append_only.ensure, sender=self)
