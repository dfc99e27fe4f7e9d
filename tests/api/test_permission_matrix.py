"""Every route of the API and of the pages against everybody. A route or method without a rule fails here."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from pytest_django import Settings

from tests.conftest import KeyMaker
from tests.roles import EVERYBODY, everybody
from tests.rows import in_state, recording, worker
from tests.rules import LOGIN, RULES, Outcome, Rule, places
from tests.walking import Route, routes
from transcripts.incoming import IncomingFile
from transcripts.models import AuditEntry, Edit, Recording, Status, Transcript

pytestmark = pytest.mark.django_db

OURS = {route.name or route.pattern: route for route in routes(get_resolver().url_patterns) if not route.in_admin}
# For them the login page is where one comes out, not where one is sent back to.
SIGNING_OUT = {"logout", "account-sessions-end"}
ASKED = [
    (name, rule)
    for name, rules in RULES.items()
    if name in OURS
    for rule in (rules if isinstance(rules, tuple) else (rules,))
]


@pytest.fixture
def transcript(clients: dict[str, Client], spoken_file: IncomingFile) -> Transcript:
    """The owner's, done, with its media."""
    worker()
    sent = recording(owner_id=clients["owner"].session["_auth_user_id"], size_bytes=spoken_file.size)
    sent.file.save("upload", spoken_file)
    return in_state(Status.DONE, of=sent).transcript


@pytest.fixture
def clients(db: None, make_key: KeyMaker, settings: Settings) -> dict[str, Client]:
    """Everybody at the door."""
    return everybody(make_key, settings)


def test_every_route_has_a_rule() -> None:
    missing = {name: route.pattern for name, route in OURS.items() if name not in RULES}
    assert not missing, f"Who may open {missing}? Add a line to RULES in tests/rules.py; its docstring says how."


def test_every_method_of_the_api_has_a_rule() -> None:
    asked = {(name, rule.method) for name, rule in ASKED}
    missing = {(name, method) for name, route in OURS.items() for method in route.methods} - asked
    assert not missing, f"Who may ask so? Add a rule to its line in tests/rules.py: {sorted(missing)}"


def test_no_rule_speaks_of_a_route_that_is_gone() -> None:
    assert set(RULES) <= set(OURS)


@pytest.mark.parametrize(("name", "rule"), ASKED, ids=[f"{name} {rule.method}" for name, rule in ASKED])
def test_everybody_is_answered_as_the_rule_says(
    name: str, rule: Rule, clients: dict[str, Client], transcript: Transcript
) -> None:
    path, before, found = _path(OURS[name], transcript), _rows(), {}
    for who in EVERYBODY:
        with transaction.atomic():  # what one of them changes is not there for the next
            found[who] = _outcome(clients[who], rule.method, path)
            refused = found[who] == LOGIN and name not in SIGNING_OUT
            if refused or (isinstance(found[who], int) and int(found[who]) >= 400):
                assert _rows() == before, f"{who} was answered {found[who]}, and yet something changed"
            transaction.set_rollback(True)
    assert found == rule.outcomes


def _path(route: Route, transcript: Transcript) -> str:
    values = places(transcript)
    missing = route.places - values.keys()
    assert not missing, f"What stands for {missing} in {route.pattern}? Add it to `places` in tests/rules.py."
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda place: str(values[place[1]]), route.pattern)


def _rows() -> list[Any]:
    """What a refused request must leave as it is."""
    # Who may see a transcript and asks for a part of it that is not there is written down as having seen it.
    deeds = AuditEntry.objects.exclude(verb="see")
    kept = (Recording.objects.all(), Transcript.objects.all(), Edit.objects.all(), deeds)
    return [list(rows.order_by("pk").values()) for rows in kept]


def _outcome(client: Client, method: str, path: str) -> Outcome:
    answer: Any = client.generic(method, path)
    if answer.streaming:
        answer.getvalue()  # to its end, which closes the file
    if answer.status_code == 302 and re.match(r"/login(\?|$)", answer["Location"]):
        return LOGIN
    return int(answer.status_code)
