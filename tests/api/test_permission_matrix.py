"""Who may open which address: every route of the whole hub against everybody. A route without a rule fails here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings

from tests.conftest import KeyMaker
from tests.rows import in_state, recording, worker
from transcripts.incoming import IncomingFile
from transcripts.models import Scope, Status, Transcript

pytestmark = pytest.mark.django_db

LOGIN = "sent to the login page"
Outcome = int | str
# Alice has sent the transcript that the addresses name, by the page. Everybody else:
EVERYBODY = ("nobody", "alice", "mallory", "root", "a key", "reading key", "managing key", "trusted")


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to ask for a route, and what each of `EVERYBODY` is answered, in that order."""

    method: str
    outcomes: tuple[Outcome, ...]


def _open(method: str, outcome: Outcome) -> Rule:
    return Rule(method, (outcome,) * len(EVERYBODY))


def _page(method: str, alice: Outcome, mallory: Outcome, root: Outcome) -> Rule:
    """A page is for signed-in people; a key or an address does not open it."""
    return Rule(method, (LOGIN, alice, mallory, root, LOGIN, LOGIN, LOGIN, LOGIN))


# Bodies are empty, so 400 means "let in, but what was sent?".
RULES = {
    "transcribe": Rule("POST", (401, 400, 400, 400, 400, 403, 403, 400)),
    "transcribe-url": Rule("POST", (401, 400, 400, 400, 400, 403, 403, 400)),
    "api-transcript": Rule("GET", (401, 200, 404, 200, 404, 200, 200, 404)),
    "health": _open("GET", 200),
    "docs": _open("GET", 200),
    "openapi": _open("GET", 200),
    "login": Rule("GET", (200, 302, 302, 302, 200, 200, 200, 200)),
    "logout": _open("POST", LOGIN),
    "library": _page("GET", 200, 200, 200),
    "library-live": _page("GET", 200, 200, 200),
    "upload": _page("POST", 400, 400, 400),
    "upload-url": _page("POST", 400, 400, 400),
    "transcript": _page("GET", 200, 404, 200),
    "transcript-live": _page("GET", 200, 404, 200),
    "media": _page("GET", 200, 404, 200),
    "export": _page("GET", 200, 404, 200),
    "cancel": _page("POST", 302, 404, 302),
    "retry": _page("POST", 302, 404, 302),
    "delete": _page("POST", 302, 404, 302),
}


def _routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route, pattern.name or ""


ALL = list(_routes(get_resolver().url_patterns))
ADMIN = [route for route, _ in ALL if route.startswith("admin/")]
OURS = {name: route for route, name in ALL if not route.startswith("admin/")}


@pytest.fixture
def clients(alice: User, mallory: User, admin: User, make_key: KeyMaker, settings: Settings) -> dict[str, Client]:
    """Everybody at the door."""
    settings.TRUSTED_NETWORKS = (ip_network("192.168.20.0/24"),)
    found = {"nobody": Client(), "trusted": Client(REMOTE_ADDR="192.168.20.11")}
    for name, user in (("alice", alice), ("mallory", mallory), ("root", admin)):
        found[name] = Client()
        found[name].force_login(user)
    for name, scope in (("a key", Scope.TRANSCRIBE), ("reading key", Scope.READ), ("managing key", Scope.MANAGE)):
        found[name] = Client(headers={"X-API-Key": make_key(scope)[1]})
    return found


@pytest.fixture
def transcript(alice: User, spoken_file: IncomingFile) -> Transcript:
    """Alice's, done, with its media."""
    worker()
    sent = recording(owner=alice, size_bytes=spoken_file.size)
    sent.file.save("upload", spoken_file)
    return in_state(Status.DONE, of=sent).transcript


def _path(route: str, transcript: Transcript) -> str:
    """The route with values in its places: Alice's transcript, the plain text, and in the admin any row."""
    filled = route.replace("<uuid:transcript_id>", str(transcript.pk)).replace("<slug:format_name>", "txt")
    filled = re.sub(r"\(\?P<app_label>[^)]*\)", "transcripts", filled).replace("(?P<url>.*)", "anything")
    return "/" + re.sub(r"<[^>]*>", "1", filled).replace("^", "").replace("$", "")


def _outcome(client: Client, method: str, path: str) -> Outcome:
    answer: Any = client.generic(method, path)
    if answer.streaming:
        answer.getvalue()  # to its end, which closes the file
    if answer.status_code == 302 and re.match(r"/(admin/)?login/?(\?|$)", answer["Location"]):
        return LOGIN
    return int(answer.status_code)


def test_every_route_has_a_rule() -> None:
    missing = {name or route: route for name, route in OURS.items() if name not in RULES}
    assert not missing, (
        f"Who may open {missing}? Add to RULES in {__name__} a line by the route's name: "
        f'"{next(iter(missing))}": _page("GET", alice=…, mallory=…, root=…) for a page, or '
        f"Rule(method, outcomes) with one outcome for each of {EVERYBODY}."
    )


def test_no_rule_speaks_of_a_route_that_is_gone() -> None:
    assert set(RULES) <= set(OURS)


@pytest.mark.parametrize("name", [name for name in RULES if name in OURS])
def test_everybody_is_answered_as_the_rule_says(name: str, clients: dict[str, Client], transcript: Transcript) -> None:
    rule, path = RULES[name], _path(OURS[name], transcript)
    found = {}
    for who in EVERYBODY:
        with transaction.atomic():  # what one of them changes is not there for the next
            found[who] = _outcome(clients[who], rule.method, path)
            assert Transcript.objects.exists() is not (name == "delete" and found[who] == 302)
            transaction.set_rollback(True)
    assert found == dict(zip(EVERYBODY, rule.outcomes, strict=True))


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who != "root"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_admin_is_shut_to_everybody_but_administrators(
    who: str, method: str, clients: dict[str, Client], transcript: Transcript
) -> None:
    assert len(ADMIN) > 30
    doors = {"/admin/login/", "/admin/logout/"}
    paths = [path for route in ADMIN if (path := _path(route, transcript)) not in doors]
    let_in = {path: outcome for path in paths if (outcome := _outcome(clients[who], method, path)) != LOGIN}
    assert let_in == {}


def test_every_page_of_the_admin_opens_for_an_administrator(clients: dict[str, Client], transcript: Transcript) -> None:
    lists = [_path(route, transcript) for route in ADMIN if re.fullmatch(r"admin/[a-z]+/[a-z]+/", route)]
    assert len(lists) >= 5
    assert {path: _outcome(clients["root"], "GET", path) for path in ["/admin/", *lists]} == dict.fromkeys(
        ["/admin/", *lists], 200
    )
