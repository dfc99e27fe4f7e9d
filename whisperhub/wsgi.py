"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whisperhub.settings")
django_application = get_wsgi_application()

from transcripts import unsafe  # noqa: E402  # needs the settings

from .bodies import receiving_bodies  # noqa: E402  # needs the settings

unsafe.refuse()
application = receiving_bodies(django_application)
