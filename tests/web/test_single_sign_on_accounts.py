"""Into which account the organisation's sign-in leads; the way itself is in tests/e2e/test_single_sign_on.py."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from transcripts import single_sign_on
from transcripts.single_sign_on import NotLetIn

pytestmark = pytest.mark.django_db
NORA = {"email": "nora@EXAMPLE.net", "email_verified": True, "given_name": "Nora", "preferred_username": "alice"}


@pytest.fixture
def domains(settings: Settings) -> None:
    """New people of two domains get an account."""
    settings.OIDC_ACCOUNTS, settings.OIDC_EMAIL_DOMAINS = "domains", ["example.org", "example.net"]


@pytest.mark.usefixtures("domains")
def test_new_people_of_the_allowed_domains_get_an_account(alice: User) -> None:
    nora = single_sign_on.account_for(NORA)
    assert (nora.username, nora.email, nora.first_name) == ("alice2", "nora@example.net", "Nora")
    assert [group.name for group in nora.groups.all()] == ["Uploader"]
    assert not nora.has_usable_password()
    browser = Client()
    browser.force_login(nora)
    assert 'name="old_password"' not in browser.get(reverse("account")).content.decode()
    assert single_sign_on.account_for({**NORA, "email": "NORA@example.net"}) == nora


@pytest.mark.usefixtures("domains")
@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("eve@evil.example", "There is no account with your e-mail here"),
        ("eve@notexample.org", "There is no account with your e-mail here"),
        ("eve@example.org.evil.example", "There is no account with your e-mail here"),
        ("example.org", "does not confirm an e-mail"),
        ("eve@", "does not confirm an e-mail"),
    ],
)
def test_nobody_else_does(email: str, words: str) -> None:
    with pytest.raises(NotLetIn, match=words):
        single_sign_on.account_for({**NORA, "email": email})
    assert not User.objects.exists()


@pytest.mark.usefixtures("domains")
def test_an_unconfirmed_email_makes_no_account() -> None:
    with pytest.raises(NotLetIn, match="does not confirm"):
        single_sign_on.account_for({**NORA, "email_verified": False})


@pytest.mark.parametrize("policy", ["off", "existing"])
def test_the_other_policies_make_none(policy: str, settings: Settings) -> None:
    settings.OIDC_ACCOUNTS, settings.OIDC_EMAIL_DOMAINS = policy, ["example.net"]
    with pytest.raises(NotLetIn):
        single_sign_on.account_for(NORA)


def test_off_joins_nobody_to_an_account_that_is_there(alice: User, settings: Settings) -> None:
    User.objects.filter(pk=alice.pk).update(email="nora@example.net")
    settings.OIDC_ACCOUNTS = "existing"
    assert single_sign_on.account_for(NORA) == alice
    settings.OIDC_ACCOUNTS = "off"
    with pytest.raises(NotLetIn, match="You have no account here yet"):
        single_sign_on.account_for(NORA)
