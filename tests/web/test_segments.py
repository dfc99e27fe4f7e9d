"""A long text in parts: the page brings the one that is read, a script fetches the others by position."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.rows import claimed, in_state, recording, said
from transcripts import lifecycle
from transcripts.models import Segment, Status, Transcript
from transcripts.web import segments as parts


@pytest.fixture
def long(alice: User, monkeypatch: pytest.MonkeyPatch) -> Transcript:
    """Alice's, of five segments in chunks of two; the third was heard last and the fifth begins with the fourth."""
    monkeypatch.setattr(parts, "CHUNK", 2)
    transcript = in_state(Status.QUEUED, recording(owner=alice)).transcript
    lifecycle.store_window(claimed(transcript), said("Zero", "One", "Three", "Four", "Two"), transcribed_ms=9000)
    for index, start in enumerate((0, 1000, 3000, 3000, 2000)):
        Segment.objects.filter(index=index).update(start_ms=start, end_ms=start + 500)
    return transcript


def _page(client: Client, transcript: Transcript, **query: str) -> Any:
    return client.get(reverse("transcript", args=[transcript.pk]), query).context


def _fetch(client: Client, transcript: Transcript, **query: str) -> Any:
    return client.get(reverse("segments", args=[transcript.pk]), query).json()


def _texts(rows: list[dict[str, Any]]) -> list[str]:
    return [row["text"] for row in rows]


def test_the_page_opens_with_the_first_part_and_knows_where_the_others_begin(
    long: Transcript, alice_browser: Client
) -> None:
    page = _page(alice_browser, long)
    assert _texts(page["rows"]) == ["Zero", "One"]
    assert [(chunk.address, chunk.count) for chunk in page["chunks"]] == [("0.0", 2), ("2000.4", 2), ("3000.3", 1)]


@pytest.mark.parametrize(
    ("second", "texts"),
    [
        ("0", ["Zero", "One"]),
        ("1.9", ["Zero", "One"]),
        ("2", ["Two", "Three"]),
        ("3.2", ["Four"]),
        ("9999", ["Four"]),
        ("-1", ["Zero", "One"]),
        ("nan", ["Zero", "One"]),
        ("1e300", ["Zero", "One"]),
        ("soon", ["Zero", "One"]),
    ],
)
def test_it_opens_at_the_second_that_is_asked_for(
    second: str, texts: list[str], long: Transcript, alice_browser: Client
) -> None:
    assert _texts(_page(alice_browser, long, t=second)["rows"]) == texts


def test_the_other_parts_come_in_the_order_of_the_text(long: Transcript, alice_browser: Client) -> None:
    rest = _fetch(alice_browser, long, **{"from": "2000.4", "until": "3000.3"})
    assert (_texts(rest["segments"]), rest["next"]) == (["Two", "Three"], None)
    assert _texts(_fetch(alice_browser, long, **{"from": "3000.3"})["segments"]) == ["Four"]


def test_an_answer_that_would_be_long_says_where_to_go_on(
    long: Transcript, alice_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "MOST", 3)
    first = _fetch(alice_browser, long)
    assert _texts(first["segments"]) == ["Zero", "One", "Two"]
    rest = _fetch(alice_browser, long, **{"from": first["next"]})
    assert (_texts(rest["segments"]), rest["next"]) == (["Three", "Four"], None)


@pytest.mark.parametrize("position", ["", "1", "1.", ".1", "1.1.1", "-1.0", "x.0", "1." + "9" * 30, "٣.0"])
def test_a_position_that_is_none_is_a_bad_request(position: str, long: Transcript, alice_browser: Client) -> None:
    answer = alice_browser.get(reverse("segments", args=[long.pk]), {"from": position})
    assert answer.status_code == HTTPStatus.BAD_REQUEST


def test_a_text_without_segments_has_no_parts(alice: User, alice_browser: Client) -> None:
    transcript = in_state(Status.DONE, recording(owner=alice)).transcript
    assert _page(alice_browser, transcript)["chunks"] == []
    assert _fetch(alice_browser, transcript) == {"segments": [], "next": None}
