"""Recordings in the admin: looked at, renamed, deleted with their files."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from tests.rows import claimed, in_state, recording, said
from tests.speech import SAMPLES
from transcripts import lifecycle, submissions
from transcripts.access import Actor
from transcripts.incoming import receive
from transcripts.lifecycle import LeaseLost
from transcripts.models import Recording, Segment, Status, Transcript
from transcripts.orders import Order

LIST = reverse("admin:transcripts_recording_changelist")


def _stored(owner: User) -> Transcript:
    content = (SAMPLES / "en-short-1.flac").read_bytes()
    return submissions.submit(receive("talk.flac", [content]), Order(), Actor(user=owner))


def _files(settings: Settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def _delete_one(desk: Client, transcript: Transcript) -> None:
    desk.post(reverse("admin:transcripts_recording_delete", args=[transcript.recording_id]), {"post": "yes"})


def _delete_selected(desk: Client, *transcripts: Transcript) -> None:
    chosen = [transcript.recording_id for transcript in transcripts]
    desk.post(LIST, {"action": "delete_selected", "_selected_action": chosen, "post": "yes"})


@pytest.mark.django_db(transaction=True)
def test_deleting_one_takes_its_file_and_stops_its_worker(desk: Client, alice: User, settings: Settings) -> None:
    transcript = _stored(alice)
    lease = claimed(transcript)
    _delete_one(desk, transcript)
    assert not Recording.objects.exists()
    assert _files(settings) == []
    with pytest.raises(LeaseLost):
        lifecycle.heartbeat(lease)


@pytest.mark.django_db(transaction=True)
def test_deleting_several_takes_their_files_and_no_others(desk: Client, alice: User, settings: Settings) -> None:
    first, second, kept = (_stored(alice) for _ in range(3))
    _delete_selected(desk, first, second)
    assert list(Recording.objects.values_list("pk", flat=True)) == [kept.recording_id]
    assert [path.name for path in _files(settings)] == [kept.recording_id.hex]


def test_the_question_counts_what_goes_and_does_not_list_every_segment(desk: Client, alice: User) -> None:
    transcript = in_state(Status.QUEUED, recording(owner=alice, title="<long talk>")).transcript
    lifecycle.store_window(claimed(transcript), said(*(f"Part {n}." for n in range(40))), transcribed_ms=1)
    assert Segment.objects.count() == 40
    page = desk.get(reverse("admin:transcripts_recording_delete", args=[transcript.recording_id])).content.decode()
    assert "Recording: &lt;long talk&gt;, with its file" in page
    assert "Segments: 40" in page
    assert "Part 7." not in page


def test_only_the_title_can_be_changed(desk: Client, alice: User) -> None:
    row = recording(owner=alice)
    inline = {"transcripts-TOTAL_FORMS": "0", "transcripts-INITIAL_FORMS": "0"}
    forged = {"title": "Renamed", "size_bytes": "1", "sha256": "f" * 64, "container": "html", "owner": "", **inline}
    desk.post(reverse("admin:transcripts_recording_change", args=[row.pk]), forged)
    after = Recording.objects.get()
    assert after.title == "Renamed"
    assert (after.size_bytes, after.sha256, after.container, after.owner) == (1000, "0" * 64, "wav", alice)


def test_recordings_are_not_made_by_hand(desk: Client) -> None:
    assert desk.get(reverse("admin:transcripts_recording_add")).status_code == 403


def test_the_list_costs_as_many_queries_for_any_number_of_rows(
    desk: Client, alice: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        recording(owner=alice)
    # Session, user, count, page, the dates of the hierarchy, filter choices, the model's notice.
    with django_assert_max_num_queries(12):
        assert desk.get(LIST).content.decode().count('class="field-title"') == 20
