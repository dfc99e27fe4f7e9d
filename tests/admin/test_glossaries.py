"""Glossaries at the administrator's desk."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from transcripts.models import AuditEntry, Glossary

ADD = reverse("admin:transcripts_glossary_add")
pytestmark = pytest.mark.django_db


def test_words_are_written_as_people_list_them_and_belong_to_who_wrote_them(desk: Client, admin: User) -> None:
    desk.post(ADD, {"name": "Council", "words": "Okafor, Bürgeramt\r\nWerify"})
    made = Glossary.objects.get()
    assert (made.words, made.created_by) == ("Okafor, Bürgeramt, Werify", admin)
    assert AuditEntry.objects.get().verb == "create glossary"


def test_anothers_stays_anothers_when_it_is_changed(desk: Client, alice: User) -> None:
    hers = Glossary.objects.create(name="Council", words="Okafor", created_by=alice)
    desk.post(reverse("admin:transcripts_glossary_change", args=[hers.pk]), {"name": "Council", "words": "Hall"})
    hers.refresh_from_db()
    assert (hers.words, hers.created_by) == ("Hall", alice)


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("council", "x", "There is a glossary of this name already."),
        ("new", ", ,", "words: a glossary needs some."),
        ("new", "x" * 4001, "words is longer than 4000 characters."),
    ],
)
def test_what_cannot_be_is_said_in_the_form(desk: Client, name: str, words: str, said: str) -> None:
    Glossary.objects.create(name="Council", words="Okafor")
    answer = desk.post(ADD, {"name": name, "words": words})
    assert said in answer.content.decode()
    assert Glossary.objects.count() == 1


def test_deleting_is_noted(desk: Client) -> None:
    gone = Glossary.objects.create(name="Council", words="Okafor")
    desk.post(reverse("admin:transcripts_glossary_delete", args=[gone.pk]), {"post": "yes"})
    listed = Glossary.objects.create(name="Hall", words="Okafor")
    chosen = {"action": "delete_selected", "_selected_action": [listed.pk], "post": "yes"}
    desk.post(reverse("admin:transcripts_glossary_changelist"), chosen)
    assert not Glossary.objects.exists()
    assert [entry.verb for entry in AuditEntry.objects.all()] == ["delete glossary"] * 2
