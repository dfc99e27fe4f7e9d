"""Letters: through the real queue, written by the real tasks; only the mail server is Django's own stand-in."""

from __future__ import annotations

import re
from collections.abc import Callable
from queue import Empty

from django.core.mail import EmailMessage
from kombu import Connection
from pytest_django import Settings

from transcripts import tasks

PUBLIC_URL = "https://hub.example.org"
Deliver = Callable[[], list[EmailMessage]]


def configure(settings: Settings) -> None:
    """As where there is a mail server."""
    settings.EMAIL_IS_SET = True
    settings.PUBLIC_URL = PUBLIC_URL


def work_off(connection: Connection) -> None:
    """Do, as the tasks worker does, what waits in its queue."""
    with connection.SimpleQueue("tasks") as queue:
        while True:
            try:
                message = queue.get(block=False)
            except Empty:
                return
            message.ack()
            arguments, named, _ = message.payload
            getattr(tasks, message.headers["task"].removeprefix("transcripts."))(*arguments, **named)


def forget(connection: Connection) -> None:
    """Empty the queue: what others have left in it is not ours."""
    with connection.SimpleQueue("tasks") as queue:
        queue.clear()


def path_in(letter: EmailMessage) -> str:
    """The path of the one link in a letter."""
    (path,) = re.findall(rf"^{PUBLIC_URL}(/\S+)$", str(letter.body), flags=re.MULTILINE)
    return str(path)
