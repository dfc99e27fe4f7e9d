"""The models that the OpenAI dialect speaks of: what runs here, and the names that clients know it by."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings

from transcripts.models import Worker

OWNER = "whisperhub"
# Clients have these built in. Each stands for the model that is installed.
ALIASES = (
    "whisper-1",
    "gpt-4o-transcribe",
    "gpt-4o-mini-transcribe",
    "gpt-4o-transcribe-diarize",
    "gpt-transcribe",
    "large-v3-turbo",
    "deepdml/faster-whisper-large-v3-turbo-ct2",
)
# So do programs written for other servers of this dialect, with any size of it.
ALIAS_PREFIX = "Systran/faster-whisper-"


@dataclass(frozen=True, slots=True)
class Model:
    """One entry of the list; `created` is when it was loaded, in seconds since 1970."""

    id: str
    created: int

    @property
    def as_json(self) -> dict[str, object]:
        """As the dialect writes it."""
        return {"id": self.id, "object": "model", "created": self.created, "owned_by": OWNER}


def models() -> list[Model]:
    """What runs, then its other names."""
    workers = list(Worker.objects.alive().order_by("-started_at"))
    running = {worker.model: Model(worker.model, int(worker.started_at.timestamp())) for worker in workers}
    loaded = min((model.created for model in running.values()), default=0)
    return [*running.values(), *(Model(alias, loaded) for alias in ALIASES if alias not in running)]


def find(name: str) -> Model | None:
    """The model of that id or alias. While none is loaded the configured names count too."""
    known = {model.id: model for model in models()}
    if name.startswith(ALIAS_PREFIX) or name in (settings.WHISPER_MODEL, settings.WHISPER_TRANSLATE_MODEL):
        known.setdefault(name, replace(known[ALIASES[0]], id=name))
    return known.get(name)
