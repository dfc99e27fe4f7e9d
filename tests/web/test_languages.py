"""The language of the pages: the visitor's choice, else the browser's; programs are always answered in English."""

from __future__ import annotations

import re
import uuid
from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

pytestmark = pytest.mark.django_db


def _language_of(client: Client, **headers: str) -> str:
    page = client.get(reverse("login"), headers=headers).content.decode()
    return page.partition('<html lang="')[2].partition('"')[0]


def test_a_browser_is_answered_in_its_own_language() -> None:
    assert _language_of(Client(), accept_language="es-MX,es;q=0.9,en;q=0.5") == "es"


def test_a_language_that_we_do_not_have_is_english() -> None:
    assert _language_of(Client(), accept_language="fi") == "en"


def test_a_choice_is_kept_against_the_browsers_wish() -> None:
    visitor = Client()
    login = reverse("login")
    chosen = visitor.post(reverse("language"), {"language": "de", "next": login})
    assert (chosen.status_code, chosen["Location"]) == (HTTPStatus.FOUND, login)
    assert _language_of(visitor, accept_language="es") == "de"


def test_a_choice_sends_nobody_to_another_host() -> None:
    chosen = Client().post(reverse("language"), {"language": "de", "next": "https://evil.example/"})
    assert chosen["Location"] == "/"


def test_programs_are_answered_in_english() -> None:
    address = reverse("api-transcript", args=[uuid.uuid4()])
    answers = [Client().get(address, headers={"accept_language": language}) for language in ("en", "de")]
    assert answers[0].json() == answers[1].json()
    assert answers[1]["Content-Language"] == "en"


@pytest.mark.parametrize(("language", "word"), [("en", "E-mail"), ("de", "E-Mail"), ("es", "Correo electrónico")])
def test_an_e_mail_is_called_the_same_wherever_it_is_asked_for(
    language: str, word: str, admin: User, settings: Settings
) -> None:
    settings.EMAIL_IS_SET = True
    browser = Client(headers={"accept-language": language})
    asked = browser.get(reverse("password-ask")).content.decode()
    browser.force_login(admin)
    account = browser.get(reverse("account")).content.decode()
    desk = browser.get(reverse("admin:auth_user_changelist")).content.decode()
    form = browser.get(reverse("admin:auth_user_change", args=[admin.pk])).content.decode()
    for page in (asked, account, desk, form):
        assert re.search(rf">\s*{word}:?\s*<", page)
