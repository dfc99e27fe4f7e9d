"""The organisation's own sign-in: the real service, a real browser, and a stand-in for the provider."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.backing import backing
from tests.e2e.stack import ROOT, TLS, Stack
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider

pytestmark = pytest.mark.e2e
ALICE = {"sub": "a-1", "email": "Alice@example.org", "email_verified": True, "preferred_username": "alice"}
MAKE_PEOPLE = """
from django.contrib.auth.models import Group, User
for name, email in (("alice", "alice@"), ("shut", "shut@"), ("twin", "two@"), ("twin2", "two@")):
    user = User.objects.create_user(name, f"{email}example.org", "a long pass phrase", is_active=name != "shut")
    user.groups.add(Group.objects.get(name="Uploader"))
"""
GROUPS = """
from django.contrib.auth.models import User
print(*User.objects.get(username={name!r}).groups.values_list("name", flat=True).order_by("name"))
"""
TRAIL = """
from transcripts.models import AuditEntry
print(*sorted({(entry.verb, entry.who) for entry in AuditEntry.objects.filter(detail__by="single sign-on")}))
"""
WITHOUT_THE_EXTRA = """
import runpy, sys
sys.modules["allauth"] = None
sys.argv = ["manage.py", "check"]
runpy.run_path("manage.py", run_name="__main__")
"""


class Hub:
    """The web process alone, with its database: nothing here needs a model."""

    def __init__(self, stack: Stack, provider: Provider) -> None:
        self.stack = stack
        self.provider = provider
        self.url = stack.base_url
        self.browsers = ExitStack()
        provider.redirect_uri = f"{self.url}/sign-on/oidc/callback/"

    def come(
        self, claims: dict[str, object], path: str = "/sign-on/oidc/", **client: object
    ) -> tuple[httpx.Client, httpx.Response]:
        """Sign in as whom the provider says, in a fresh browser; that browser, and the page at the end."""
        self.provider.claims = claims
        browser = self.browsers.enter_context(
            httpx.Client(base_url=self.url, follow_redirects=True, timeout=30, verify=TLS)
        )
        return browser, browser.get(path)

    def asks(self, python: str) -> str:
        """What a line of Python prints inside the service's own settings."""
        return self.stack.manage("shell", "--no-imports", "-c", python).strip()

    def groups(self, name: str) -> list[str]:
        """Of which groups somebody is."""
        return self.asks(GROUPS.format(name=name)).split()


@contextmanager
def _serving(stack: Stack) -> Iterator[None]:
    command = [sys.executable, "-m", "gunicorn", "whisperhub.wsgi", "--config", "python:whisperhub.gunicorn"]
    command += ["--bind", f"127.0.0.1:{stack.port}"]
    with subprocess.Popen(command, cwd=ROOT, env=stack.environment) as process:
        try:
            deadline = time.monotonic() + 60
            while not stack.health():
                assert process.poll() is None, "the web process ended"
                assert time.monotonic() < deadline, "the web process does not answer"
                time.sleep(0.1)
            yield
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """The organisation's sign-in."""
    with Provider() as running:
        yield running


@contextmanager
def _hub(folder: Path, provider: Provider, **settings: str) -> Iterator[Hub]:
    ours = {
        "WHISPERHUB_OIDC_ISSUER": provider.issuer,
        "WHISPERHUB_OIDC_CLIENT_ID": CLIENT_ID,
        "WHISPERHUB_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "WHISPERHUB_OIDC_NAME": "Example Org",
    }
    with backing() as services:
        stack = Stack(folder, services | ours | settings)
        stack.manage("migrate", "-v0")
        hub = Hub(stack, provider)
        hub.asks(MAKE_PEOPLE)
        with _serving(stack), hub.browsers:
            yield hub


@pytest.fixture(scope="module")
def existing(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Iterator[Hub]:
    """As it is by default: who has an account, by e-mail. Groups follow the provider's."""
    groups = {"WHISPERHUB_OIDC_GROUPS": "editors=Reviewer,it=Administrator"}
    with _hub(tmp_path_factory.mktemp("existing"), provider, **groups) as hub:
        yield hub


@pytest.fixture
def hub(existing: Hub, provider: Provider) -> Hub:
    """The same, with a provider that has nothing special in mind."""
    provider.token_claims, provider.refuses = {}, ""
    provider.redirect_uri = f"{existing.url}/sign-on/oidc/callback/"
    return existing


def test_who_has_an_account_comes_in_by_a_button_and_goes_out_there_too(
    hub: Hub, provider: Provider, browser: Browser
) -> None:
    provider.claims = ALICE
    context = browser.new_context(base_url=hub.url)
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto("/search?q=council")
    page.get_by_role("link", name="Sign in with Example Org").click()
    page.wait_for_url("**/search?q=council")
    page.goto("/account")
    expect(page.get_by_text("this browser")).to_have_count(1)
    page.locator("header details summary").click()
    page.get_by_role("button", name="Sign out").first.click()
    away = page.get_by_role("link", name="Sign out of Example Org too")
    query = parse_qs(urlsplit(away.get_attribute("href") or "").query)
    assert query == {"client_id": [CLIENT_ID], "post_logout_redirect_uri": [f"{hub.url}/login"]}
    away.click()
    page.wait_for_url(f"{provider.issuer}/logout**")
    page.goto(f"{hub.url}/account")
    assert page.url.startswith(f"{hub.url}/login")
    assert problems == []
    context.close()


def test_the_tie_is_to_the_subject_and_outlives_another_email(hub: Hub) -> None:
    hub.come(ALICE)
    browser, page = hub.come({**ALICE, "email": "alice.okafor@example.org", "email_verified": False})
    assert page.url == f"{hub.url}/"
    assert "alice@example.org" in browser.get("/account").text


def test_an_email_that_went_to_somebody_else_does_not_take_the_account_along(hub: Hub) -> None:
    hub.come(ALICE)
    _, page = hub.come({**ALICE, "sub": "somebody else"})
    assert page.status_code == HTTPStatus.FORBIDDEN
    assert "belongs to another sign-in" in page.text


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"email": "alice@example.org"}, "does not confirm an e-mail"),
        ({"email": "alice@example.org", "email_verified": False}, "does not confirm an e-mail"),
        ({"email": "alice@example.org", "email_verified": "false"}, "does not confirm an e-mail"),
        ({"email": "alice@example.org", "email_verified": 1}, "does not confirm an e-mail"),
        ({"email_verified": True}, "does not confirm an e-mail"),
        ({"email": "bob@example.org", "email_verified": True}, "There is no account with your e-mail"),
        ({"email": "bob@example.org", "email_verified": True, "preferred_username": "twin"}, "There is no account"),
        ({"email": "two@example.org", "email_verified": True}, "Several accounts here have your e-mail"),
        ({"email": "shut@example.org", "email_verified": True}, "Your account here is shut"),
    ],
)
def test_who_is_not_let_in_is_told_why(hub: Hub, claims: dict[str, object], words: str) -> None:
    browser, page = hub.come({"sub": "new", **claims})
    assert page.status_code == HTTPStatus.FORBIDDEN
    assert words in page.text
    assert browser.get("/account").url.path == "/login"


