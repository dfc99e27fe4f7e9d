"""What the transcript page's script sends when somebody corrects a text, and what it is answered."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from transcripts import editing
from transcripts.access import Actor
from transcripts.models import Edit, Review, Transcript

from .conftest import browser, sent


def edit(client: Client, transcript: Transcript, **fields: Any) -> tuple[int, Any]:
    """Send one edit; status and body of the answer."""
    return sent(client, "post", reverse("edit", args=[transcript.pk]), fields)


def test_an_edit_answers_with_the_rows_that_it_made(finished: Transcript, alice_browser: Client) -> None:
    status, answer = edit(alice_browser, finished, kind="text", index=1, version=1, text="Other words.")
    assert status == HTTPStatus.OK
    assert answer == {
        "edit": 1,
        "edit_count": 1,
        "revision": finished.revision + 1,
        "can_undo": True,
        "can_redo": False,
        "removed": [],
        "segments": [
            {
                "index": 1,
                "version": 2,
                "start_ms": 1000,
                "end_ms": 2000,
                "text": "Other words.",
                "speaker": "",
                "flags": [],
                "edited": True,
                "words": [[1000, 1500, "Other", 1.0], [1500, 2000, " words.", 1.0]],
            }
        ],
        "speakers": {},
    }


def test_who_names_a_speaker_is_answered_with_names_and_versions_not_with_the_text(
    finished: Transcript, alice_browser: Client
) -> None:
    named = [{"index": 0, "version": 1}, {"index": 1, "version": 1}]
    _, given = edit(alice_browser, finished, kind="speaker", segments=named, speaker="A")
    assert (given["segments"], given["speakers"]) == ([], {"A": [[0, 2], [1, 2]]})
    _, other = edit(alice_browser, finished, kind="speaker", segments=[{"index": 1, "version": 2}], speaker="B")
    assert other["speakers"] == {"B": [[1, 3]]}
    _, renamed = edit(alice_browser, finished, kind="rename_speaker", **{"from": "A", "to": "Anna"})
    assert (renamed["segments"], renamed["speakers"]) == ([], {"Anna": [[0, 3]]})
    _, same = edit(alice_browser, finished, kind="rename_speaker", **{"from": "Anna", "to": "Anna"})
    assert (same["edit"], same["segments"], same["speakers"]) == (None, [], {})
    assert edit(alice_browser, finished, kind="undo")[1]["speakers"] == {"A": [[0, 4]]}
    assert edit(alice_browser, finished, kind="undo")[1]["speakers"] == {"A": [[1, 4]]}
    assert edit(alice_browser, finished, kind="undo")[1]["speakers"] == {"": [[0, 5], [1, 5]]}


def test_others_are_told_of_a_name_as_cheaply_unless_more_has_changed(
    finished: Transcript, alice_browser: Client
) -> None:
    def news(heard: int = 2) -> Any:
        query = f"?heard={heard}&edit=0&status=done&review=draft-0&revision=0"
        page = alice_browser.get(reverse("transcript-live", args=[finished.pk]) + query).content.decode()
        told = re.search(r'<div id="news".*?<script[^>]*>(.*?)</script>', page)
        assert told is not None
        return json.loads(told[1])

    edit(alice_browser, finished, kind="speaker", segments=[{"index": 1, "version": 1}], speaker="A")
    assert (news()["segments"], news()["speakers"]) == ([], {"A": [[1, 2]]})
    assert [row["index"] for row in news(heard=0)["segments"]] == [0, 1]  # one that has not heard the words
    edit(alice_browser, finished, kind="text", index=1, version=2, text="Other words.")
    assert ([row["version"] for row in news()["segments"]], news()["speakers"]) == ([3], {})


def test_every_kind_of_edit_is_taken(finished: Transcript, alice_browser: Client) -> None:
    kinds: list[tuple[dict[str, Any], str, list[int]]] = [
        ({"kind": "text", "index": 0, "version": 1, "text": "One two."}, "One two. Second words.", []),
        ({"kind": "split", "index": 0, "version": 2, "offset": 3}, "One two. Second words.", []),
        (
            {"kind": "merge", "index": 2, "version": 1, "with_index": 1, "with_version": 1},
            "One two. Second words.",
            [1],
        ),
        ({"kind": "speaker", "segments": [{"index": 0, "version": 3}], "speaker": "A"}, "One two. Second words.", []),
        ({"kind": "rename_speaker", "from": "A", "to": "Anna"}, "One two. Second words.", []),
        ({"kind": "replace", "find": "WORDS", "replace": "thing"}, "One two. Second thing.", []),
        ({"kind": "restore", "index": 2, "version": 3, "to_version": 2}, "One two. Second words.", []),
        ({"kind": "undo"}, "One two. Second thing.", []),
        ({"kind": "redo"}, "One two. Second words.", []),
        ({"kind": "restore_machine"}, "First words. Second words.", [2]),
    ]
    for number, (fields, text, removed) in enumerate(kinds, 1):
        status, answer = edit(alice_browser, finished, **fields)
        assert (status, answer.get("edit"), answer.get("removed")) == (HTTPStatus.OK, number, removed), answer
        assert Transcript.objects.get().text == text
    assert [row.speaker for row in finished.segments.after(5)] == ["Anna", ""]


def test_an_offset_counts_as_the_browsers_strings_do(finished: Transcript, alice_browser: Client) -> None:
    edit(alice_browser, finished, kind="text", index=0, version=1, text="🙂🙂 yes no")
    _, answer = edit(alice_browser, finished, kind="split", index=0, version=2, offset=len("🙂🙂 yes") + 2)
    assert [row["text"] for row in answer["segments"]] == ["🙂🙂 yes", "no"]


def test_a_replacement_is_previewed_in_part_and_whole(
    finished: Transcript, alice_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transcripts.web.edits.PREVIEWED", 1)
    address = reverse("edit-preview", args=[finished.pk])
    status, answer = sent(alice_browser, "post", address, {"find": "words", "replace": "things"})
    assert (status, answer) == (
        HTTPStatus.OK,
        {
            "matches": [{"index": 0, "start_ms": 0, "before": "First words.", "after": "First things."}],
            "count": 2,
            "truncated": True,
        },
    )
    status, answer = edit(alice_browser, finished, kind="replace", find="words", replace="things", only=[1])
    assert [row["text"] for row in answer["segments"]] == ["Second things."]


def test_a_conflict_carries_the_rows_as_they_stand(finished: Transcript, alice_browser: Client, robin: User) -> None:
    editing.change_text(finished.pk, 1, 1, "Robin's words.", actor=Actor(user=robin))
    status, answer = edit(alice_browser, finished, kind="text", index=1, version=1, text="Alice's words.")
    assert status == HTTPStatus.CONFLICT
    assert "Somebody else" in answer["detail"]
    assert [(row["version"], row["text"]) for row in answer["segments"]] == [(2, "Robin's words.")]


def test_an_approved_text_is_locked(finished: Transcript, alice_browser: Client) -> None:
    Transcript.objects.update(review=Review.APPROVED)
    status, answer = edit(alice_browser, finished, kind="undo")
    assert status == HTTPStatus.LOCKED
    assert "approved" in answer["detail"]


def test_what_is_not_finished_is_not_edited(uploaded: Transcript, alice_browser: Client) -> None:
    assert edit(alice_browser, uploaded, kind="undo")[0] == HTTPStatus.CONFLICT


HOSTILE: list[Any] = [
    {},
    {"kind": "drop"},
    {"kind": ["text"]},
    {"kind": "text", "index": 0, "version": 1},
    {"kind": "text", "index": 0, "version": 1, "text": None},
    {"kind": "text", "index": 0, "version": 1, "text": "\ud800"},
    {"kind": "text", "index": 0, "version": 1, "text": "x" * 5001},
    {"kind": "text", "index": -1, "version": 1, "text": "x"},
    {"kind": "text", "index": 2**63, "version": 1, "text": "x"},
    {"kind": "text", "index": True, "version": 1, "text": "x"},
    {"kind": "text", "index": 0, "version": 1.5, "text": "x"},
    {"kind": "text", "index": 9, "version": 1, "text": "x"},
    {"kind": "split", "index": 0, "version": 1, "offset": 2**31 - 1},
    {"kind": "split", "index": 0, "version": 7, "offset": 1},
    {"kind": "merge", "index": 0, "version": 1, "with_index": 0, "with_version": 1},
    {"kind": "speaker", "segments": [], "speaker": "A"},
    {"kind": "speaker", "segments": [0], "speaker": "A"},
    {"kind": "speaker", "segments": [{"index": 0, "version": 1}], "speaker": "A" * 101},
    {"kind": "rename_speaker", "from": "Nobody", "to": "A"},
    {"kind": "replace", "find": "", "replace": "x"},
    {"kind": "replace", "find": "x", "replace": "y", "match_case": "no"},
    {"kind": "replace", "find": "words", "replace": "y", "only": [2**31]},
    {"kind": "replace", "find": "words", "replace": "y" * 5001},
    {"kind": "restore", "index": 0, "version": 1, "to_version": 9},
    {"kind": "undo"},
    [],
    "undo",
]


@pytest.mark.parametrize("body", HOSTILE, ids=lambda body: json.dumps(body)[:60])
def test_what_makes_no_sense_is_refused_in_words(body: Any, finished: Transcript, alice_browser: Client) -> None:
    status, answer = sent(alice_browser, "post", reverse("edit", args=[finished.pk]), body)
    assert status == HTTPStatus.BAD_REQUEST
    assert answer["detail"]
    assert Edit.objects.count() == 0


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(body: bytes, finished: Transcript, alice_browser: Client) -> None:
    answer = alice_browser.post(reverse("edit", args=[finished.pk]), body, content_type="application/json")
    assert (answer.status_code, answer.json()) == (HTTPStatus.BAD_REQUEST, {"detail": "The body is not JSON."})


def test_a_body_that_is_too_large_is_refused(finished: Transcript, alice_browser: Client) -> None:
    status, answer = edit(alice_browser, finished, kind="undo", padding="x" * 3_000_000)
    assert status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "larger" in answer["detail"]


def test_an_edit_without_the_pages_token_is_refused(finished: Transcript, alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert edit(strict, finished, kind="undo")[0] == HTTPStatus.FORBIDDEN


def test_a_reader_may_not_correct_and_is_told_so(finished: Transcript, reader: User) -> None:
    status, answer = edit(browser(reader), finished, kind="text", index=0, version=1, text="x")
    assert status == HTTPStatus.FORBIDDEN
    assert answer == {"detail": "You may read this transcript, but not correct it."}


def test_to_others_it_is_not_there(finished: Transcript, mallory_browser: Client) -> None:
    status, answer = edit(mallory_browser, finished, kind="undo")
    assert status == HTTPStatus.NOT_FOUND
    assert "not yours" in answer["detail"]


def test_a_script_is_told_in_its_readers_language_that_it_is_signed_out(finished: Transcript) -> None:
    answer = Client().post(reverse("edit", args=[finished.pk]), headers={"Accept": "application/json"})
    assert answer.status_code == HTTPStatus.UNAUTHORIZED


def test_a_segment_tells_its_history(finished: Transcript, alice_browser: Client, alice: User) -> None:
    edit(alice_browser, finished, kind="text", index=1, version=1, text="Second few words.")
    status, answer = sent(alice_browser, "get", reverse("segment-history", args=[finished.pk, 1]))
    assert status == HTTPStatus.OK
    machine, mine = answer
    assert (machine["version"], machine["kind"], machine["who"], machine["when"]) == (1, "machine", None, None)
    assert machine["diff"] == [["=", "Second words."]]
    assert (mine["version"], mine["kind"], mine["who"], mine["edit"]) == (2, "text", "alice", 1)
    assert mine["diff"] == [["=", "Second "], ["+", "few "], ["=", "words."]]
    assert sent(alice_browser, "get", reverse("segment-history", args=[finished.pk, 2**40]))[1] == []


def test_queries_do_not_grow_with_what_is_edited(
    alice_browser: Client, finished: Transcript, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for version, count in ((1, 1), (2, 2)):
        named = [{"index": index, "version": version} for index in range(count)]
        # Session, user, savepoints, three for the rights; the lock, two for the rows, five to write, two for undo.
        with django_assert_max_num_queries(21):
            assert edit(alice_browser, finished, kind="speaker", segments=named[:1], speaker=f"S{count}")[0] == 200
