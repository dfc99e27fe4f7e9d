"""The audit trail: nothing in it is changed or deleted, by the database's own rule too; and who saw what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from tests.conftest import KeyMaker
from tests.rows import in_state, recording
from tests.together import together
from transcripts import append_only, audit
from transcripts.access import Actor
from transcripts.models import ApiKey, AuditEntry, Scope, Status, Transcript

NOON = datetime(2030, 5, 17, 12, 10, tzinfo=UTC)


def _tried(sql: str) -> str:
    """What the database says to a statement that comes past Django."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return str(refusal.value)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE transcripts_auditentry SET who = 'somebody else'",
        "UPDATE transcripts_auditentry SET detail = '{}'",
        "UPDATE transcripts_auditentry SET at = '2001-01-01 00:00:00+00'",
        "UPDATE transcripts_auditentry SET once = 'x'",
        "UPDATE transcripts_auditentry SET user_id = NULL, verb = 'nothing'",
        "DELETE FROM transcripts_auditentry",
    ],
)
def test_the_database_itself_refuses_changes(alice: User, sql: str) -> None:
    audit.record(Actor(user=alice), "export", alice, format="txt")
    before = list(AuditEntry.objects.values())
    assert "Audit entries are never changed or deleted." in _tried(sql)
    assert list(AuditEntry.objects.values()) == before


@pytest.mark.django_db
def test_another_person_is_not_put_in_the_place_of_who_did_it(alice: User) -> None:
    audit.record(Actor(user=alice), "export", alice)
    assert "never changed" in _tried("UPDATE transcripts_auditentry SET user_id = user_id + 1")


@pytest.mark.django_db(transaction=True)
def test_people_and_keys_can_still_be_deleted_and_their_deeds_stay(alice: User, make_key: KeyMaker) -> None:
    key, _ = make_key()
    audit.record(Actor(user=alice), "export", alice)
    audit.record(Actor(key=key), "export", alice)
    names = list(AuditEntry.objects.order_by("pk").values_list("who", flat=True))
    alice.delete()
    ApiKey.objects.all().delete()
    assert list(AuditEntry.objects.order_by("pk").values_list("who", flat=True)) == names
    assert AuditEntry.objects.filter(user=None, api_key=None).count() == len(names) == 2


@pytest.mark.django_db(transaction=True)
def test_the_rule_is_put_back_by_every_migrate(alice: User) -> None:
    audit.record(Actor(user=alice), "export", alice)
    append_only.lift()
    append_only.ensure()
    append_only.ensure()
    assert "never changed" in _tried("DELETE FROM transcripts_auditentry")


@pytest.fixture
def heard(alice: User) -> Transcript:
    """Alice's."""
    return in_state(Status.DONE, recording(owner=alice)).transcript


def _seen() -> list[tuple[str, str, str]]:
    rows = AuditEntry.objects.filter(verb="see").order_by("pk")
    return list(rows.values_list("who", "object_kind", "object_id"))


@pytest.mark.django_db
def test_who_looks_is_written_down_once_an_hour(heard: Transcript, robin: User, alice: User) -> None:
    for minutes in (0, 1, 49, 50, 110):
        audit.saw(Actor(user=robin), heard, at=NOON + timedelta(minutes=minutes))
    audit.saw(Actor(user=alice), heard, at=NOON)
    of = ("transcript", str(heard.pk))
    assert _seen() == [("robin", *of), ("robin", *of), ("robin", *of), ("alice", *of)]


@pytest.mark.django_db(transaction=True)
def test_looking_many_times_at_once_is_written_down_once(heard: Transcript, robin: User) -> None:
    together(*[lambda: audit.saw(Actor(user=robin), heard, at=NOON)] * 6)
    assert len(_seen()) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["transcript", "segments", "history", "machine", "media", "peaks"])
def test_every_page_of_a_transcript_counts_as_having_seen_it(heard: Transcript, robin: User, name: str) -> None:
    browser = Client()
    browser.force_login(robin)
    browser.get(reverse(name, args=[heard.pk]))
    assert _seen() == [("robin", "transcript", str(heard.pk))]


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["", "/segments", ".txt"])
def test_a_program_counts_where_it_reads_what_others_have_sent(heard: Transcript, make_key: KeyMaker, end: str) -> None:
    row, key = make_key(Scope.READ)
    path = f"/api/v1/transcripts/{heard.pk}{end}" if end != ".txt" else f"/api/v1/transcripts/{heard.pk}.txt"
    assert Client(headers={"X-API-Key": key}).get(path).status_code == HTTPStatus.OK
    assert _seen() == [(str(row), "transcript", str(heard.pk))]


@pytest.mark.django_db
def test_a_program_that_polls_its_own_does_not(make_key: KeyMaker) -> None:
    row, key = make_key(Scope.TRANSCRIBE)
    mine = in_state(Status.DONE, recording(api_key=row)).transcript
    client = Client(headers={"X-API-Key": key})
    assert client.get(f"/api/v1/transcripts/{mine.pk}").status_code == HTTPStatus.OK
    assert _seen() == []


@pytest.mark.django_db
def test_passages_among_search_results_are_written_down_once_a_day(heard: Transcript, robin: User) -> None:
    other = in_state(Status.DONE, recording(owner=heard.recording.owner)).transcript
    for hours in (0, 1, 11, 12):
        audit.saw_passages(Actor(user=robin), [heard.pk, other.pk], at=NOON + timedelta(hours=hours))
    of = [("robin", "transcript", str(row.pk)) for row in (heard, other)]
    assert sorted(_seen()) == sorted(of * 2)
    assert {str(entry.detail) for entry in AuditEntry.objects.all()} == {"{'in': 'search results'}"}


@pytest.mark.django_db
def test_who_may_not_see_it_has_not_seen_it(heard: Transcript, mallory: User) -> None:
    browser = Client()
    browser.force_login(mallory)
    assert browser.get(reverse("transcript", args=[heard.pk])).status_code == HTTPStatus.NOT_FOUND
    assert browser.get(reverse("transcript", args=[uuid4()])).status_code == HTTPStatus.NOT_FOUND
    assert _seen() == []
