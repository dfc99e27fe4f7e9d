"""What the upload panel says before anything is sent: limits, languages, what the model can do."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from transcripts import languages
from transcripts.access import Actor
from transcripts.models import Glossary, Scope, Worker
from transcripts.recordings import TITLE_LENGTH

# What the panel asks, by the names that `orders` knows.
OPTIONS = ("language", "task", "title", "tags", "hotwords", "glossary", "priority", "channels")


def context(actor: Actor) -> dict[str, Any]:
    """For `web/parts/upload.html`; nothing for somebody who may send nothing."""
    if not actor.may(Scope.TRANSCRIBE):
        return {}
    return {
        "languages": sorted(name.title() for name in languages.NAMES.values()),
        "max_upload_bytes": settings.MAX_UPLOAD_BYTES,
        "max_recording_ms": round(settings.MAX_RECORDING_HOURS * 3_600_000),
        "can_translate": can_translate(),
        "glossaries": list(Glossary.objects.values_list("name", flat=True)),
        "title_length": TITLE_LENGTH,
    }


def can_translate() -> bool:
    """False only if workers are there and none can; while none is there nobody knows."""
    able = list(Worker.objects.alive().values_list("can_translate", flat=True))
    return not able or any(able)
