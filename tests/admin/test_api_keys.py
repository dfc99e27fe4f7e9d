"""Keys: made in the admin, shown once, revoked."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.conftest import KeyMaker
from transcripts.models import ApiKey

LIST = reverse("admin:transcripts_apikey_changelist")
ADD = reverse("admin:transcripts_apikey_add")


def _change(key: ApiKey) -> str:
    return reverse("admin:transcripts_apikey_change", args=[key.pk])


def _made(desk: Client, **fields: str | list[str]) -> str:
    """Fill in the form; the page that follows."""
    filled = {"name": "Werify", "scopes": ["transcribe"], "expires_at": "", **fields}
    return str(desk.post(ADD, filled, follow=True).content.decode())


def _shown(page: str) -> list[str]:
    return re.findall(r'<code class="new-key">([^<]*)</code>', page)


def test_a_new_key_is_shown_once_and_opens_the_door(desk: Client, admin: User) -> None:
    (key,) = _shown(_made(desk, scopes=["transcribe", "read"]))
    row = ApiKey.objects.get()
    assert ApiKey.find(key) == row
    assert (row.name, row.scopes, row.expires_at, row.created_by) == ("Werify", ["transcribe", "read"], None, admin)
    for address in (LIST, _change(row)):
        page = desk.get(address).content.decode()
        assert _shown(page) == []
        assert key not in page
        assert row.hash not in page


def test_changing_a_key_makes_no_new_secret(desk: Client) -> None:
    (key,) = _shown(_made(desk))
    before = ApiKey.objects.get()
    page = desk.post(_change(before), {"name": "Renamed", "scopes": ["read"], "expires_at": ""}, follow=True)
    after = ApiKey.objects.get()
    assert _shown(page.content.decode()) == []
    assert (after.name, after.scopes) == ("Renamed", ["read"])
    assert (after.prefix, after.hash) == (before.prefix, before.hash)
    assert ApiKey.find(key) == after


def test_the_secret_cannot_be_typed_over(desk: Client) -> None:
    _made(desk)
    before = ApiKey.objects.get()
    forged = {"name": "Werify", "scopes": ["transcribe"], "expires_at": "", "prefix": "wh_mine", "hash": "0" * 64}
    desk.post(_change(before), forged)
    after = ApiKey.objects.get()
    assert (after.prefix, after.hash) == (before.prefix, before.hash)


def test_a_key_may_expire(desk: Client) -> None:
    _made(desk, expires_at="2031-05-01T12:30")
    assert ApiKey.objects.get().expires_at == datetime(2031, 5, 1, 12, 30, tzinfo=UTC)
    assert 'value="2031-05-01T12:30"' in desk.get(_change(ApiKey.objects.get())).content.decode()


@pytest.mark.parametrize("scopes", [[], ["everything"]])
def test_a_key_needs_scopes_that_exist(scopes: list[str], desk: Client) -> None:
    assert _shown(_made(desk, scopes=scopes)) == []
    assert not ApiKey.objects.exists()


def test_revoking_shuts_the_door_and_keeps_the_first_date(desk: Client, make_key: KeyMaker) -> None:
    open_row, open_key = make_key(name="open")
    long_ago = timezone.now() - timedelta(days=3)
    shut_row, _ = make_key(name="shut")
    ApiKey.objects.filter(pk=shut_row.pk).update(revoked_at=long_ago)
    page = desk.post(LIST, {"action": "revoke", "_selected_action": [open_row.pk, shut_row.pk]}, follow=True)
    assert "1 revoked." in page.content.decode()
    assert ApiKey.find(open_key) is None
    assert ApiKey.objects.get(pk=shut_row.pk).revoked_at == long_ago


def test_who_may_only_look_makes_and_revokes_nothing(make_key: KeyMaker, client: Client, db: None) -> None:
    row, key = make_key()
    looker = User.objects.create_user("looker", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_apikey"))
    client.force_login(looker)
    assert client.get(LIST).status_code == 200
    assert client.post(ADD, {"name": "x", "scopes": ["manage"]}).status_code == 403
    client.post(LIST, {"action": "revoke", "_selected_action": [row.pk]})
    assert ApiKey.find(key) == row
    assert ApiKey.objects.count() == 1
