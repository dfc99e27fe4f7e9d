"""Retention rules in the admin: told before they delete, refused where they make no sense."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.conftest import KeyMaker
from tests.rows import recording
from transcripts.models import AuditEntry, Recording, RetentionRule, Tag

pytestmark = pytest.mark.django_db
LIST = reverse("admin:transcripts_retentionrule_changelist")
ADD = reverse("admin:transcripts_retentionrule_add")


def test_a_rule_is_made_out_of_force_and_says_what_it_would_delete(desk: Client) -> None:
    for days in (5, 40, 50):
        row = recording()
        Recording.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=days))
    page = desk.post(ADD, {"audio_days": "4", "transcript_days": "30"}, follow=True).content.decode()
    assert "This rule is not in force. Today it would delete: 2 recordings, and of 1 more the audio." in page
    assert not RetentionRule.objects.get().enabled
    assert "2 recordings, and of 1 more the audio" in desk.get(LIST).content.decode()
    assert (
        AuditEntry.objects.get(verb="add").object_name == "all recordings: audio after 4 days, everything after 30 days"
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Say after how many days the audio, or everything, is deleted."),
        ({"audio_days": "1", "tag": "t", "api_key": "k"}, "A rule is for one key, for one tag, or for all"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_in_words(
    fields: dict[str, str], words: str, desk: Client, make_key: KeyMaker
) -> None:
    known = {"t": Tag.objects.create(name="private").pk, "k": make_key()[0].pk}
    page = desk.post(ADD, {name: known.get(value, value) for name, value in fields.items()}).content.decode()
    assert words in page
    assert not RetentionRule.objects.exists()


def test_a_key_that_a_rule_names_cannot_be_deleted(desk: Client, make_key: KeyMaker) -> None:
    key = make_key()[0]
    RetentionRule.objects.create(api_key=key, transcript_days=1)
    address = reverse("admin:transcripts_apikey_delete", args=[key.pk])
    desk.post(address, {"post": "yes"})
    assert RetentionRule.objects.get().api_key == key
