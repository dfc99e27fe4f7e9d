"""Review: where a text stands, whose turn it is, and what people say of its passages. JSON for the page's script."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from transcripts import comments, review
from transcripts.access import Actor
from transcripts.editing import BadEdit
from transcripts.models import Comment, Review, Transcript
from transcripts.templatetags.people import author, person

from .json_requests import Body, answers_json
from .permissions import editable_transcript, signed_in, visible_transcript


@require_POST
@signed_in
@answers_json
def set_review(request: HttpRequest, transcript_id: UUID) -> JsonResponse:
    """Draft, in review, approved; with `edit_count` only if nobody has edited since."""
    transcript = editable_transcript(request, transcript_id)
    body = Body.of(request)
    state = body.text("state")
    if state not in Review.values:
        raise BadRequest(_("state must be one of: %(states)s.") % {"states": ", ".join(Review.values)})
    seen = body.number("edit_count") if "edit_count" in body.fields else None
    actor = Actor.person(request.user)
    return JsonResponse(standing(review.set_state(transcript.pk, Review(state), actor=actor, edit_count=seen)))


@require_POST
@signed_in
@answers_json
def assign(request: HttpRequest, transcript_id: UUID) -> JsonResponse:
    """Whose turn it is, by user name; null is nobody's."""
    transcript = editable_transcript(request, transcript_id)
    name = Body.of(request).optional_text("username")
    user = None if name is None else User.objects.filter(username=name).first()
    if name is not None and user is None:
        raise BadEdit(_("Nobody of this name may see this transcript."))
    return JsonResponse(standing(review.assign(transcript.pk, user, actor=Actor.person(request.user))))


@require_http_methods(["GET", "POST"])
@signed_in
@answers_json
def all_comments(request: HttpRequest, transcript_id: UUID) -> JsonResponse:
    """All comments in the order of the text; or one more, on the segment `index`."""
    actor = Actor.person(request.user)
    if request.method == "POST":
        transcript = editable_transcript(request, transcript_id)
        body = Body.of(request)
        added = comments.add(transcript, body.number("index"), body.text("text"), actor=actor)
        return JsonResponse(comment_row(added, actor), status=201)
    transcript = visible_transcript(request, transcript_id)
    rows = transcript.comments.select_related("author", "api_key", "resolved_by")
    return JsonResponse({"comments": [comment_row(row, actor) for row in rows]})


@require_http_methods(["PATCH", "DELETE"])
@signed_in
@answers_json
def one_comment(request: HttpRequest, transcript_id: UUID, comment_id: int) -> HttpResponse:
    """Change its `text` or whether it is `resolved`; or delete it."""
    actor, comment = Actor.person(request.user), _comment(request, transcript_id, comment_id)
    if request.method == "DELETE":
        comments.delete(comment, actor=actor)
        return HttpResponse(status=204)
    body = Body.of(request)
    if "text" in body.fields:
        comments.change(comment, body.text("text"), actor=actor)
    if "resolved" in body.fields:
        comments.set_resolved(comment, body.flag("resolved"), actor=actor)
    return JsonResponse(comment_row(comment, actor))


def _comment(request: HttpRequest, transcript_id: UUID, comment_id: int) -> Comment:
    transcript = editable_transcript(request, transcript_id)
    return get_object_or_404(transcript.comments.select_related("author", "api_key", "resolved_by"), pk=comment_id)


def standing(transcript: Transcript) -> dict[str, Any]:
    """Where the review stands."""
    return {
        "review": transcript.review,
        "assignee": transcript.assignee.get_username() if transcript.assignee else None,
        "reviewed_by": person(transcript.reviewed_by) if transcript.reviewed_by else None,
        "reviewed_at": transcript.reviewed_at.isoformat() if transcript.reviewed_at else None,
        "revision": transcript.revision,
    }


def comment_row(comment: Comment, actor: Actor) -> dict[str, Any]:
    """A comment as the page's script knows it; `mine` says whether the asker may change its text."""
    return {
        "id": comment.pk,
        "index": comment.index,
        "start_ms": comment.start_ms,
        "author": author(comment),
        "text": comment.text,
        "created_at": comment.created_at.isoformat(),
        "edited_at": comment.edited_at.isoformat() if comment.edited_at else None,
        "resolved_at": comment.resolved_at.isoformat() if comment.resolved_at else None,
        "resolved_by": person(comment.resolved_by) if comment.resolved_by else None,
        "mine": comments.is_own(comment, actor),
    }
