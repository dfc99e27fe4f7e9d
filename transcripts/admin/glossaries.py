"""Glossaries: names and terms that uploads choose by name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from transcripts import glossaries
from transcripts.access import Actor
from transcripts.errors import Refused
from transcripts.models import Glossary


class GlossaryForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Words as people write lists of them."""

    class Meta:
        model = Glossary
        fields = ("name", "words")

    def clean_words(self) -> str:
        """One line, each word once; refused in words where that is not to be had."""
        try:
            return glossaries.terms(self.cleaned_data["words"])
        except Refused as error:
            raise forms.ValidationError(str(error)) from error


@admin.register(Glossary)
class GlossaryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Made, changed and deleted by the verbs that the API calls too."""

    form = GlossaryForm
    list_display = ("name", "words", "created_by", "api_key", "changed_at")
    list_select_related = ("created_by", "api_key")
    search_fields = ("name", "words")
    readonly_fields = ("created_by", "api_key", "created_at", "changed_at")

    def save_model(self, request: HttpRequest, obj: Glossary, form: Any, change: bool) -> None:
        """Whose it is stays as it was."""
        glossaries.save(obj, Actor.person(request.user))

    def delete_model(self, request: HttpRequest, obj: Glossary) -> None:
        """One glossary."""
        glossaries.delete(obj, Actor.person(request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Glossary]) -> None:
        """Several glossaries."""
        for glossary in queryset:
            glossaries.delete(glossary, Actor.person(request.user))
