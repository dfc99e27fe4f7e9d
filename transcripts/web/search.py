"""The search page, and the fragment of it that follows what is typed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from transcripts import search, tags
from transcripts.access import Actor
from transcripts.courtesy import goes_first
from transcripts.language_names import local_name
from transcripts.models import Review, Transcript
from transcripts.search import Filters, UnknownCursor
from transcripts.templatetags.people import person

from .permissions import signed_in

Choices = list[tuple[str, str]]


class FilterForm(forms.Form):
    """The filters as a browser sends them. The words themselves are any text, and no form's business."""

    language = forms.CharField(required=False, max_length=10)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    speaker = forms.CharField(required=False, max_length=100)
    tag = forms.CharField(required=False, max_length=50)
    review = forms.ChoiceField(required=False, choices=[("", ""), *Review.choices])
    uploader = forms.CharField(required=False, max_length=150)
    recording = forms.UUIDField(required=False)
    transcript = forms.UUIDField(required=False)


@require_safe
@signed_in
@goes_first
def search_page(request: HttpRequest) -> HttpResponse:
    """What was asked and what was found; for htmx only the latter. The address holds the whole question."""
    actor, query, filters = Actor.person(request.user), request.GET.get("q", ""), _filters(request)
    context = {"query": query, "filters": filters, "question": _address(query, filters)} | _found(
        request, query, actor, filters
    )
    if request.headers.get("HX-Request"):
        response = render(request, "web/parts/search_results.html", context | {"is_fragment": True})
        response["HX-Replace-Url"] = _address(query, filters)
    else:
        response = render(request, "web/search.html", context | _choices(actor, filters))
    patch_vary_headers(response, ["HX-Request"])
    return response


def _filters(request: HttpRequest) -> Filters:
    """The filters in the address. Raises BadRequest for what is none."""
    form = FilterForm(request.GET)
    if not form.is_valid():
        wrong = ", ".join(form.errors)
        raise BadRequest(_("These filters cannot be used as they are: %(names)s.") % {"names": wrong})
    return Filters(**form.cleaned_data)


def _found(request: HttpRequest, query: str, actor: Actor, filters: Filters) -> dict[str, Any]:
    cursor = request.GET.get("cursor")
    try:
        page = search.search(query, actor, filters, cursor)
    except UnknownCursor as error:
        raise BadRequest(str(error)) from error
    one = filters.transcript or filters.recording
    return {
        "page": page,
        "is_first_page": not cursor,
        "one": one and _one(actor, filters),
        "everywhere": one and _address(query, Filters()),
        "following": page.following and f"{_address(query, filters)}&{urlencode({'cursor': page.following})}",
    }


def _one(actor: Actor, filters: Filters) -> Transcript | None:
    """The transcript that alone is looked through; None if it is not there for this actor."""
    rows = actor.visible().filter(recording__deleted_at=None)
    if filters.transcript:
        return rows.filter(pk=filters.transcript).first()
    return rows.filter(recording=filters.recording).order_by("-created_at").first()


def _address(query: str, filters: Filters) -> str:
    """The page with this question on it, without what is left empty."""
    fields = {"q": query} | {name: getattr(filters, name) for name in FilterForm.base_fields}
    return reverse("search") + "?" + urlencode({name: str(value) for name, value in fields.items() if value})


def _choices(actor: Actor, filters: Filters) -> dict[str, Any]:
    """What the filters offer: only what there is among the recordings that the actor may see."""
    visible = actor.visible()
    languages = visible.exclude(language="").order_by().values_list("language", flat=True).distinct()
    people = User.objects.filter(Exists(visible.filter(recording__owner=OuterRef("pk"))))
    uploaders = [(user.get_username(), person(user)) for user in people]
    chosen = [filters.language, filters.since, filters.until, filters.speaker, filters.tag, filters.review]
    return {
        "languages": _with(filters.language, sorted(((c, local_name(c)) for c in languages), key=lambda c: c[1])),
        "tags": _with(filters.tag, [(tag.name, tag.name) for tag in tags.known(actor)]),
        "reviews": [(value, str(label)) for value, label in Review.choices],
        "uploaders": _with(filters.uploader, uploaders) if len(uploaders) > 1 or filters.uploader else [],
        "chosen_count": sum(bool(value) for value in [*chosen, filters.uploader]),
    }


def _with(chosen: str, choices: Choices) -> Choices:
    """The choices, and what an old address has chosen that is no longer among them."""
    if not chosen or chosen in dict(choices):
        return choices
    return [*choices, (chosen, chosen)]
