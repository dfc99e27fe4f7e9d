"""Tags at the administrator's desk: renamed, merged and deleted, with word of what it touches."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.rows import recording
from transcripts.models import AuditEntry, Recording, RetentionRule, Tag

LIST = reverse("admin:transcripts_tag_changelist")
pytestmark = pytest.mark.django_db


def _tag(name: str, *rows: Recording) -> Tag:
    tag = Tag.objects.create(name=name)
    tag.recordings.set(rows)
    return tag


def _change(tag: Tag) -> str:
    return reverse("admin:transcripts_tag_change", args=[tag.pk])


def _merge(desk: Client, *chosen: Tag, **fields: object) -> str:
    sent = {"action": "merge", "_selected_action": [tag.pk for tag in chosen], **fields}
    return desk.post(LIST, sent, follow=True).content.decode()


def _names(row: Recording) -> list[str]:
    return [tag.name for tag in row.tags.all()]


def test_the_list_tells_how_often_each_is_used(desk: Client) -> None:
    one, other = recording(), recording()
    _tag("harbour", one, other)
    RetentionRule.objects.create(tag=_tag("budget", one), audio_days=9)
    rows = {row.name: (row.recording_total, row.rule_total) for row in desk.get(LIST).context["cl"].result_list}
    assert rows == {"harbour": (2, 0), "budget": (1, 1)}


def test_a_tag_is_renamed_everywhere_and_noted(desk: Client) -> None:
    row = recording()
    tag = _tag("harbour", row)
    desk.post(_change(tag), {"name": " Harbour  front "})
    assert _names(row) == ["Harbour front"]
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.object_name, entry.detail) == ("rename tag", "Harbour front", {"before": "harbour"})


def test_a_tag_may_change_its_case(desk: Client) -> None:
    tag = _tag("harbour")
    desk.post(_change(tag), {"name": "Harbour"})
    assert Tag.objects.get().name == "Harbour"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("STRASSE", "There is a tag “straße” already. Merge the two instead."),
        ("one, two", "A tag has one name, without commas."),
        (",", "A tag has one name, without commas."),
        ("", "This field is required."),
    ],
)
def test_what_cannot_be_is_said_in_the_form(name: str, said: str, desk: Client) -> None:
    _tag("straße")
    tag = _tag("harbour")
    assert said in desk.post(_change(tag), {"name": name}).content.decode()
    assert Tag.objects.get(pk=tag.pk).name == "harbour"


def test_merging_asks_first_and_says_what_it_means(desk: Client) -> None:
    one, other = _tag("harbour", recording()), _tag("harbor")
    RetentionRule.objects.create(tag=one, audio_days=9)
    page = _merge(desk, one, other)
    assert "Which one stays?" in page
    assert "on 1 recording" in page
    assert "tag harbour: audio after 9 days" in page
    assert Tag.objects.count() == 2


def test_merged_tags_stand_on_the_recordings_of_all_of_them_once(desk: Client) -> None:
    both, one, none = recording(), recording(), recording()
    stays = _tag("harbour", both)
    goes, too = _tag("harbor", both, one), _tag("port", one)
    page = _merge(desk, stays, goes, too, into=stays.pk)
    assert "“harbour” stands for all of them, new on 1 recording." in page
    assert [_names(row) for row in (both, one, none)] == [["harbour"], ["harbour"], []]
    assert list(Tag.objects.values_list("name", flat=True)) == ["harbour"]
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.object_name, entry.detail) == (
        "merge tags",
        "harbour",
        {"merged": ["harbor", "port"], "recordings": 1},
    )


def test_a_tag_that_a_retention_rule_names_is_not_merged_away(desk: Client) -> None:
    stays, goes = _tag("harbour"), _tag("harbor", recording())
    RetentionRule.objects.create(tag=goes, audio_days=9)
    assert "A retention rule names “harbor”. Change the rule first." in _merge(desk, stays, goes, into=stays.pk)
    assert Tag.objects.count() == 2


def test_one_tag_alone_is_not_merged_and_a_foreign_one_never_stays(desk: Client) -> None:
    one, other, third = _tag("harbour"), _tag("harbor"), _tag("budget")
    assert "Choose two tags or more." in _merge(desk, one, into=one.pk)
    assert "Which one stays?" in _merge(desk, one, other, into=third.pk)
    assert Tag.objects.count() == 3


def test_deleting_says_what_it_touches_and_leaves_the_recordings(desk: Client) -> None:
    row = recording()
    tag = _tag("harbour", row)
    RetentionRule.objects.create(tag=tag, audio_days=9)
    address = reverse("admin:transcripts_tag_delete", args=[tag.pk])
    page = desk.get(address).content.decode()
    assert "harbour, off 1 recordings" in page
    assert "With it the retention rule: tag harbour: audio after 9 days" in page
    desk.post(address, {"post": "yes"})
    assert not Tag.objects.exists()
    assert Recording.objects.get() == row
    assert AuditEntry.objects.get().detail == {"recordings": 1, "rules": 1}


def test_a_new_tag_is_added_and_noted(desk: Client) -> None:
    desk.post(reverse("admin:transcripts_tag_add"), {"name": "harbour"})
    assert Tag.objects.get().name == "harbour"
    assert [entry.verb for entry in AuditEntry.objects.all()] == ["add"]
