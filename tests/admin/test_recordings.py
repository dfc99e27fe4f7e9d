"""Recordings in the admin: looked at, renamed, deleted with their files."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from tests.conftest import KeyMaker
from tests.rows import claimed, in_state, recording, said
from tests.speech import SAMPLES
from transcripts import lifecycle, submissions, tags
from transcripts.access import Actor
from transcripts.incoming import receive
from transcripts.lifecycle import LeaseLost
from transcripts.models import AuditEntry, Recording, Segment, Status, Transcript
from transcripts.orders import Order

LIST = reverse("admin:transcripts_recording_changelist")
INLINE = {"transcripts-TOTAL_FORMS": "0", "transcripts-INITIAL_FORMS": "0"}


def _change(row: Recording) -> str:
    return reverse("admin:transcripts_recording_change", args=[row.pk])


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


def test_only_title_and_tags_can_be_changed(desk: Client, alice: User) -> None:
    row = recording(owner=alice)
    forged = {"title": "Renamed", "size_bytes": "1", "sha256": "f" * 64, "container": "html", "owner": "", **INLINE}
    desk.post(_change(row), forged)
    after = Recording.objects.get()
    assert after.title == "Renamed"
    assert (after.size_bytes, after.sha256, after.container, after.owner) == (1000, "0" * 64, "wav", alice)


def test_recordings_are_not_made_by_hand(desk: Client) -> None:
    assert desk.get(reverse("admin:transcripts_recording_add")).status_code == 403


def test_the_list_costs_as_many_queries_for_any_number_of_rows(
    desk: Client, alice: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        in_state(Status.QUEUED, recording(owner=alice))
    # Session, user, count, page with tags and newest transcripts, dates, choices of the filters, the model's notice.
    with django_assert_max_num_queries(16):
        assert desk.get(LIST).content.decode().count('class="field-title"') == 20


def test_the_bin_is_filled_and_emptied_from_the_list(desk: Client, alice: User) -> None:
    transcript = in_state(Status.QUEUED, recording(owner=alice, title="talk.wav")).transcript
    chosen = {"action": "discard", "_selected_action": [transcript.recording_id]}
    assert "1 moved to the bin." in desk.post(LIST, chosen, follow=True).content.decode()
    assert not Recording.objects.kept().exists()
    assert Transcript.objects.get().status == "cancelled"
    found = desk.get(LIST, {"place": "bin"}).context["cl"].result_list
    assert [row.title for row in found] == ["talk.wav"]
    assert not desk.get(LIST, {"place": "library"}).context["cl"].result_list
    assert "1 restored." in desk.post(LIST, chosen | {"action": "restore"}, follow=True).content.decode()
    assert Recording.objects.kept().exists()
    assert Transcript.objects.get().status == "queued"
    assert [entry.verb for entry in AuditEntry.objects.order_by("pk")] == ["delete", "restore"]


def test_title_and_tags_are_changed_by_the_verbs_of_the_pages(desk: Client, alice: User, alices: Actor) -> None:
    row = recording(owner=alice, title="talk.wav")
    tags.add([row], ["budget", "harbour"], alices)
    page = desk.get(_change(row)).content.decode()
    assert 'value="budget, harbour"' in page
    desk.post(_change(row), INLINE | {"title": "  Council\n2030 ", "tag_names": "Harbour, vote"})
    row.refresh_from_db()
    assert (row.title, [tag.name for tag in row.tags.all()]) == ("Council 2030", ["harbour", "vote"])
    changes = {entry.verb: entry.detail for entry in AuditEntry.objects.filter(who="root")}
    assert changes == {"rename": {"before": "talk.wav"}, "untag": {"tags": ["budget"]}, "tag": {"tags": ["vote"]}}


@pytest.mark.parametrize(
    ("title", "tag_names", "said"),
    [
        (" \t ", "", "This field is required."),
        ("\x01", "", "A recording needs a title."),
        ("talk", "x" * 51, "is longer than 50 characters."),
        ("talk", ",".join(f"t{n}" for n in range(21)), "A recording has 20 tags at most."),
    ],
)
def test_what_cannot_be_kept_is_said_in_the_form(title: str, tag_names: str, said: str, desk: Client, db: None) -> None:
    row = recording(title="before.wav")
    page = desk.post(_change(row), INLINE | {"title": title, "tag_names": tag_names}).content.decode()
    assert said in page
    assert Recording.objects.get().title == "before.wav"


def test_recordings_are_found_by_sender_key_tag_and_the_state_of_their_newest_transcript(
    desk: Client, alice: User, alices: Actor, make_key: KeyMaker
) -> None:
    key = make_key(name="Werify")[0]
    hers = recording(owner=alice, title="hers.wav")
    in_state(Status.FAILED, hers)
    in_state(Status.DONE, hers)
    in_state(Status.FAILED, recording(api_key=key, title="keyed.wav"))
    tags.add([hers], ["harbour"], alices)

    def found(**query: str | int) -> list[str]:
        return [row.title for row in desk.get(LIST, query).context["cl"].result_list]

    assert found(state="failed") == ["keyed.wav"]
    assert found(state="done") == ["hers.wav"]
    assert found(state="nonsense") == ["keyed.wav", "hers.wav"]
    assert found(owner__id__exact=alice.pk) == ["hers.wav"]
    assert found(api_key__id__exact=key.pk) == ["keyed.wav"]
    assert found(tags__id__exact=hers.tags.get().pk) == ["hers.wav"]
