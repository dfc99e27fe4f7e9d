"""Accounts in the admin: who may make and change whom, and that nobody rises above themselves."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from tests.conftest import person
from transcripts.groups import ADMINISTRATOR, REVIEWER, UPLOADER
from transcripts.models import ApiKey, AuditEntry

pytestmark = pytest.mark.django_db
ADD = reverse("admin:auth_user_add")
PASSWORD = "a long pass phrase"


@pytest.fixture
def ada(db: None) -> User:
    """An Administrator by her group, and nothing else."""
    return person("ada", ADMINISTRATOR)


@pytest.fixture
def adas(ada: User) -> Client:
    """Her browser."""
    client = Client()
    client.force_login(ada)
    return client


def _change(user: User) -> str:
    return reverse("admin:auth_user_change", args=[user.pk])


def _filled(user: User, **fields: Any) -> dict[str, Any]:
    groups = list(user.groups.values_list("pk", flat=True))
    return {"username": user.username, "is_active": "on", "groups": groups, **fields}


def _groups(*names: str) -> list[int]:
    return list(Group.objects.filter(name__in=names).values_list("pk", flat=True))


def _state(user: User) -> tuple[Any, ...]:
    user = User.objects.get(pk=user.pk)
    return user.is_superuser, user.is_staff, user.password, user.user_permissions.count(), user.groups.count()


def test_a_new_account_is_an_uploader_unless_that_is_unticked(adas: Client) -> None:
    page = adas.get(ADD).content.decode()
    uploader = Group.objects.get(name=UPLOADER).pk
    assert f'value="{uploader}"' in page.split("checked")[-2].rpartition("<input")[2]
    assert "sends recordings; sees, corrects and deletes its own" in page
    made = {"username": "nina", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    adas.post(ADD, {**made, "groups": [uploader]})
    nina = User.objects.get(username="nina")
    assert [group.name for group in nina.groups.all()] == [UPLOADER]
    assert (nina.is_superuser, nina.is_staff) == (False, False)


def test_an_administrator_gives_groups_and_shuts_accounts(adas: Client, alice: User) -> None:
    adas.post(_change(alice), _filled(alice, groups=_groups(UPLOADER, REVIEWER, ADMINISTRATOR)))
    assert alice.groups.count() == 3
    shut = _filled(alice)
    del shut["is_active"]
    adas.post(_change(alice), shut)
    assert not User.objects.get(pk=alice.pk).is_active


@pytest.mark.parametrize("victim", ["ada", "alice"])
def test_nobody_makes_or_becomes_a_superuser_by_forging_a_form(
    victim: str, adas: Client, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(victim)
    before = _state(user)
    right = Permission.objects.get(codename="delete_user").pk
    adas.post(_change(user), _filled(user, is_superuser="on", is_staff="on", user_permissions=[right]))
    assert _state(user) == before
    adas.post(
        ADD,
        {"username": "evil", "password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
        | {"is_superuser": "on", "is_staff": "on", "user_permissions": [right]},
    )
    assert not User.objects.filter(username="evil").exclude(is_superuser=False, is_staff=False).exists()


def _with_more(**fields: Any) -> User:
    user = person("stronger", UPLOADER)
    user.user_permissions.add(Permission.objects.get(codename="delete_user"))
    User.objects.filter(pk=user.pk).update(**fields)
    return user


@pytest.mark.parametrize("fields", [{"is_superuser": True}, {}, {"is_active": False}])
def test_an_account_that_holds_more_is_only_looked_at(fields: dict[str, Any], adas: Client) -> None:
    stronger = _with_more(**fields)
    before = _state(stronger)
    assert adas.get(_change(stronger)).status_code == 200
    assert adas.post(_change(stronger), _filled(stronger)).status_code == 403
    new_password = {"password1": "mine now, thank you", "password2": "mine now, thank you", "usable_password": "true"}
    address = reverse("admin:auth_user_password_change", args=[stronger.pk])
    assert adas.post(address, new_password).status_code == 403
    assert _state(stronger) == before


def test_a_group_that_holds_more_cannot_be_given(adas: Client, ada: User) -> None:
    beyond = Group.objects.create(name="Beyond")
    beyond.permissions.add(Permission.objects.get(codename="delete_user"))
    assert "Beyond" not in adas.get(_change(ada)).content.decode()
    adas.post(_change(ada), _filled(ada, groups=[beyond.pk, *_groups(ADMINISTRATOR)]))
    assert not ada.groups.filter(name="Beyond").exists()


def test_who_may_change_groups_puts_no_right_in_that_they_lack(adas: Client, ada: User) -> None:
    ada.user_permissions.add(Permission.objects.get(codename="change_group"))
    group = Group.objects.get(name=UPLOADER)
    right = Permission.objects.get(codename="delete_user")
    address = reverse("admin:auth_group_change", args=[group.pk])
    adas.post(address, {"name": UPLOADER, "permissions": [right.pk]})
    assert right not in group.permissions.all()
    group.permissions.add(right)
    assert adas.post(address, {"name": UPLOADER}).status_code == 403
    assert right in group.permissions.all()


def test_nobody_gives_a_key_a_scope_that_they_lack(client: Client) -> None:
    maker = person("maker", UPLOADER)
    maker.is_staff = True
    maker.save()
    maker.user_permissions.add(*Permission.objects.filter(codename__in=("add_apikey", "view_apikey")))
    client.force_login(maker)
    add = reverse("admin:transcripts_apikey_add")
    client.post(add, {"name": "too much", "scopes": ["transcribe", "manage"]})
    assert not ApiKey.objects.exists()
    client.post(add, {"name": "as much", "scopes": ["transcribe"]})
    assert ApiKey.objects.get().scopes == ["transcribe"]


def test_what_was_done_to_accounts_and_keys_is_in_the_audit_trail(adas: Client, alice: User) -> None:
    adas.post(_change(alice), _filled(alice, first_name="Alice", groups=_groups(REVIEWER)))
    adas.post(reverse("admin:transcripts_apikey_add"), {"name": "Werify", "scopes": ["transcribe"]})
    key = ApiKey.objects.get()
    revoke = {"action": "revoke", "_selected_action": [key.pk]}
    adas.post(reverse("admin:transcripts_apikey_changelist"), revoke)
    found = AuditEntry.objects.order_by("pk").values_list("who", "verb", "object_kind", "object_name")
    assert list(found) == [
        ("ada", "change", "user", "alice"),
        ("ada", "add", "apikey", str(key)),
        ("ada", "revoke", "apikey", str(key)),
    ]
    assert {"First name", "Groups"} <= set(AuditEntry.objects.get(verb="change").detail["fields"])
