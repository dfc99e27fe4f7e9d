"""Comments at the administrator's desk: found with their passage, settled, taken away, never written there."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.conftest import KeyMaker
from tests.rows import in_state, recording
from transcripts.models import AuditEntry, Comment, Status, Transcript

LIST = reverse("admin:transcripts_comment_changelist")
pytestmark = pytest.mark.django_db


def _comment(text: str = "Who is this?", **fields: object) -> Comment:
    transcript = in_state(Status.DONE, recording(title="council.wav")).transcript
    return Comment.objects.create(**{"transcript": transcript, "index": 0, "start_ms": 61_500, "text": text, **fields})


def _act(client: Client, action: str, *comments: Comment) -> str:
    chosen = {"action": action, "_selected_action": [comment.pk for comment in comments], "post": "yes"}
    return client.post(LIST, chosen, follow=True).content.decode()


def test_each_leads_to_its_passage_and_names_its_author(desk: Client, alice: User, make_key: KeyMaker) -> None:
    comment = _comment(author=alice)
    _comment("A program's.", api_key=make_key(name="Werify")[0])
    page = desk.get(LIST).content.decode()
    assert f'<a href="/transcripts/{comment.transcript_id}?t=61.5">council.wav, 1:01</a>' in page
    assert '<td class="field-written_by">alice</td>' in page
    assert '<td class="field-written_by">Werify</td>' in page
    assert "A program" not in desk.get(LIST, {"q": "alice"}).content.decode()


def test_settling_and_opening_again_is_told_to_whoever_has_the_page_open(desk: Client, admin: User) -> None:
    open_one, settled = _comment(), _comment()
    assert "1 settled." in _act(desk, "settle", settled)
    settled.refresh_from_db()
    assert settled.resolved_by == admin
    found = {state: list(desk.get(LIST, {"state": state}).context["cl"].result_list) for state in ("open", "settled")}
    assert found == {"open": [open_one], "settled": [settled]}
    before = Transcript.objects.get(pk=settled.transcript_id).revision
    assert "1 open again." in _act(desk, "reopen", open_one, settled)
    settled.refresh_from_db()
    assert settled.resolved_at is None
    assert Transcript.objects.get(pk=settled.transcript_id).revision == before + 1


def test_taking_away_anothers_comment_is_noted_with_its_words(desk: Client, alice: User, admin: User) -> None:
    _act(desk, "delete_selected", _comment(author=alice), _comment("My own.", author=admin))
    assert not Comment.objects.exists()
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.object_name, entry.detail) == ("delete comment", "council.wav", {"text": "Who is this?"})


def test_nobody_writes_in_anothers_name(desk: Client, alice: User) -> None:
    comment = _comment(author=alice)
    assert desk.get(reverse("admin:transcripts_comment_add")).status_code == 403
    address = reverse("admin:transcripts_comment_change", args=[comment.pk])
    assert desk.post(address, {"text": "Forged."}).status_code == 403
    comment.refresh_from_db()
    assert comment.text == "Who is this?"


def test_who_may_only_look_settles_nothing(client: Client) -> None:
    comment = _comment()
    looker = User.objects.create_user("looker", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_comment"))
    client.force_login(looker)
    _act(client, "settle", comment)
    _act(client, "delete_selected", comment)
    comment.refresh_from_db()
    assert comment.resolved_at is None


def test_the_list_costs_as_many_queries_for_any_number_of_rows(
    desk: Client, alice: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(12):
        _comment(author=alice)
    # Session, user, two counts, page, the dates of the hierarchy, authors to filter by, the model's notice.
    with django_assert_max_num_queries(11):
        desk.get(LIST)
