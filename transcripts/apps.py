"""The app's configuration."""

from django.apps import AppConfig


class TranscriptsConfig(AppConfig):
    """Recordings and their transcripts."""

    name = "transcripts"
    verbose_name = "Transcripts"

    def ready(self) -> None:
        """Register the system checks."""
        from . import checks

        assert checks  # noqa: S101  # imported for its registrations
