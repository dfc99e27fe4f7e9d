"""`GET /api/v1/transcripts`: what one may see, narrowed, page by page, in a constant number of queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests.api.conftest import Caller
from tests.api.v1.conftest import ROUTE, Finish
from tests.conftest import KeyMaker
from tests.rows import in_state, recording
from transcripts import tags
from transcripts.models import Review, Scope, Status, Transcript

pytestmark = pytest.mark.django_db


def _titles(caller: Caller, **query: Any) -> list[str]:
    answer = caller.get(ROUTE, query_params=query)
    assert answer.status_code == 200, answer.content
    return [entry["title"] for entry in answer.json()["results"]]


def test_an_entry_is_the_transcript_without_its_words(caller: Caller, finish: Finish) -> None:
    row = finish("Hello.")
    (entry,) = caller.get(ROUTE).json()["results"]
    whole = caller.get(f"{ROUTE}/{row.pk}").json()
    assert entry == {
        name: value for name, value in whole.items() if name not in {"text", "processing_time", "segments"}
    }


def test_pages_follow_one_another_while_others_send_and_delete(caller: Caller) -> None:
    made = [in_state(Status.QUEUED, of=recording(api_key=caller.row, title=str(n))).transcript for n in range(5)]
    Transcript.objects.update(created_at=timezone.now())  # all at one moment: their ids decide
    first = caller.get(ROUTE, query_params={"limit": "2"}).json()
    in_state(Status.QUEUED, of=recording(api_key=caller.row, title="new"))
    Transcript.objects.filter(pk=first["results"][1]["id"]).delete()
    second = caller.get(ROUTE, query_params={"limit": "2", "cursor": first["next"]}).json()
    third = caller.get(ROUTE, query_params={"limit": "2", "cursor": second["next"]}).json()
    seen = [entry["id"] for page in (first, second, third) for entry in page["results"]]
    assert seen == [str(pk) for pk in sorted(row.pk for row in made)]
    assert third["next"] is None


def test_the_number_of_queries_does_not_grow_with_the_list(
    caller: Caller, finish: Finish, django_assert_num_queries: Any
) -> None:
    def count() -> None:
        caller.get(ROUTE)

    tags.start(finish("a").recording, ["one"])
    count()  # notes the key's use
    with django_assert_num_queries(4):  # the key, its count of requests, the page, the tags
        count()
    for number in range(5):
        tags.start(finish("b").recording, ["one", str(number)])
    with django_assert_num_queries(4):
        count()


def test_only_what_the_asker_may_see_is_listed_and_nothing_from_the_bin(
    caller: Caller, make_key: KeyMaker, finish: Finish
) -> None:
    finish("a", title="mine")
    finish("b", title="in the bin", deleted_at=timezone.now())
    in_state(Status.DONE, of=recording(title="another's"))
    assert _titles(caller) == ["mine"]
    assert sorted(_titles(Caller(*make_key(Scope.READ)))) == ["another's", "mine"]
    assert _titles(Caller(*make_key(Scope.TRANSCRIBE))) == []


@pytest.fixture
def several(caller: Caller, make_key: KeyMaker, alice: User, finish: Finish) -> Caller:
    """A reading key's view of transcripts that each filter parts."""
    old = in_state(Status.FAILED, of=recording(owner=alice, title="Board May")).transcript
    Transcript.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=10))
    done = finish("Hello.", title="Board June")
    Transcript.objects.filter(pk=done.pk).update(reference="No. 4711", review=Review.APPROVED)
    tags.start(done.recording, ["Board"])
    in_state(Status.QUEUED, of=recording(title="Werify call"))
    return Caller(*make_key(Scope.READ))


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"status": "done"}, ["Board June"]),
        ({"status": "done,failed"}, ["Board June", "Board May"]),
        ({"status": ["queued", "failed"]}, ["Board May", "Werify call"]),
        ({"status": ""}, ["Board June", "Board May", "Werify call"]),
        ({"language": "en"}, ["Board June"]),
        ({"reference": "No. 4711"}, ["Board June"]),
        ({"reference": "4711"}, []),
        ({"tag": "bOARD"}, ["Board June"]),
        ({"review": "approved"}, ["Board June"]),
        ({"owner": "alice"}, ["Board May"]),
        ({"owner": "nobody"}, []),
        ({"q": "board"}, ["Board June", "Board May"]),
        ({"q": "4711"}, ["Board June"]),
        ({"q": "board", "status": "failed"}, ["Board May"]),
        ({"created_before": "-P1D"}, ["Board May"]),
        ({"created_after": "-P1D"}, ["Board June", "Werify call"]),
    ],
    ids=str,
)
def test_each_filter_narrows_the_list(several: Caller, query: dict[str, Any], titles: list[str]) -> None:
    yesterday = (timezone.now() - timedelta(days=1)).isoformat()
    given = {name: yesterday if value == "-P1D" else value for name, value in query.items()}
    assert sorted(_titles(several, **given)) == titles


def test_a_list_can_be_narrowed_to_a_key(several: Caller, caller: Caller) -> None:
    assert _titles(several, key=caller.row.prefix) == ["Board June"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"staus": "done"}, "staus: There is no such field. Did you mean status?"),
        ({"status": "finished"}, '"finished" is not a valid choice.'),
        ({"review": "x"}, "review:"),
        ({"limit": "0"}, "limit: Ensure this value is greater than or equal to 1."),
        ({"limit": "201"}, "limit: Ensure this value is less than or equal to 200."),
        ({"cursor": "x"}, "This cursor is not one of ours, or of another list."),
        ({"created_after": "yesterday"}, "created_after:"),
        ({"created_after": "0001-01-01T00:00:00+14:00"}, "created_after:"),
        ({"created_before": "9999-12-31T23:59:59-14:00"}, "created_before:"),
        ({"q": "\x00"}, "q: Null characters are not allowed."),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_said_in_words(caller: Caller, query: dict[str, str], words: str) -> None:
    answer = caller.get(ROUTE, query_params=query)
    assert (answer.status_code, list(answer.json())) == (400, ["detail"])
    assert words in answer.json()["detail"]


def test_a_cursor_of_another_list_is_refused(caller: Caller, finish: Finish) -> None:
    row = finish("a", "b")
    cursor = caller.get(f"{ROUTE}/{row.pk}/segments", query_params={"limit": "1"}).json()["next"]
    assert caller.get(ROUTE, query_params={"cursor": cursor}).status_code == 400
