"""The administration's own words: no field, hint or kind of thing is told by its Python name or in English alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib import admin as administration
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.auth.models import User
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.functional import Promise

from tests.rows import claimed, in_state, recording
from transcripts import lifecycle
from transcripts.models import Failure, Status

pytestmark = pytest.mark.django_db
DESKS = [desk for model, desk in administration.site._registry.items() if model._meta.app_label == "transcripts"]


def _shown(desk: administration.ModelAdmin, user: User) -> Iterator[Field]:  # type: ignore[type-arg]  # generic in the stubs
    """The fields of the model that the desk's list or form shows."""
    request = RequestFactory().get("/")
    request.user = user
    names = {*desk.get_list_display(request), *desk.get_readonly_fields(request)}
    names |= set(flatten_fieldsets(desk.get_fieldsets(request)))
    for name in map(str, names):
        try:
            field = desk.model._meta.get_field(name)
        except FieldDoesNotExist:  # a method of the desk, which describes itself
            continue
        if isinstance(field, Field) and not field.primary_key:
            yield field


@pytest.mark.parametrize("desk", DESKS, ids=lambda desk: desk.model.__name__)
def test_every_field_that_is_shown_has_a_name_and_a_hint_for_the_reader(
    desk: administration.ModelAdmin,  # type: ignore[type-arg]
    admin: User,
) -> None:
    meta = desk.model._meta
    assert isinstance(meta.verbose_name, Promise)
    assert isinstance(meta.verbose_name_plural, Promise)
    shown = list(_shown(desk, admin))
    assert [field.name for field in shown if not isinstance(field.verbose_name, Promise)] == []
    assert [field.name for field in shown if field.help_text and not isinstance(field.help_text, Promise)] == []


def test_a_failure_and_its_attempts_say_why_in_german(admin: User) -> None:
    browser = Client(headers={"accept-language": "de"})
    browser.force_login(admin)
    row = in_state(Status.QUEUED).transcript
    lifecycle.fail(claimed(row), Failure.MEDIA, "The file has no audio track.", processing_ms=1)
    page = browser.get(reverse("admin:transcripts_transcript_change", args=[row.pk])).content.decode()
    assert page.count("Die Datei hat keine Tonspur.") == 2


def test_a_recording_is_described_in_german(admin: User) -> None:
    browser = Client(headers={"accept-language": "de"})
    browser.force_login(admin)
    address = reverse("admin:transcripts_recording_change", args=[recording().pk])
    page = browser.get(address).content.decode()
    for word in ("Titel", "Dateiformat", "Quelle (URL)"):
        assert word in page
