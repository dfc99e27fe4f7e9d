"""`GET /api/v1/search`: the door of the search room, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Caller
from tests.api.v1.conftest import Finish
from tests.conftest import KeyMaker
from transcripts.models import Scope

pytestmark = pytest.mark.django_db
ROUTE = "/api/v1/search"


def _found(caller: Caller, **query: str) -> Any:
    answer = caller.get(ROUTE, query_params=query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_passage_is_found_with_its_place_and_marks(caller: Caller, finish: Finish) -> None:
    row = finish("Good morning.", "The budget of Okafor.", title="Council")
    body = _found(caller, q="okafor")
    assert (body["total"], body["next"], body["understood"]) == ({"passages": 1, "recordings": 1}, None, True)
    (result,) = body["results"]
    assert (result["transcript"], result["recording"]) == (str(row.pk), str(row.recording.pk))
    assert (result["title"], result["language"], result["duration"]) == (
        [{"text": "Council", "marked": False}],
        "en",
        10.0,
    )
    assert result["hits"] == [
        {
            "segment": 1,
            "start": 1.0,
            "end": 2.0,
            "speaker": "",
            "fragments": [
                {"text": "The budget of ", "marked": False},
                {"text": "Okafor", "marked": True},
                {"text": ".", "marked": False},
            ],
        }
    ]


def test_nothing_of_anothers_is_found(caller: Caller, make_key: KeyMaker, finish: Finish) -> None:
    finish("The budget.")
    assert _found(Caller(*make_key(Scope.TRANSCRIBE)), q="budget")["results"] == []
    assert len(_found(Caller(*make_key(Scope.READ)), q="budget")["results"]) == 1


def test_pages_and_filters_are_those_of_the_search_room(caller: Caller, finish: Finish) -> None:
    for number in range(12):
        finish("The budget.", title=f"Meeting {number}")
    first = _found(caller, q="budget", language="en", since="2020-01-01")
    second = _found(caller, q="budget", language="en", since="2020-01-01", cursor=first["next"])
    titles = {part["text"] for page in (first, second) for result in page["results"] for part in result["title"]}
    assert len(titles) == 12
    assert second["next"] is None
    assert _found(caller, q="budget", language="es")["results"] == []
    assert _found(caller, q="budget", transcript=first["results"][0]["transcript"])["total"]["passages"] == 1


@pytest.mark.parametrize("q", ["", "-budget", '"', "a OR", "*", "((", "'; DROP TABLE", "🙂", "-" * 900])
def test_no_query_is_an_error(caller: Caller, finish: Finish, q: str) -> None:
    finish("The budget.")
    assert isinstance(_found(caller, q=q)["results"], list)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, "q: This field is required."),
        ({"q": "a", "cursor": "nonsense"}, "This page of the search does not exist."),
        ({"q": "a", "since": "yesterday"}, "since:"),
        ({"q": "a", "recording": "1"}, "recording:"),
        ({"q": "a", "review": "x"}, "review:"),
        ({"q": "\x00"}, "q:"),
        ({"q": "x" * 1001}, "q:"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_asked_is_said_in_words(caller: Caller, query: dict[str, str], words: str) -> None:
    answer = caller.get(ROUTE, query_params=query)
    assert (answer.status_code, list(answer.json())) == (400, ["detail"])
    assert words in answer.json()["detail"]
