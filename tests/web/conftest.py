"""The cast in front of their browsers, and recordings with a real file behind them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from tests.letters import Deliver, configure, forget, work_off
from tests.rows import claimed, said
from tests.speech import SAMPLES
from transcripts import lifecycle, submissions
from transcripts.access import Actor
from transcripts.incoming import receive
from transcripts.models import Transcript
from transcripts.orders import Order
from whisperhub import celery_app

SAMPLE = "en-short-1.flac"
SAMPLE_BYTES = (SAMPLES / SAMPLE).read_bytes()


def browser(user: User) -> Client:
    """A browser in which `user` is signed in."""
    client = Client()
    client.force_login(user)
    return client


def sent(client: Client, method: str, address: str, body: Any = None) -> tuple[int, Any]:
    """Send JSON as a page's script does; status and body of the answer."""
    content = b"" if body is None else json.dumps(body).encode()
    answer = client.generic(method.upper(), address, content, content_type="application/json")
    is_json = answer.headers.get("Content-Type") == "application/json"
    return answer.status_code, json.loads(answer.content) if is_json else None


@pytest.fixture
def letters(settings: Settings, mailoutbox: list[EmailMessage]) -> Iterator[Deliver]:
    """There is a mail server. `letters()` works off the tasks' queue: all letters that were sent until then."""
    configure(settings)
    with celery_app.connection_for_write() as connection:
        forget(connection)

        def deliver() -> list[EmailMessage]:
            work_off(connection)
            return mailoutbox

        yield deliver


@pytest.fixture
def alice_browser(alice: User) -> Client:
    """Alice's browser."""
    return browser(alice)


@pytest.fixture
def mallory_browser(mallory: User) -> Client:
    """Mallory's browser."""
    return browser(mallory)


@pytest.fixture
def admin_browser(admin: User) -> Client:
    """The administrator's browser."""
    return browser(admin)


@pytest.fixture
def reader(db: None) -> User:
    """May read everything and change nothing of others."""
    user = User.objects.create_user("reader", password="a long pass phrase")
    user.user_permissions.add(Permission.objects.get(codename="view_transcript"))
    return user


@pytest.fixture
def uploaded(alices: Actor) -> Transcript:
    """Alice's recording as an upload leaves it: stored, queued."""
    return submissions.submit(receive(SAMPLE, [SAMPLE_BYTES]), Order(), alices)


@pytest.fixture
def finished(uploaded: Transcript) -> Transcript:
    """Alice's recording, transcribed as two segments."""
    lease = claimed(uploaded)
    lifecycle.note_model(lease, model="large-v3-turbo", model_revision="abc", device="cuda", compute_type="float32")
    lifecycle.store_window(lease, said("First words.", "Second words."), transcribed_ms=3963, language="en")
    lifecycle.complete(lease, processing_ms=500)
    return Transcript.objects.get(pk=uploaded.pk)