def test_groups_follow_the_providers_and_those_it_does_not_name_stay(hub: Hub) -> None:
    hub.come({**ALICE, "groups": ["editors", "choir"]})
    assert hub.groups("alice") == ["Reviewer", "Uploader"]
    hub.come({**ALICE, "groups": ["it"]})
    assert hub.groups("alice") == ["Administrator", "Uploader"]
    hub.come(ALICE)
    assert hub.groups("alice") == ["Uploader"]


def test_userinfo_about_another_person_than_the_token_is_refused(hub: Hub, provider: Provider) -> None:
    provider.token_claims = {"sub": "somebody else"}
    _, page = hub.come(ALICE)
    assert (page.status_code, "contradicts itself" in page.text) == (HTTPStatus.FORBIDDEN, True)


@pytest.mark.parametrize("wrong", [{"aud": "another client"}, {"iss": "https://evil.example"}, {"exp": 1}])
def test_a_token_for_others_from_others_or_out_of_date_is_refused(
    hub: Hub, provider: Provider, wrong: dict[str, object]
) -> None:
    provider.token_claims = wrong
    browser, page = hub.come(ALICE)
    assert page.status_code == HTTPStatus.UNAUTHORIZED
    assert "Signing in did not work" in page.text
    assert browser.get("/account").url.path == "/login"


def test_a_callback_that_this_browser_did_not_ask_for_is_refused(hub: Hub) -> None:
    assert httpx.get(f"{hub.url}/sign-on/oidc/callback/?code=x&state=y").status_code == HTTPStatus.UNAUTHORIZED
    victim, _ = hub.come(ALICE)
    answer = victim.get("/sign-on/oidc/callback/?code=planted&state=planted")
    assert answer.status_code == HTTPStatus.UNAUTHORIZED


def test_a_refusal_by_the_provider_is_said(hub: Hub, provider: Provider) -> None:
    provider.refuses = "access_denied"
    assert "Signing in was cancelled." in hub.come(ALICE)[1].text
    provider.refuses = "server_error"
    assert "Signing in did not work" in hub.come(ALICE)[1].text


def test_nobody_is_sent_to_another_site(hub: Hub) -> None:
    _, page = hub.come(ALICE, "/sign-on/oidc/?next=https://evil.example/")
    assert page.url == f"{hub.url}/"


def test_the_session_is_a_new_one(hub: Hub) -> None:
    hub.provider.claims = ALICE
    with httpx.Client(base_url=hub.url, follow_redirects=False) as browser:
        there = browser.get("/sign-on/oidc/")
        before = browser.cookies["sessionid"]
        back = httpx.get(there.headers["Location"])
        browser.get(back.headers["Location"])
        assert browser.cookies["sessionid"] != before


def test_it_is_in_the_audit_trail(hub: Hub) -> None:
    hub.come(ALICE)
    assert hub.asks(TRAIL) == "('link', 'alice') ('sign in', 'alice') ('sign-in failed', 'WhisperHub')"


def test_the_configuration_is_sound_and_the_tables_are_the_librarys(hub: Hub) -> None:
    hub.stack.manage("check", "--fail-level", "WARNING")
    hub.stack.manage("makemigrations", "--check", "--dry-run")


def test_nothing_else_of_the_library_is_open(hub: Hub) -> None:
    for path in ("/3rdparty/", "/signup/", "/accounts/login/", "/oidc/oidc/login/", "/sign-on/google/"):
        assert httpx.get(f"{hub.url}{path}").status_code == HTTPStatus.NOT_FOUND


def test_without_the_extra_nothing_imports_it() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_THE_EXTRA], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stderr


def test_a_provider_without_the_extra_is_refused_with_the_way_to_it() -> None:
    environment = {"PATH": os.environ["PATH"], "WHISPERHUB_OIDC_ISSUER": "https://sign-in.example.org"}
    command = [sys.executable, "-c", WITHOUT_THE_EXTRA]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode != 0
    assert "pip install -r requirements-oidc.txt" in ended.stderr
