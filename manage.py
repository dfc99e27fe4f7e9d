#!/usr/bin/env python
"""Django's command line for WhisperHub."""

import os
import sys


def main() -> None:
    """Run one management command. A setting that cannot be used is one line and status 1, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whisperhub.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"whisperhub: {error}")


if __name__ == "__main__":
    main()
