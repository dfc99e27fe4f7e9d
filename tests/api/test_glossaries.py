"""Glossaries over HTTP: everybody's to use, their maker's to change, chosen by name."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Caller
from tests.conftest import KeyMaker
from transcripts.models import AuditEntry, Glossary, Scope, Transcript

pytestmark = pytest.mark.django_db
ROUTE = "/api/v1/glossaries"


def _send(caller: Caller, method: str, path: str, body: Any) -> Any:
    return getattr(caller.client, method)(path, body, content_type="application/json")


def _make(caller: Caller, name: str = "council", words: str = "Okafor") -> Any:
    return _send(caller, "post", ROUTE, {"name": name, "words": words})


def test_a_glossary_is_made_chosen_changed_and_deleted(caller: Caller) -> None:
    made = _make(caller, " council ", "Okafor, Bürgeramt\nWerify\n\nOkafor")
    assert (made.status_code, made.json()["name"]) == (201, "council")
    assert made.json()["words"] == "Okafor, Bürgeramt, Werify"
    where = made["Location"].removeprefix("http://testserver")
    assert caller.get(where).json() == made.json()

    assert caller.upload(glossary="Council").status_code == 202
    kept = {"name": "council", "words": "Okafor, Bürgeramt, Werify"}
    assert Transcript.objects.get().options == {"glossary": kept}

    changed = _send(caller, "patch", where, {"words": "Hall"})
    assert (changed.status_code, changed.json()["name"], changed.json()["words"]) == (200, "council", "Hall")
    assert caller.client.delete(where).status_code == 204
    assert caller.get(where).status_code == 404
    assert Transcript.objects.get().options == {"glossary": kept}
    verbs = ["delete glossary", "change glossary", "create glossary"]
    assert [(entry.verb, entry.api_key) for entry in AuditEntry.objects.all()] == [(verb, caller.row) for verb in verbs]


def test_a_name_can_be_taken_once_in_any_case(caller: Caller) -> None:
    _make(caller)
    other = _make(caller, "other")
    again, renamed = _make(caller, "COUNCIL"), _send(caller, "patch", other["Location"], {"name": "Council"})
    for answer in (again, renamed):
        assert answer.status_code == 409
        assert "There is a glossary named" in answer.json()["detail"]
    assert sorted(Glossary.objects.values_list("name", flat=True)) == ["council", "other"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "name: This field is required. words: This field is required."),
        ({"name": "a", "words": " , ,\n"}, "words: a glossary needs some."),
        ({"name": "  ", "words": "a"}, "name: This field may not be blank."),
        ({"name": 7, "words": "a"}, "name: Not a valid string."),
        ({"name": "a" * 101, "words": "a"}, "name: Ensure this field has no more than 100 characters."),
        ({"name": "a", "wrds": "a", "words": "a"}, "wrds: There is no such field. Did you mean words?"),
        ({"name": "a\x00", "words": "a"}, "name: Null characters are not allowed."),
        ([], "Invalid data. Expected a dictionary, but got list."),
        ("nonsense", "JSON parse error"),
        ("[" * 100_000, "JSON parse error - nested too deeply."),
    ],
    ids=lambda value: str(value)[:30],
)
def test_nonsense_is_refused_in_words(caller: Caller, body: Any, words: str) -> None:
    answer = _send(caller, "post", ROUTE, body)
    assert (answer.status_code, list(answer.json())) == (400, ["detail"])
    assert answer.json()["detail"].startswith(words)
    assert not Glossary.objects.exists()


def test_whoever_did_not_make_it_uses_it_but_changes_nothing(caller: Caller, make_key: KeyMaker) -> None:
    where = _make(caller)["Location"]
    other, manager = Caller(*make_key(Scope.TRANSCRIBE)), Caller(*make_key(Scope.MANAGE))
    assert other.get(where).status_code == 200
    assert _send(other, "patch", where, {"words": "x"}).status_code == 403
    assert other.client.delete(where).status_code == 403
    assert _send(manager, "patch", where, {"words": "x"}).status_code == 200
    assert Glossary.objects.get().api_key == caller.row


def test_the_list_is_in_order_of_names_and_goes_on_where_it_ended(
    caller: Caller, django_assert_num_queries: Any
) -> None:
    for name in ("c", "a", "d", "b", "e"):
        Glossary.objects.create(name=name, words="x")
    names: list[list[str]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = caller.get(ROUTE, query_params={"limit": "2", "cursor": cursor}).json()
        names.append([entry["name"] for entry in page["results"]])
        Glossary.objects.filter(name="a").delete()  # what was seen already may go without a shift
        cursor = page["next"]
    assert names == [["a", "b"], ["c", "d"], ["e"]]
    with django_assert_num_queries(3):  # the key, its count of requests, the page
        caller.get(ROUTE)


@pytest.mark.parametrize(
    "query",
    [{"limit": value} for value in ("0", "201", "-1", "many", "1.5", "", "9" * 5000)]
    + [
        {"cursor": value}
        for value in ("x", "WyJhIl0", "bnVsbA", "W251bGwsIDFd", "ü", "WyJhIiwgIngiXQ", "%00", "A" * 5000)
    ],
    ids=lambda query: str(query)[:40],
)
def test_a_page_that_there_cannot_be_is_a_400(caller: Caller, query: dict[str, str]) -> None:
    answer = caller.get(ROUTE, query_params=query)
    assert (answer.status_code, list(answer.json())) == (400, ["detail"])
    assert len(answer.json()["detail"]) < 200


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v1/nothing", "/api/v1/a%0Ab", "/api/v1/glossaries/", "/api/v2/transcripts"]
)
@pytest.mark.parametrize("method", ["get", "post", "options", "delete"])
def test_an_address_that_leads_nowhere_is_said_in_json(caller: Caller, method: str, path: str) -> None:
    answer = getattr(caller.client, method)(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")
    assert list(answer.json()) == ["detail"]
