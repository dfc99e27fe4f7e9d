"""Letters to people, where a mail server is configured. The tasks worker sends them: no request waits for that."""

from __future__ import annotations

import smtplib
from typing import Any
from urllib.parse import urljoin

from celery import current_app
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from kombu.exceptions import OperationalError

# What a mail server that is away or unwilling raises.
MailError = (smtplib.SMTPException, OSError)


class NoMail(Exception):
    """Letters cannot be sent at the moment, whoever asks and for whom."""


def public(path: str) -> str:
    """The address of one of our pages, as a person outside of a request reaches it.

    Never made of a request: its Host header is the asker's choice, and the letter goes to somebody else.
    """
    return urljoin(str(settings.PUBLIC_URL), path)


def send(letter: str, to: str, **context: Any) -> None:
    """Write the letter `mail/<letter>.txt`, whose first line is the subject, in the language in force.

    Raises:
        MailError: nobody took it.
    """
    subject, _, body = render_to_string(f"mail/{letter}.txt", {"hub": settings.PUBLIC_URL, **context}).partition("\n")
    send_mail(subject.strip(), body.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [to])


def later(task: str, *arguments: Any) -> None:
    """Have a task of that name, of `tasks`, send letters; the language in force goes along as its last argument.

    Raises:
        NoMail: the queue is away.
    """
    try:
        current_app.send_task(task, args=[*arguments, translation.get_language()])
    except (OperationalError, OSError) as error:
        raise NoMail("Mail cannot be sent at the moment. Try again in a few minutes.") from error
