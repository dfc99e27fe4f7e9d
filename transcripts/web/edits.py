"""Corrections that the transcript page sends: each is one verb of `editing`, answered with the rows that it made."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from transcripts import editing
from transcripts.access import Actor
from transcripts.courtesy import goes_first
from transcripts.editing import Edited, Wanted
from transcripts.models import Segment
from transcripts.templatetags.people import author
from transcripts.wording import differences

from .json_requests import Body, answers_json
from .permissions import editable_transcript, signed_in, visible_transcript
from .segment_rows import changed_rows

# Matches in a preview; all of them are replaced.
PREVIEWED = 200


@require_POST
@signed_in
@goes_first
@answers_json
def edit(request: HttpRequest, transcript_id: UUID) -> JsonResponse:
    """One correction, by its `kind`; `_KINDS` names the fields of each."""
    transcript = editable_transcript(request, transcript_id)
    body = Body.of(request)
    verb = _KINDS.get(body.text("kind"))
    if verb is None:
        raise BadRequest(_("There is no such kind of edit."))
    return JsonResponse(_answer(verb(transcript.pk, body, Actor.person(request.user))))


@require_POST
@signed_in
@goes_first
@answers_json
def preview(request: HttpRequest, transcript_id: UUID) -> JsonResponse:
    """What a replacement would change: `count` segments, the first of them with their text before and after."""
    transcript = editable_transcript(request, transcript_id)
    matches = editing.preview_replace(transcript, _wanted(Body.of(request)))
    shown = [
        {"index": match.index, "start_ms": match.start_ms, "before": match.before, "after": match.after}
        for match in islice(matches, PREVIEWED)
    ]
    more = sum(1 for _ in matches)
    return JsonResponse({"matches": shown, "count": len(shown) + more, "truncated": more > 0})


@require_safe
@signed_in
@answers_json
def segment_history(request: HttpRequest, transcript_id: UUID, index: int) -> JsonResponse:
    """Every version of one segment, the first (mostly the machine's) first, each with what it changed."""
    transcript = visible_transcript(request, transcript_id)
    versions = editing.versions(transcript, index)
    before = [None, *versions]
    return JsonResponse(
        [_version(old, new) for old, new in zip(before, versions, strict=False)], safe=False, status=200
    )


def _version(old: Segment | None, new: Segment) -> dict[str, Any]:
    return {
        "version": new.version,
        "who": author(new.edit) if new.edit else None,
        "when": new.edit.created_at.isoformat() if new.edit else None,
        "kind": new.edit.kind if new.edit else "machine",
        "edit": new.edit.number if new.edit else 0,
        "text": new.text.strip(),
        "speaker": new.speaker,
        "start_ms": new.start_ms,
        "end_ms": new.end_ms,
        "diff": differences(old.text.strip() if old else new.text.strip(), new.text.strip()),
    }


def _answer(edited: Edited) -> dict[str, Any]:
    return {
        "edit": edited.edit.number if edited.edit else None,
        "edit_count": edited.edit_count,
        "revision": edited.revision,
        "can_undo": edited.can_undo,
        "can_redo": edited.can_redo,
        **changed_rows(edited.segments, is_naming=editing.is_naming(edited.edit)),
        "removed": list(edited.removed),
    }


def _text(pk: UUID, body: Body, actor: Actor) -> Edited:
    return editing.change_text(pk, body.number("index"), body.number("version"), body.text("text"), actor=actor)


def _split(pk: UUID, body: Body, actor: Actor) -> Edited:
    """`offset` counts as the browser's strings do, in UTF-16 units; the verb counts characters."""
    index, version, units = body.number("index"), body.number("version"), body.number("offset")
    seen = Segment.objects.filter(transcript=pk).versions(index).filter(version=version)
    text = seen.values_list("text", flat=True).first()
    before = (text or "").strip().encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")
    return editing.split(pk, index, version, len(before), actor=actor)


def _merge(pk: UUID, body: Body, actor: Actor) -> Edited:
    one, other = (
        (body.number("index"), body.number("version")),
        (body.number("with_index"), body.number("with_version")),
    )
    return editing.merge(pk, *one, *other, actor=actor)


def _speaker(pk: UUID, body: Body, actor: Actor) -> Edited:
    named = [(segment.number("index"), segment.number("version")) for segment in body.objects("segments")]
    return editing.assign_speaker(pk, named, body.text("speaker"), actor=actor)


def _rename_speaker(pk: UUID, body: Body, actor: Actor) -> Edited:
    return editing.rename_speaker(pk, body.text("from"), body.text("to"), actor=actor)


def _replace(pk: UUID, body: Body, actor: Actor) -> Edited:
    only = body.numbers("only")
    return editing.replace(pk, _wanted(body), only=None if only is None else set(only), actor=actor)


def _restore(pk: UUID, body: Body, actor: Actor) -> Edited:
    named = body.number("index"), body.number("version"), body.number("to_version")
    return editing.restore(pk, *named, actor=actor)


def _restore_machine(pk: UUID, body: Body, actor: Actor) -> Edited:
    return editing.restore_machine(pk, actor=actor)


def _undo(pk: UUID, body: Body, actor: Actor) -> Edited:
    return editing.undo(pk, actor=actor)


def _redo(pk: UUID, body: Body, actor: Actor) -> Edited:
    return editing.redo(pk, actor=actor)


def _wanted(body: Body) -> Wanted:
    return Wanted(body.text("find"), body.text("replace"), body.flag("match_case"), body.flag("whole_words"))


_KINDS: dict[str, Callable[[UUID, Body, Actor], Edited]] = {
    "text": _text,  # index, version, text
    "split": _split,  # index, version, offset
    "merge": _merge,  # index, version, with_index, with_version
    "speaker": _speaker,  # segments: [{index, version}], speaker
    "rename_speaker": _rename_speaker,  # from, to
    "replace": _replace,  # find, replace, match_case, whole_words, only?: [index]
    "restore": _restore,  # index, version, to_version
    "restore_machine": _restore_machine,  # the whole text
    "undo": _undo,
    "redo": _redo,
}
