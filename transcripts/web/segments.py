"""The text of a transcript in parts: a page shows the part that is read, and fetches the others by position."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from transcripts.models import Position, Segment, Transcript

from .permissions import signed_in, visible_transcript
from .segment_rows import segment_row

# Segments that are laid out together: about two screens of text.
CHUNK = 50
# Segments in one answer.
MOST = 500
# What a row needs (and what ties it to its transcript): the decoder's tokens would be most of what is read.
FIELDS = ("transcript_id", "index", "version", "edit_id", "start_ms", "end_ms", "text", "speaker", "flags", "words")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of text from `position` on, up to the next chunk's; `segments` only where it is shown at once."""

    position: Position
    count: int
    segments: list[Segment] | None

    @property
    def address(self) -> str:
        """The position as an address has it."""
        return f"{self.position[0]}.{self.position[1]}"


@require_safe
@signed_in
def segments(request: HttpRequest, transcript_id: UUID) -> HttpResponseBase:
    """The rows `from` a position on and before `until`; `next` is where the answer was cut, or null."""
    shown = visible_transcript(request, transcript_id)
    found = list(between(shown, _position(request, "from") or (0, 0), _position(request, "until"))[: MOST + 1])
    following = found[MOST] if len(found) > MOST else None
    cut = None if following is None else f"{following.start_ms}.{following.index}"
    return JsonResponse({"segments": [segment_row(row) for row in found[:MOST]], "next": cut})


def chunks(transcript: Transcript, at_ms: int) -> list[Chunk]:
    """The whole text in chunks; the one that is heard at `at_ms` comes with its segments. Two queries."""
    positions: list[Position] = list(transcript.segments.current().since((0, 0)).values_list("start_ms", "index"))
    starts = positions[::CHUNK]
    shown = max(bisect_right(starts, (at_ms, 2**31)) - 1, 0)
    return [
        Chunk(
            position=start,
            count=len(positions[number * CHUNK : (number + 1) * CHUNK]),
            segments=list(between(transcript, start, *starts[number + 1 : number + 2])) if number == shown else None,
        )
        for number, start in enumerate(starts)
    ]


def between(transcript: Transcript, begin: Position, until: Position | None = None) -> QuerySet[Segment]:
    """Current segments from one position on, up to and without another, in order."""
    found = transcript.segments.current().since(begin).only(*FIELDS)
    return found if until is None else found.before(until)


def _position(request: HttpRequest, name: str) -> Position | None:
    """`start_ms.index`; None where it is not given. Raises BadRequest for anything else."""
    text = request.GET.get(name)
    if text is None:
        return None
    start, _point, index = text.partition(".")
    if not all(part.isascii() and part.isdigit() and len(part) <= 9 for part in (start, index)):
        raise BadRequest(_("%(name)s is not a position.") % {"name": name})
    return int(start), int(index)
