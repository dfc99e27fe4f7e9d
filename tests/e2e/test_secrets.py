"""No secret of a whole run is in the log of any process: neither keys nor passwords, links nor cookies."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.e2e.conftest import StartStack
from tests.speech import SAMPLES

pytestmark = pytest.mark.e2e
PASSWORD = "correct-horse-battery-1"
WRONG = "typed-the-wrong-one-2"
MAIL_PASSWORD = "mail-secret-3"
CLIENT_SECRET = "oidc-secret-4"
QUERY_SECRET = "signature-of-an-address-5"
SIGNING_KEY = "a signing key that nobody may see 0123456789 6"
MAKE_ADMIN = f"""
from django.contrib.auth.models import User
User.objects.create_superuser("boss", "boss@example.org", {PASSWORD!r})
"""
LINK = """
from django.contrib.auth.models import User
from transcripts import passwords
from transcripts.access import Actor
boss = User.objects.get(username="boss")
print(passwords.make_link(boss, Actor(user=boss)))
"""


def _sign_in(browser: httpx.Client, password: str) -> httpx.Response:
    browser.get("/login")
    form = {"username": "boss", "password": password, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
    return browser.post("/login", data=form)


def test_the_log_of_a_whole_run_holds_no_secret(start_stack: StartStack) -> None:
    stack = start_stack(
        WHISPERHUB_LOG_LEVEL="DEBUG",
        WHISPERHUB_LOG_FORMAT="json",
        WHISPERHUB_SECRET_KEY=SIGNING_KEY,
        WHISPERHUB_PUBLIC_URL="http://127.0.0.1",
        EMAIL_URL=f"smtp://mailer:{MAIL_PASSWORD}@127.0.0.1:9",  # nobody listens: the error must not tell it either
        WHISPERHUB_OIDC_ISSUER="http://127.0.0.1:9",
        WHISPERHUB_OIDC_CLIENT_ID="hub",
        WHISPERHUB_OIDC_CLIENT_SECRET=CLIENT_SECRET,
    )
    stack.manage("shell", "-v0", "-c", MAKE_ADMIN)
    secrets = [PASSWORD, WRONG, MAIL_PASSWORD, CLIENT_SECRET, QUERY_SECRET, SIGNING_KEY, stack.key]
    sound = {"file": (SAMPLES / "en-short-1.flac").read_bytes()}
    with stack.client() as program:
        assert program.post("/transcribe", files=sound).status_code == httpx.codes.OK
        program.post("/transcribe", files={"file": b"no sound"}, params={"api_key": stack.key})
        program.post("/transcribe/url", json={"url": f"http://127.0.0.1/a.mp3?signature={QUERY_SECRET}"})
        program.post("/transcribe/url", json={"url": f"http://user:{QUERY_SECRET}@media.invalid/a.mp3"})
        program.get("/api/v1/transcripts", headers={"Authorization": f"Bearer {stack.key}x"})
    with httpx.Client(base_url=stack.base_url, timeout=60, follow_redirects=True) as browser:
        _sign_in(browser, WRONG)
        assert _sign_in(browser, PASSWORD).url.path == "/"
        secrets += [browser.cookies["sessionid"], browser.cookies["csrftoken"]]
        browser.get("/account")
    with httpx.Client(base_url=stack.base_url, timeout=60, follow_redirects=True) as browser:
        path = stack.manage("shell", "-v0", "-c", LINK).strip()
        assert "Set the password" in browser.get(path).text
        secrets.append(path.rsplit("/", 1)[1])
        away = browser.get("/sign-on/oidc/")
        assert (away.status_code, "sign-in is away" in away.text) == (httpx.codes.SERVICE_UNAVAILABLE, True)
        browser.get("/password")
        form = {"email": "boss@example.org", "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        assert browser.post("/password", data=form).status_code == httpx.codes.OK
    if url := stack.environment.get("DATABASE_URL"):
        secrets += re.findall(r"//[^:/@]+:([^@]+)@", url)
    stack.end()
    said = stack.output.text
    assert "POST /transcribe 200" in said, "this is not the whole log"
    assert [secret for secret in secrets if secret in said] == []
    # Links in letters are made by the worker: no token of any may be there.
    assert re.findall(r"/password/\w+/(?!\[token\]|set-password)\S+", said) == []
