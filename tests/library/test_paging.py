"""Paging through the library: every recording that fulfils the filters, once, in any order, while others arrive."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, product
from typing import Any

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import KeyMaker
from tests.rows import in_state, recording
from transcripts import tags
from transcripts.access import Actor
from transcripts.library import BadPlace, Filters, Place, Sort, filters, listing, page
from transcripts.models import Recording, Review, Status, Transcript

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
LIBRARY = (Sort.NEWEST, Sort.OLDEST, Sort.TITLE, Sort.LONGEST, Sort.SHORTEST)
TITLES = ("Ärger", "apple", "Zug", "apple", "", "会議", "ÄRGER 2", "!!!")
LENGTHS = (None, 0, 10_000, 10_000, 5 * 3600_000)
LANGUAGES = ("en", "en", "de", "")


@dataclass(frozen=True)
class House:
    """Many recordings of a few kinds, so that every value is shared, and who sent them."""

    admin: Actor
    alice: Actor
    program: Actor


@pytest.fixture
def house(admin: User, alice: User, make_key: KeyMaker, alices: Actor, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(listing, "PAGE_SIZE", 7)
    found = House(Actor(user=admin), alices, Actor(key=make_key()[0]))
    for number, (title, length) in enumerate(product(TITLES, LENGTHS)):
        sender = (found.alice, found.program)[number % 2]
        _made(number, sender, title=title, duration_ms=length)
    return found


def _made(number: int, sender: Actor, **fields: Any) -> Transcript:
    row = recording(**fields, **sender.ownership)
    if number % 7 == 0:
        in_state(Status.DONE, row)  # an earlier run, which does not speak for the recording
    status = (Status.DONE, Status.FAILED, Status.QUEUED, Status.DONE)[number % 4]
    transcript = in_state(status, row).transcript
    review = (Review.DRAFT, Review.APPROVED, Review.DRAFT)[number % 3]
    Transcript.objects.filter(pk=transcript.pk).update(language=LANGUAGES[number % 4], review=review)
    Recording.objects.filter(pk=row.pk).update(created_at=NOON + timedelta(days=number // 4))
    tags.add([row], [name for name in ("board", "press") if number % (3 if name == "board" else 5) == 0], sender)
    return transcript


FILTERS = [
    Filters(),
    Filters(status=Status.DONE),
    Filters(language="en"),
    Filters(review=Review.APPROVED, language="de"),
    Filters(tags=("board",)),
    Filters(tags=("Board", "press")),
    Filters(tags=("no such tag",)),
    Filters(since=date(2026, 1, 7)),
    Filters(until=date(2026, 1, 7)),
    Filters(since=date(2026, 1, 7), until=date(2026, 1, 9), status=Status.FAILED, tags=("board",)),
]


def _expected(wanted: Filters, actor: Actor) -> set[str]:
    """By plain reading of every row, without any of the code under test."""
    found = set()
    for row in Recording.objects.filter(deleted_at=None).prefetch_related("tags", "transcripts"):
        newest = max(row.transcripts.all(), key=lambda transcript: transcript.created_at)
        names = {tag.name for tag in row.tags.all()}
        if (
            (actor.user is None or actor.user.is_superuser or row.owner_id == actor.user.pk)
            and (wanted.status is None or newest.status == wanted.status)
            and (not wanted.language or newest.language == wanted.language)
            and (wanted.review is None or newest.review == wanted.review)
            and all(name.lower() in names for name in wanted.tags)
            and (wanted.since is None or row.created_at.date() >= wanted.since)
            and (wanted.until is None or row.created_at.date() <= wanted.until)
        ):
            found.add(row.pk.hex)
    return found


def _walk(actor: Actor, wanted: Filters, sort: Sort) -> Iterator[Transcript]:
    after: Place | None = None
    while True:
        found = page(actor, wanted, sort, after)
        yield from found.rows
        if found.next is None:
            return
        after = Place.parse(str(found.next), sort)


def _key(row: Transcript, sort: Sort) -> Any:
    of = row.recording
    return {"created_at": of.created_at, "title_key": of.title_key, "length_key": of.duration_ms or 0}[sort.column]


@pytest.mark.parametrize("rare", [0, filters.RARE], ids=["asked row by row", "found first"])
def test_every_filter_in_every_order_gives_every_row_once(
    rare: int, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "RARE", rare)
    for actor, wanted, sort in product((house.admin, house.alice), FILTERS, LIBRARY):
        rows = list(_walk(actor, wanted, sort))
        assert sorted(row.recording_id.hex for row in rows) == sorted(_expected(wanted, actor)), (wanted, sort)
        keys = [_key(row, sort) for row in rows]
        assert all((a >= b) if sort.is_descending else (a <= b) for a, b in pairwise(keys)), (wanted, sort)


@pytest.mark.parametrize("sort", LIBRARY)
def test_rows_that_arrive_meanwhile_move_no_other(sort: Sort, house: House) -> None:
    known = {row.recording_id for row in _walk(house.admin, Filters(), sort)}
    seen = []
    for number, row in enumerate(_walk(house.admin, Filters(), sort)):
        seen.append(row.recording_id)
        if number % 3 == 0:
            _made(100 + number, house.alice, title=TITLES[number % 8], duration_ms=LENGTHS[number % 5])
    assert len(set(seen)) == len(seen)
    assert known <= set(seen)


def test_titles_are_sorted_without_case_and_accents(house: House) -> None:
    words = [row.recording.title for row in _walk(house.alice, Filters(), Sort.TITLE) if row.recording.title.isalpha()]
    latin = list(dict.fromkeys(word for word in words if word != "会議"))
    assert latin == ["apple", "Ärger", "Zug"]


def test_a_page_brings_all_that_a_row_shows_in_the_same_queries_for_any_number(
    house: House, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    superuser_asks_no_rights = 4  # recordings, tags, newest transcripts, running attempts
    for size in (2, 30):
        monkeypatch.setattr(listing, "PAGE_SIZE", size)
        with django_assert_num_queries(superuser_asks_no_rights):
            for row in page(house.admin, Filters(), Sort.NEWEST).rows:
                assert (row.recording.owner or row.recording.api_key) is not None
                list(row.recording.tags.all())


def test_what_is_in_the_bin_is_on_no_page(house: House) -> None:
    Recording.objects.filter(title="apple").update(deleted_at=NOON)
    assert "apple" not in {row.recording.title for row in _walk(house.admin, Filters(), Sort.TITLE)}


@given(st.text(max_size=100), st.sampled_from(Sort))
def test_any_text_names_a_place_or_is_refused(text: str, sort: Sort) -> None:
    try:
        place = Place.parse(text, sort)
    except BadPlace:
        return
    assert Place.parse(str(place), sort) == place


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize(
    "written", ['[1,"0"]', '["\\ud800","' + "0" * 32 + '"]', "[" * 5000, "null", "[1e400,1]", "{}"]
)
def test_a_place_that_another_wrote_is_refused(written: str, sort: Sort) -> None:
    with pytest.raises(BadPlace):
        Place.parse(base64.urlsafe_b64encode(written.encode()).decode(), sort)
