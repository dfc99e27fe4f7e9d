"""Segments: read page by page, corrected with the version that was seen, and what became of them."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.api.conftest import Caller
from tests.api.v1.conftest import Finish, path, send
from tests.rows import in_state, recording, said
from tests.together import together
from transcripts import lifecycle, review
from transcripts.access import Actor
from transcripts.models import Review, Segment, Status, Transcript

pytestmark = pytest.mark.django_db


def _change(caller: Caller, row: Transcript, index: int = 0, **body: Any) -> Any:
    return send(caller, "patch", path(row, f"/segments/{index}"), body)


def test_they_come_in_order_page_by_page_with_words_in_seconds(
    caller: Caller, finish: Finish, django_assert_num_queries: Any
) -> None:
    row = finish("One.", "Two.", "Three.")
    first = caller.get(path(row, "/segments"), query_params={"limit": "2"}).json()
    assert first["results"][0] == {
        "index": 0,
        "version": 1,
        "start": 0.0,
        "end": 1.0,
        "text": "One.",
        "speaker": "",
        "language": "",
        "words": [{"word": "One.", "start": 0.0, "end": 1.0, "probability": 0.9}],
        "flags": [],
    }
    with django_assert_num_queries(4):  # the key, its count of requests, the transcript, the page
        second = caller.get(path(row, "/segments"), query_params={"limit": "2", "cursor": first["next"]}).json()
    assert [entry["text"] for page in (first, second) for entry in page["results"]] == ["One.", "Two.", "Three."]
    assert second["next"] is None


def test_of_an_unfinished_transcript_there_is_what_was_heard_so_far(caller: Caller) -> None:
    held = in_state(Status.RUNNING, of=recording(api_key=caller.row))
    lifecycle.store_window(held.lease, said("One."), transcribed_ms=1000)
    page = caller.get(path(held.transcript, "/segments")).json()
    assert [entry["text"] for entry in page["results"]] == ["One."]


def test_text_and_speaker_are_corrected_at_once_or_one_by_one(caller: Caller, finish: Finish) -> None:
    row = finish("Good moaning.")
    changed = _change(caller, row, version=1, text="Good morning.", speaker="Ms Okafor")
    assert changed.status_code == 200
    assert (changed.json()["text"], changed.json()["speaker"], changed.json()["version"]) == (
        "Good morning.",
        "Ms Okafor",
        3,
    )
    assert _change(caller, row, version=3, speaker="").json()["speaker"] == ""
    assert caller.get(path(row)).json()["text"] == "Good morning."


def test_the_history_tells_every_wording_and_who_wrote_it(caller: Caller, finish: Finish) -> None:
    row = finish("Good moaning.")
    _change(caller, row, version=1, text="Good morning.")
    where = path(row, "/segments/0/history")
    first, second = caller.get(where).json()["results"]
    assert (first["text"], first["kind"], first["author"], first["at"]) == ("Good moaning.", "machine", None, None)
    assert (second["text"], second["kind"], second["author"]) == ("Good morning.", "text", caller.row.name)
    assert second["at"] is not None
    page = caller.get(where, query_params={"limit": "1"}).json()
    assert (len(page["results"]), page["next"] is None) == (1, False)


def test_a_version_that_is_no_longer_current_is_a_409_with_what_stands_there_now(
    caller: Caller, finish: Finish
) -> None:
    row = finish("Good moaning.")
    _change(caller, row, version=1, text="Good morning.")
    late = _change(caller, row, version=1, text="Good evening.")
    assert (late.status_code, list(late.json())) == (409, ["detail", "segments"])
    (now,) = late.json()["segments"]
    assert (now["text"], now["version"]) == ("Good morning.", 2)
    assert _change(caller, row, version=now["version"], text="Good evening.").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_many_corrections_at_once_one_is_made_and_the_others_are_told(caller: Caller, finish: Finish) -> None:
    row = finish("Good moaning.")
    texts = [f"Good number {number}." for number in range(8)]
    answers = together(*(partial(_change, caller, row, version=1, text=text) for text in texts))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 7]
    assert Segment.objects.filter(transcript=row, index=0).count() == 2


def test_nothing_of_two_changes_is_made_where_one_is_refused(caller: Caller, finish: Finish) -> None:
    row = finish("Good moaning.")
    _change(caller, row, version=1, speaker="Robin")
    answer = _change(caller, row, version=1, text="Good morning.", speaker="Alice")
    assert answer.status_code == 409
    assert Segment.objects.current().get().text.strip() == "Good moaning."


def test_an_approved_text_is_locked(caller: Caller, finish: Finish) -> None:
    row = finish("Good moaning.")
    manager = Actor(key=caller.row)
    caller.row.scopes = ["transcribe", "manage"]
    for state in (Review.IN_REVIEW, Review.APPROVED):
        review.set_state(row.pk, state, actor=manager)
    answer = _change(caller, row, version=1, text="x")
    assert (answer.status_code, answer.json()["detail"]) == (
        423,
        "This text is approved. Reopen it before changing anything.",
    )


def test_what_is_not_done_cannot_be_corrected_yet(caller: Caller) -> None:
    held = in_state(Status.RUNNING, of=recording(api_key=caller.row))
    lifecycle.store_window(held.lease, said("One."), transcribed_ms=1000)
    answer = _change(caller, held.transcript, version=1, text="Two.")
    assert (answer.status_code, list(answer.json())) == (409, ["detail"])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "version: This field is required."),
        ({"version": 1}, "Send a text, a speaker, or both."),
        ({"version": "1", "text": "x"}, "version: A valid integer is required."),
        ({"version": True, "text": "x"}, "version: A valid integer is required."),
        ({"version": 0, "text": "x"}, "version: Ensure this value is greater than or equal to 1."),
        ({"version": 2**40, "text": "x"}, "version:"),
        ({"version": 7, "text": "x"}, "There is no such segment."),
        ({"version": 1, "text": 5}, "text: Not a valid string."),
        ({"version": 1, "text": "x" * 5001}, "text:"),
        ({"version": 1, "text": "x", "start": 5}, "start: There is no such field."),
    ],
    ids=str,
)
def test_what_cannot_be_is_said_in_words(caller: Caller, finish: Finish, body: dict[str, Any], words: str) -> None:
    answer = _change(caller, finish("One."), **body)
    assert (answer.status_code, list(answer.json())) == (400, ["detail"])
    assert words in answer.json()["detail"]


@pytest.mark.parametrize("index", [1, 2**31, 10**30])
def test_a_segment_that_never_was_is_a_404(caller: Caller, finish: Finish, index: int) -> None:
    row = finish("One.")
    assert _change(caller, row, index, version=1, text="x").status_code == 404
    assert caller.get(path(row, f"/segments/{index}/history")).status_code == 404
