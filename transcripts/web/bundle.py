"""Several transcripts as one zip file, made while it is sent: one document is in memory at a time."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from transcripts import exporting
from transcripts.access import Actor
from transcripts.exports import FORMATS, Format
from transcripts.models import Transcript

from .bulk import back, chosen
from .permissions import signed_in

# A zip file cannot say anything earlier.
_FIRST_YEAR = 1980


@require_POST
@signed_in
def export(request: HttpRequest) -> HttpResponseBase:
    """What was chosen and has a text, in the `format` wished for. Raises BadRequest for another one."""
    chosen_format = FORMATS.get(request.POST.get("format", ""))
    if chosen_format is None:
        raise BadRequest(_("There is no such format."))
    actor = Actor.person(request.user)
    rows = list(actor.visible().filter(recording__in=chosen(request), is_newest=True).order_by("-created_at"))
    written = [row.pk for row in rows if row.segment_count and not row.is_open]
    if not written:
        messages.info(request, _("Nothing of what you chose has a text yet."))
        return redirect(back(request))
    left_out = [f"{row.recording.title}: {row.get_status_display()}" for row in rows if row.pk not in written]
    answer = StreamingHttpResponse(_zipped(written, left_out, chosen_format, actor), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="transcripts-{timezone.localdate()}.zip"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _zipped(ids: Sequence[UUID], left_out: Sequence[str], wanted: Format, actor: Actor) -> Iterator[bytes]:
    pipe, names = _Pipe(), _Names(wanted.extension)
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for identity in ids:
            row = actor.visible().filter(pk=identity).first()  # it may be deleted while the others are sent
            if row is None:
                continue
            file = exporting.export(row, wanted, actor, exporting.options({}))
            entry = zipfile.ZipInfo(names.of(file.name), _moment(row))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.content)
            yield pipe.taken()
        if left_out:
            name = _("not included")
            archive.writestr(f"{name}.txt", "\n".join([*left_out, ""]))
    yield pipe.taken()


def _moment(row: Transcript) -> tuple[int, int, int, int, int, int]:
    """When it was done, not when it is exported: the same transcripts give the same bytes."""
    at: datetime = row.finished_at or row.created_at
    return (max(at.year, _FIRST_YEAR), at.month, at.day, at.hour, at.minute, at.second)


class _Names:
    """Names within the archive: safe, and each once on a disk that does not tell case apart."""

    def __init__(self, extension: str) -> None:
        self._extension = extension
        self._taken: set[str] = set()

    def of(self, wished: str) -> str:
        stem = wished.removesuffix(f".{self._extension}")
        name, number = stem, 1
        while _alike(name) in self._taken:
            number += 1
            name = f"{stem} ({number})"
        self._taken.add(_alike(name))
        return f"{name}.{self._extension}"


def _alike(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


class _Pipe(io.RawIOBase):
    """What the archive writes, to be taken away at once."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # bytes are all that is written to it
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken
