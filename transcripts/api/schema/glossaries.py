"""`/api/v1/glossaries`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers

from transcripts.glossaries import NAME_LENGTH
from transcripts.models import Glossary as GlossaryRow
from transcripts.orders import TEXT_LENGTH

from .bodies import Body, Text
from .pages import PageQuery, page_of
from .problems import problem, problems

_NAME = "What an upload chooses it by; the same in any case."
_WORDS = "Names and terms, separated by commas or lines. The model is told the first hundred or so."


class Glossary(serializers.ModelSerializer[GlossaryRow]):
    """Names and terms of one subject."""

    class Meta:
        model = GlossaryRow
        fields = ("id", "name", "words", "created_at", "changed_at")


class NewGlossary(Body):
    """A glossary to be made."""

    name = Text(max_length=NAME_LENGTH, help_text=_NAME)
    words = Text(max_length=TEXT_LENGTH, help_text=_WORDS)


class GlossaryChange(Body):
    """What is left out stays as it is."""

    name = Text(max_length=NAME_LENGTH, required=False, help_text=_NAME)
    words = Text(max_length=TEXT_LENGTH, required=False, help_text=_WORDS)


_EXAMPLE = OpenApiExample("council", {"name": "council", "words": "Okafor, Werify, Bürgeramt"}, request_only=True)
_TAKEN = {409: problem("There is one of this name already.", "There is a glossary named 'council' already.")}
LIST: dict[str, Any] = {
    "operation_id": "list_glossaries",
    "tags": ["Glossaries"],
    "parameters": [PageQuery],
    "responses": {200: page_of(Glossary), **problems(400, 401)},
}
CREATE: dict[str, Any] = {
    "operation_id": "create_glossary",
    "tags": ["Glossaries"],
    "request": NewGlossary,
    "examples": [_EXAMPLE],
    "responses": {
        201: OpenApiResponse(Glossary, "Made; `Location` says where."),
        **problems(400, 401, 403, 413, 415),
        **_TAKEN,
    },
}
GET: dict[str, Any] = {
    "operation_id": "get_glossary",
    "tags": ["Glossaries"],
    "responses": {200: Glossary, **problems(401, 404)},
}
CHANGE: dict[str, Any] = {
    "operation_id": "change_glossary",
    "tags": ["Glossaries"],
    "request": GlossaryChange,
    "responses": {200: Glossary, **problems(400, 401, 403, 404, 413, 415), **_TAKEN},
}
DELETE: dict[str, Any] = {
    "operation_id": "delete_glossary",
    "tags": ["Glossaries"],
    "responses": {204: OpenApiResponse(description="Gone."), **problems(401, 403, 404)},
}
