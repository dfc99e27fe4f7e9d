"""The groups of a new hub: there after `migrate`, and left as an administrator changed them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission

from transcripts import groups

pytestmark = pytest.mark.django_db


def _codenames(name: str) -> set[str]:
    return set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))


def test_each_group_may_what_its_name_says() -> None:
    assert _codenames("Uploader") == {"add_recording"}
    assert _codenames("Reviewer") == {"view_transcript", "edit_transcript", "review_transcript"}
    assert {"add_recording", "change_transcript", "delete_recording", "add_apikey", "add_user"} <= _codenames(
        "Administrator"
    )
    assert "delete_user" not in _codenames("Administrator")


def test_what_an_administrator_changed_stays_so() -> None:
    Group.objects.get(name="Uploader").permissions.add(Permission.objects.get(codename="view_transcript"))
    groups.ensure(using="default")
    assert _codenames("Uploader") == {"add_recording", "view_transcript"}


def test_a_group_that_is_missing_is_made_again() -> None:
    Group.objects.get(name="Reviewer").delete()
    groups.ensure(using="default")
    assert "review_transcript" in _codenames("Reviewer")
