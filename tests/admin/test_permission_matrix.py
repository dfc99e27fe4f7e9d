"""Every route of the admin against everybody. A model or page without a rule fails here."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import get_resolver, reverse
from pytest_django import Settings

from tests.conftest import KeyMaker
from tests.roles import EVERYBODY, everybody
from tests.rows import in_state, recording, worker
from tests.rules import ADMIN_PAGES, DESKS
from tests.walking import Route, routes
from transcripts.models import AuditEntry, Comment, Glossary, RetentionRule, Status, Tag, Webhook
from transcripts.webhooks import outbox

pytestmark = pytest.mark.django_db

ADMIN = [route for route in routes(get_resolver().url_patterns) if route.in_admin]
# Django's own, for each model: what one has to be allowed to.
OF_A_MODEL = {"changelist": "view", "add": "add", "change": "view", "history": "view", "delete": "delete"}
DOORS = {"admin/login/", "admin/logout/"}
# Old addresses of single rows, sent on to the new ones, and what is no address at all: shut, and without a name.
NAMELESS = re.compile(r"admin/([a-z]+/[a-z]+/<path:object_id>/|\(\?P<url>\.\*\)\$)")


@pytest.fixture
def clients(db: None, make_key: KeyMaker, settings: Settings) -> dict[str, Client]:
    """Everybody at the door."""
    return everybody(make_key, settings)


@pytest.fixture
def rows(clients: dict[str, Client]) -> dict[str, Any]:
    """The key of one row of each model that has a desk."""
    worker("gpu-1")
    transcript = in_state(Status.DONE, recording()).transcript
    found = {
        "auth_group": Group.objects.get(name="Uploader"),
        "auth_user": User.objects.get(username="owner"),
        "transcripts_glossary": Glossary.objects.create(name="council", words="Okafor"),
        "transcripts_auditentry": AuditEntry.objects.create(who="owner", verb="export"),
        "transcripts_retentionrule": RetentionRule.objects.create(audio_days=1),
        "transcripts_delivery": outbox.ping(Webhook.objects.create(url="https://werify.example/")),
        "transcripts_tag": Tag.objects.create(name="council"),
        "transcripts_transcript": transcript,
        "transcripts_comment": Comment.objects.create(transcript=transcript, index=0, start_ms=0, text="Who?"),
    }
    keys = {name: row.pk for name, row in found.items()}
    for model in admin.site._registry:
        name = model._meta.label_lower.replace(".", "_")
        keys.setdefault(name, model._default_manager.values_list("pk", flat=True).first() or "none")
    return keys


def _path(route: Route, rows: dict[str, Any]) -> str:
    model = re.sub(r"admin/([a-z]+)/([a-z]+)/.*", r"\1_\2", route.pattern)
    path = re.sub(r"\(\?P<app_label>[^)]*\)", "transcripts", route.pattern).replace("(?P<url>.*)", "anything")
    path = re.sub(r"<path:content_type_id>/<path:object_id>", "1/1", path)
    return "/" + re.sub(r"<[^>]*>", str(rows.get(model, 1)), path).replace("^", "").replace("$", "")


def test_every_model_of_the_admin_has_a_rule() -> None:
    models = {model._meta.label_lower.replace(".", "_") for model in admin.site._registry}
    assert models == DESKS.keys(), "Say in DESKS in tests/rules.py what an Administrator may do there."


def test_every_page_of_the_admin_has_a_rule() -> None:
    of_models = {f"{model}_{page}" for model in DESKS for page in OF_A_MODEL}
    missing = (
        {
            route.name or route.pattern
            for route in ADMIN
            if route.pattern not in DOORS and not NAMELESS.fullmatch(route.pattern)
        }
        - of_models
        - ADMIN_PAGES.keys()
    )
    assert not missing, f"Who may open {missing}? Add it to ADMIN_PAGES in tests/rules.py."


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who not in {"administrator", "superuser"}])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_admin_is_shut_to_everybody_but_administrators(
    who: str, method: str, clients: dict[str, Client], rows: dict[str, Any]
) -> None:
    assert len(ADMIN) > 30
    let_in = {}
    for route in ADMIN:
        if route.pattern not in DOORS:
            answer = clients[who].generic(method, _path(route, rows))
            if answer.status_code != 302 or not answer["Location"].startswith("/admin/login/?next="):
                let_in[route.pattern] = answer.status_code
    assert let_in == {}


@pytest.mark.parametrize("who", EVERYBODY)
def test_its_door_leads_to_the_sign_in_page_in_or_to_a_refusal(who: str, clients: dict[str, Client]) -> None:
    answer = clients[who].get("/admin/login/?next=/admin/transcripts/apikey/")
    if who in {"administrator", "superuser"}:
        assert answer["Location"] == reverse("admin:index")
    elif "sessionid" in clients[who].cookies and who != "inactive":
        assert answer.status_code == 403
    else:
        assert answer["Location"] == f"{reverse('login')}?next=/admin/transcripts/apikey/"


@pytest.mark.parametrize("who", ["administrator", "superuser"])
@pytest.mark.parametrize("model", DESKS)
def test_at_each_desk_an_administrator_may_what_the_rule_says(
    who: str, model: str, clients: dict[str, Client], rows: dict[str, Any]
) -> None:
    administrators, beyond = DESKS[model]
    allowed = f"{administrators} {beyond if who == 'superuser' else ''}".split()
    expected, found = {}, {}
    for page, right in OF_A_MODEL.items():
        arguments = [] if page in {"changelist", "add"} else [rows[model]]
        expected[page] = 200 if right in allowed else 403
        found[page] = clients[who].get(reverse(f"admin:{model}_{page}", args=arguments)).status_code
    assert found == expected


@pytest.mark.parametrize("who", ["administrator", "superuser"])
def test_every_other_page_answers_as_the_rule_says(who: str, clients: dict[str, Client], rows: dict[str, Any]) -> None:
    pages = [route for route in ADMIN if route.name in ADMIN_PAGES]
    found = {route.name: clients[who].get(_path(route, rows)).status_code for route in pages}
    assert found == ADMIN_PAGES
