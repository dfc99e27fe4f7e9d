"""What a browser is told, what a forged form reaches, what an address gives away: over all routes of the URLconf."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from http import HTTPStatus
from pathlib import Path

import pytest
from django.conf import settings as project
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse
from pytest_django import Settings

from tests.conftest import KeyMaker
from tests.rows import in_state, recording
from tests.rules import RULES, Rule, places
from tests.walking import Route, routes
from transcripts.models import Status
from whisperhub import accounts

pytestmark = pytest.mark.django_db
PASSWORD = "a long pass phrase"
ROUTES = {route.name or route.pattern: route for route in routes(get_resolver().url_patterns) if not route.in_admin}
PAGES = ["login", "password-ask", "library", "search", "account", "bin", "transcript", "history", "docs"]


def _path(route: Route, user: User) -> str:
    values = places(in_state(Status.DONE, recording(owner=user)).transcript)
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda place: str(values[place[1]]), route.pattern)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_tells_the_browser_what_it_may_do(name: str, admin: User, make_key: KeyMaker) -> None:
    make_key()
    client = Client()
    if name not in ("login", "password-ask"):
        client.force_login(admin)
    answer = client.get(_path(ROUTES[name], admin))
    assert answer.status_code == HTTPStatus.OK
    policy = dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))
    assert (policy["default-src"], policy["base-uri"], policy["frame-ancestors"]) == ("'none'",) * 3
    assert (policy["script-src"], policy["form-action"], policy["connect-src"]) == ("'self'",) * 3
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_form_of_another_site_changes_nothing(admin: User, make_key: KeyMaker) -> None:
    make_key()
    answered: dict[str, int] = {}
    for name, rules in RULES.items():
        client = Client(enforce_csrf_checks=True)
        if name != "login":
            client.force_login(admin)
        for rule in (rules,) if isinstance(rules, Rule) else rules:
            if rule.method not in ("GET", "HEAD"):
                answer = client.generic(rule.method, _path(ROUTES[name], admin))
                answered[f"{rule.method} {name}"] = answer.status_code
    others = {name: status for name, status in answered.items() if status != HTTPStatus.FORBIDDEN}
    assert others == {"POST asr": 404, "POST asr-detect-language": 404}, "takes a forged form"  # both are switched off
    assert len(answered) > 60


# Numbers that can be counted up lead to nothing that is not looked up among the asker's own, or that is not for all.
COUNTED = {
    "account-session-end": "looked up among one's own browsers",
    "api-key": "for administrators",
    "api-glossary": "for everybody who is known",
    "segment-history": "within a transcript",
    "api-segment": "within a transcript",
    "api-segment-history": "within a transcript",
    "text-after": "within a transcript",
    "comment": "within a transcript",
}


def test_no_other_address_can_be_counted_up() -> None:
    counted = {name for name, route in ROUTES.items() if "<int:" in route.pattern}
    assert counted == COUNTED.keys() & ROUTES.keys()
    within = [name for name, why in COUNTED.items() if why == "within a transcript"]
    assert all("<uuid:transcript_id>" in ROUTES[name].pattern for name in within)


SECURE = """
import json
from django.db import connection
from django.test import Client
client = Client(SERVER_NAME="localhost", HTTP_X_FORWARDED_PROTO="https")
page = client.get("/login", secure=True)
cookies = {name: [cookie["secure"], cookie["httponly"], cookie["samesite"]] for name, cookie in page.cookies.items()}
from django.conf import settings
session = [settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE]
plain = Client(SERVER_NAME="localhost").get("/login")
print(json.dumps([page.get("Strict-Transport-Security"), cookies["csrftoken"], session, plain.get("Location")]))
"""


@pytest.mark.parametrize("https", ["true", "false"])
def test_behind_tls_cookies_and_pages_never_leave_it(tmp_path: Path, https: str) -> None:
    tables, copied = connection.settings_dict["NAME"], tmp_path / "whisperhub.sqlite3"
    with closing(sqlite3.connect(tables)) as made, closing(sqlite3.connect(copied)) as copy:
        made.backup(copy)
    told = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", SECURE],
        cwd=project.BASE_DIR,
        env={"PATH": os.environ["PATH"], "WHISPERHUB_DATA_DIR": str(tmp_path), "WHISPERHUB_HTTPS": https},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    is_on = https == "true"
    hsts = "max-age=31536000; includeSubDomains; preload" if is_on else None
    redirected = "https://localhost/login" if is_on else None
    assert json.loads(told.stdout) == [
        hsts,
        [is_on or "", "", "Lax"],
        [is_on, True, "Lax"],
        redirected,
    ]


def test_a_password_of_an_older_kind_becomes_argon2_at_the_next_sign_in(alice: User, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = accounts.PASSWORD_HASHERS
    User.objects.filter(pk=alice.pk).update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1000))
    Client().post(reverse("login"), {"username": "alice", "password": PASSWORD})
    kept = User.objects.get(pk=alice.pk)
    assert kept.password.startswith("argon2$argon2id$")
    assert kept.check_password(PASSWORD)
