"""Celery's side of the doorbell: each task calls one function; a row that vanished meanwhile is not an error."""

from __future__ import annotations

from celery import shared_task
from django.core.management import call_command

from . import (
    email_change,
    incoming,
    mail,
    orphans,
    passwords,
    removal,
    repeats,
    retention,
    sweeper,
    transcription,
    worker,
)
from .resumable import sweeping
from .webhooks import delivery, outbox


@shared_task(name="transcripts.transcribe")
def transcribe(transcript_id: str) -> None:
    """Ring: something waits, for example this transcript. Whose turn it is, the rows say."""
    transcription.transcribe_next(worker.current())


@shared_task(name="transcripts.deliver")
def deliver() -> None:
    """Ring: a webhook is to be told something. What is due, the rows say."""
    delivery.deliver_due()


@shared_task(name="transcripts.sweep")
def sweep() -> None:
    """Every few seconds: put right what crashes and lost messages left behind, and empty the bin."""
    sweeper.sweep()
    outbox.sweep()
    incoming.forget_abandoned()
    sweeping.sweep()
    repeats.forget()
    removal.empty_bin()


@shared_task(name="transcripts.tidy")
def tidy() -> None:
    """Every hour: delete what is kept for long enough, files without a row, and sessions that have run out."""
    retention.apply()
    orphans.remove_orphans()
    call_command("clearsessions")


@shared_task(name="transcripts.send_password_links", autoretry_for=mail.MailError, retry_backoff=10, max_retries=5)
def send_password_links(email: str, language: str) -> None:
    """Somebody lost the password of the account with that e-mail."""
    passwords.send_links(email, language)


@shared_task(name="transcripts.send_email_link", autoretry_for=mail.MailError, retry_backoff=10, max_retries=5)
def send_email_link(user_id: int, email: str, language: str) -> None:
    """Somebody wants this e-mail for their account."""
    email_change.send_link(user_id, email, language)


@shared_task(name="transcripts.send_email_changed", autoretry_for=mail.MailError, retry_backoff=10, max_retries=5)
def send_email_changed(old: str, language: str) -> None:
    """Tell an e-mail that it no longer counts."""
    email_change.send_changed(old, language)
