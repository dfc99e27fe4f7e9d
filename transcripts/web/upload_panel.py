"""What the upload panel says before anything is sent: limits, languages, what the model can do."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from transcripts import speech_models
from transcripts.access import Actor
from transcripts.language_names import local_names
from transcripts.models import Glossary, Scope
from transcripts.recordings import TITLE_LENGTH

# What the panel asks, by the names that `orders` knows.
OPTIONS = ("language", "task", "model", "title", "tags", "hotwords", "glossary", "priority", "channels")


def context(actor: Actor) -> dict[str, Any]:
    """For `web/parts/upload.html`; nothing for somebody who may send nothing."""
    if not actor.may(Scope.TRANSCRIBE):
        return {}
    return {
        "languages": local_names(),
        "max_upload_bytes": settings.MAX_UPLOAD_BYTES,
        "max_recording_ms": round(settings.MAX_RECORDING_HOURS * 3_600_000),
        **models(),
        "glossaries": list(Glossary.objects.values_list("name", flat=True)),
        "title_length": TITLE_LENGTH,
    }


def models() -> dict[str, Any]:
    """What can be chosen from where that is more than one, the hub's own choice first; whether any can translate."""
    offered = speech_models.offered()
    return {
        "models": offered if len(offered) > 1 else [],
        # While no worker is there nobody knows.
        "can_translate": not offered or any(offer.can_translate for offer in offered),
    }
