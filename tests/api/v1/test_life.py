"""What may be done to a transcript: described anew, cancelled, tried again, deleted."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

import pytest
from pytest_django import Settings

from tests.api.conftest import Caller
from tests.api.v1.conftest import Finish, path, send
from tests.conftest import KeyMaker
from tests.rows import in_state, recording
from tests.together import together
from transcripts import submissions
from transcripts.access import Actor
from transcripts.errors import TooManyOpen
from transcripts.models import AuditEntry, Recording, Scope, Status, Transcript

pytestmark = pytest.mark.django_db


def _of(caller: Caller, status: Status) -> Transcript:
    return in_state(status, of=recording(api_key=caller.row)).transcript


def test_title_tags_reference_and_metadata_can_be_changed_one_by_one(caller: Caller, finish: Finish) -> None:
    row = finish("a", title="talk.wav")
    where = path(row)
    assert send(caller, "patch", where, {"title": " Session\nof May "}).json()["title"] == "Session of May"
    assert send(caller, "patch", where, {"tags": ["May", "board"]}).json()["tags"] == ["May", "board"]
    assert send(caller, "patch", where, {"tags": ["board"]}).json()["tags"] == ["board"]
    assert send(caller, "patch", where, {"reference": "4711"}).json()["reference"] == "4711"
    body = send(caller, "patch", where, {"metadata": {"a": 1}}).json()
    assert (body["title"], body["tags"], body["reference"], body["metadata"]) == (
        "Session of May",
        ["board"],
        "4711",
        {"a": 1},
    )
    assert caller.get(where).json() == body
    assert send(caller, "patch", where, {"tags": [], "reference": ""}).json()["tags"] == []
    assert "rename" in {entry.verb for entry in AuditEntry.objects.all()}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"title": ""}, "title: This field may not be blank."),
        ({"title": None}, "title: This field may not be null."),
        ({"title": "x" * 501}, "title:"),
        ({"titel": "x"}, "titel: There is no such field. Did you mean title?"),
        ({"tags": "board"}, 'tags: Expected a list of items but got type "str".'),
        ({"tags": ["x" * 51]}, "tags:"),
        ({"metadata": {"a": "\ud800"}}, "metadata must be a JSON object of plain values."),
        ({"title": "new", "reference": "x" * 201}, "reference:"),
        ({"status": "done"}, "status: There is no such field."),
    ],
    ids=str,
)
def test_a_description_that_cannot_be_changes_nothing(
    caller: Caller, finish: Finish, body: dict[str, Any], words: str
) -> None:
    row = finish("a", title="talk.wav")
    answer = send(caller, "patch", path(row), body)
    assert (answer.status_code, list(answer.json())) == (400, ["detail"])
    assert words in answer.json()["detail"]
    assert Recording.objects.get().title == "talk.wav"


@pytest.mark.parametrize(
    ("status", "code"),
    [(Status.QUEUED, 200), (Status.RUNNING, 200), (Status.CANCELLED, 200), (Status.DONE, 409), (Status.FAILED, 409)],
)
def test_what_is_open_can_be_cancelled_and_what_is_cancelled_stays_so(
    caller: Caller, status: Status, code: int
) -> None:
    row = _of(caller, status)
    answer = send(caller, "post", path(row, "/cancel"))
    assert answer.status_code == code
    if code == 200:
        assert answer.json()["status"] == "cancelled"
    else:
        assert answer.json()["detail"] == f"The transcript has ended already: it is {status}."
    assert Transcript.objects.get().status == ("cancelled" if code == 200 else status)


@pytest.mark.parametrize(
    ("status", "code"),
    [(Status.FAILED, 200), (Status.CANCELLED, 200), (Status.DONE, 409), (Status.QUEUED, 409), (Status.RUNNING, 409)],
)
def test_what_failed_or_was_cancelled_can_be_tried_again(caller: Caller, status: Status, code: int) -> None:
    row = _of(caller, status)
    answer = send(caller, "post", path(row, "/retry"))
    assert answer.status_code == code
    assert Transcript.objects.get().status == ("queued" if code == 200 else status)


def test_deleting_puts_it_into_the_bin_and_permanently_takes_it_out_of_the_world(
    caller: Caller, finish: Finish
) -> None:
    row = finish("a")
    assert send(caller, "delete", path(row)).status_code == 204
    assert Recording.objects.deleted().exists()
    assert caller.get(path(row)).status_code == 404
    assert send(caller, "delete", path(row)).status_code == 404
    assert send(caller, "delete", path(row), query_params={"permanent": "true"}).status_code == 204
    assert not Recording.objects.exists()
    assert [entry.verb for entry in AuditEntry.objects.order_by("pk")] == ["delete", "delete for good"]


def test_permanent_is_true_or_false(caller: Caller, finish: Finish) -> None:
    row = finish("a")
    assert send(caller, "delete", path(row), query_params={"permanent": "maybe"}).status_code == 400
    assert send(caller, "delete", path(row), query_params={"permanently": "true"}).status_code == 400
    assert Recording.objects.kept().exists()


@pytest.mark.parametrize(
    ("method", "tail"),
    [("patch", ""), ("delete", ""), ("delete", "?permanent=true"), ("post", "/cancel"), ("post", "/retry")],
)
def test_anothers_is_not_there_and_seeing_is_not_managing(
    caller: Caller, make_key: KeyMaker, finish: Finish, method: str, tail: str
) -> None:
    where = path(finish("a"), tail)
    other, reader = Caller(*make_key(Scope.TRANSCRIBE)), Caller(*make_key(Scope.READ))
    assert send(other, method, where).status_code == 404
    assert send(other, method, path(Transcript(id=uuid.uuid4()), tail)).status_code == 404
    assert send(reader, method, where).status_code == 403
    assert Recording.objects.kept().exists()


def test_a_recording_is_transcribed_once_more_with_what_is_changed(caller: Caller, finish: Finish) -> None:
    row = finish("a")
    Transcript.objects.filter(pk=row.pk).update(
        language_requested="en", reference="4711", options={"hotwords": "Okafor", "temperature": 0.4}
    )
    answer = send(caller, "post", path(row, "/rerun"), {"language": "es", "temperature": None, "vad_pad": 0.1})
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert answer["Location"] == body["links"]["self"]
    assert (body["status"], body["reference"], body["recording"]["id"]) == ("queued", "4711", str(row.recording.pk))
    assert body["options"] == {
        "language": "es",
        "task": "transcribe",
        "priority": "normal",
        "hotwords": "Okafor",
        "vad_pad": 0.1,
    }
    assert caller.get(path(row)).json()["status"] == "done"


@pytest.mark.parametrize("body", [{"language": "englsh"}, {"title": "x"}, {"clip_start": 5, "clip_end": 4}], ids=str)
def test_options_that_cannot_be_make_no_second_transcript(caller: Caller, finish: Finish, body: dict[str, Any]) -> None:
    assert send(caller, "post", path(finish("a"), "/rerun"), body).status_code == 400
    assert Transcript.objects.count() == 1


def test_a_key_tries_no_more_again_than_it_may_have_in_work(caller: Caller) -> None:
    caller.row.concurrent_transcripts = 1
    caller.row.save()
    first, second = _of(caller, Status.FAILED), _of(caller, Status.CANCELLED)
    assert send(caller, "post", path(first, "/retry")).status_code == 200
    refused = send(caller, "post", path(second, "/retry"))
    assert (refused.status_code, refused["Retry-After"], list(refused.json())) == (429, "5", ["detail"])
    assert Transcript.objects.get(pk=second.pk).status == Status.CANCELLED


def test_a_key_runs_no_more_once_more_than_it_may_have_in_work(caller: Caller) -> None:
    caller.row.concurrent_transcripts = 1
    caller.row.save()
    done = _of(caller, Status.DONE)
    assert send(caller, "post", path(done, "/rerun"), {}).status_code == 201
    assert send(caller, "post", path(done, "/rerun"), {}).status_code == 429


def test_nothing_is_tried_again_while_the_queue_is_full(caller: Caller, settings: Settings) -> None:
    settings.MAX_QUEUE = 0
    row = _of(caller, Status.FAILED)
    assert send(caller, "post", path(row, "/retry")).status_code == 503
    assert Transcript.objects.get(pk=row.pk).status == Status.FAILED


@pytest.mark.django_db(transaction=True)
def test_of_retries_at_once_no_more_are_let_through_than_fit(caller: Caller) -> None:
    caller.row.concurrent_transcripts = 2
    caller.row.save()
    rows = [_of(caller, Status.FAILED) for _ in range(6)]
    actor = Actor(key=caller.row)

    def again(row: Transcript) -> bool:
        try:
            return submissions.retry(row, actor)
        except TooManyOpen:
            return False

    assert sum(together(*[partial(again, row) for row in rows])) == 2
    assert Transcript.objects.open().count() == 2
