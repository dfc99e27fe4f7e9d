"""The models that the OpenAI dialect speaks of: what runs here, and the names that clients know it by."""

from __future__ import annotations

from dataclasses import dataclass, replace

from transcripts import speech_models
from transcripts.models import Worker

OWNER = "whisperhub"
# Clients of this one look for what was heard beside the text.
TELLS_LANGUAGES = "gpt-transcribe"
# Clients have these built in. Each stands for the hub's main model, unless a model is configured by that very name.
ALIASES = (
    "whisper-1",
    "gpt-4o-transcribe",
    "gpt-4o-mini-transcribe",
    "gpt-4o-mini-transcribe-2025-12-15",
    "gpt-4o-transcribe-diarize",
    TELLS_LANGUAGES,
    "large-v3-turbo",
    "deepdml/faster-whisper-large-v3-turbo-ct2",
)


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
    running = {
        name: Model(name, int(worker.started_at.timestamp()))
        for worker in workers
        for offer in worker.offers
        for name in (offer.model, offer.name)
    }
    loaded = min((model.created for model in running.values()), default=0)
    return [*running.values(), *(Model(alias, loaded) for alias in ALIASES if alias not in running)]


def find(name: str) -> Model | None:
    """The model of that id or alias. While none is loaded the configured names count too."""
    known = {model.id: model for model in models()}
    if name.startswith(speech_models.HUB_PREFIX) or speech_models.in_settings(name):
        known.setdefault(name, replace(known[ALIASES[0]], id=name))
    return known.get(name)


def asked_of(name: str) -> str:
    """The model that an order names by `name`, of which there is one: empty where it only means the main one."""
    is_alias = name in ALIASES or name.startswith(speech_models.HUB_PREFIX)
    means_main = speech_models.means_none(name) or (is_alias and not speech_models.in_settings(name))
    return "" if means_main else name
