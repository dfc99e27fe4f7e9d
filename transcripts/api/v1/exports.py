"""A transcript as a file: by the extension of its address, or by what the request accepts."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from transcripts import exporting
from transcripts.api.authentication import acting
from transcripts.api.permissions import Known
from transcripts.api.schema import exports as schema
from transcripts.exports import FORMATS, Format
from transcripts.models import Status, Transcript

from .actions import NotNow
from .view import View, read_query, visible

_JSON = {"application/json", "application/*", "*/*"}
# Of two formats of one type the first is meant.
_BY_TYPE = {schema.media_type(format): format for format in reversed(FORMATS.values())}


class ExportView(View):
    """By extension."""

    rules = {"GET": Known}

    @extend_schema(**schema.EXPORT)
    def get(self, request: Request, transcript_id: UUID, extension: str) -> HttpResponse:
        """A transcript that is done, as a file."""
        chosen = schema.EXTENSIONS.get(extension)
        if chosen is None:
            raise Http404(f"There is no format {extension[:40]!r}. Known are: {', '.join(schema.EXTENSIONS)}.")
        return exported(request, visible(request, transcript_id), chosen)


def exported(request: Request, transcript: Transcript, chosen: Format) -> HttpResponse:
    """The file.

    Raises:
        NotNow: it is not done; what there is so far would look like the whole.
    """
    wanted = exporting.options(read_query(request, schema.ExportQuery))
    if transcript.status != Status.DONE:
        raise NotNow(f"The transcript is {transcript.status}: there is nothing to export before it is done.")
    return exporting.export(transcript, chosen, acting(request), wanted).response


def accepted(request: Request) -> Format | None:
    """The format that the request would rather have than JSON; None for JSON, and for what nobody here can write.

    Only a type that is named counts: `*/*` is what clients send that take anything.
    """
    for kind in _preferred(request.headers.get("Accept", "")):
        if kind in _JSON:
            return None
        if kind in _BY_TYPE:
            return _BY_TYPE[kind]
    return None


def _preferred(accept: str) -> list[str]:
    """Media types by their weight, equal ones as they come; those of weight 0 are not wanted."""
    weighed = []
    for entry in accept.split(","):
        kind, *parameters = (part.strip().lower() for part in entry.split(";"))
        weight = next((_weight(part[2:]) for part in parameters if part.startswith("q=")), 1.0)
        if weight > 0:
            weighed.append((weight, kind))
    return [kind for _, kind in sorted(weighed, key=lambda pair: -pair[0])]


def _weight(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0
