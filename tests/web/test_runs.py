"""Several runs over one recording: one more, and two side by side."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from tests.rows import claimed, in_state, recording, said, worker
from transcripts import lifecycle
from transcripts.models import AuditEntry, Recording, Status, Transcript
from transcripts.web import runs as page_of_runs


def another_run(of: Transcript, *texts: str) -> Transcript:
    """A second run of the same recording, done."""
    again = in_state(Status.QUEUED, of.recording, options={"hotwords": "Peter"}).transcript
    lease = claimed(again)
    lifecycle.store_window(lease, said(*texts, word_by_word=True), transcribed_ms=3963, language="en")
    lifecycle.complete(lease, processing_ms=1)
    return again


def _compare(client: Client, transcript: Transcript, **query: str) -> str:
    answer = client.get(reverse("compare", args=[transcript.pk]), query)
    assert answer.status_code == HTTPStatus.OK
    return str(answer.content.decode())


def _plain(page: str) -> list[str]:
    cells = re.findall(r'class="change-text"[^>]*>(.*?)</p>', page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells]


def test_a_recording_is_transcribed_again_and_the_old_text_stays(finished: Transcript, alice_browser: Client) -> None:
    address = reverse("rerun", args=[finished.pk])
    assert "stays as it is" in alice_browser.get(address).content.decode()
    answer = alice_browser.post(address, {"language": "German", "task": "transcribe", "hotwords": "Peter"})
    again = Transcript.objects.exclude(pk=finished.pk).get()
    assert answer["Location"] == reverse("transcript", args=[again.pk])
    assert (again.recording, again.status, again.language_requested) == (finished.recording, "queued", "de")
    assert again.options == {"hotwords": "Peter"}
    assert Transcript.objects.get(pk=finished.pk).text == "First words. Second words."
    assert (Recording.objects.count(), AuditEntry.objects.filter(verb="transcribe again").count()) == (1, 1)


def test_another_run_may_be_by_another_model(finished: Transcript, alice_browser: Client) -> None:
    worker(offered=[{"name": "turbo", "model": "turbo"}, {"name": "medium", "model": "acme/medium"}])
    address = reverse("rerun", args=[finished.pk])
    alice_browser.post(address, {"model": "medium"})
    again = Transcript.objects.exclude(pk=finished.pk).get()
    assert again.options == {"model": "medium"}
    assert '<option value="medium" selected>' in alice_browser.get(reverse("rerun", args=[again.pk])).content.decode()
    assert '<option value="medium">' in alice_browser.get(address).content.decode()


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"language": "Klingon"}, HTTPStatus.BAD_REQUEST), ({"task": "x"}, HTTPStatus.BAD_REQUEST)],
)
def test_what_cannot_be_asked_for_is_refused_in_words(
    fields: dict[str, str], status: HTTPStatus, finished: Transcript, alice_browser: Client
) -> None:
    answer = alice_browser.post(reverse("rerun", args=[finished.pk]), fields)
    assert answer.status_code == status
    assert b"Unknown" in answer.content
    assert Transcript.objects.count() == 1


def test_a_full_queue_takes_no_run_more(finished: Transcript, alice_browser: Client, settings: Settings) -> None:
    settings.MAX_QUEUE = 0
    answer = alice_browser.post(reverse("rerun", args=[finished.pk]))
    assert (answer.status_code, Transcript.objects.count()) == (HTTPStatus.SERVICE_UNAVAILABLE, 1)


def test_without_its_audio_a_recording_is_not_transcribed_again(finished: Transcript, alice_browser: Client) -> None:
    Recording.objects.update(audio_deleted_at=timezone.now(), file="")
    answer = alice_browser.post(reverse("rerun", args=[finished.pk]))
    assert (answer.status_code, Transcript.objects.count()) == (HTTPStatus.BAD_REQUEST, 1)
    page = alice_browser.get(reverse("transcript", args=[finished.pk])).content.decode()
    assert reverse("history", args=[finished.pk]) in page
    assert reverse("rerun", args=[finished.pk]) not in page


def test_two_runs_stand_side_by_side_where_they_differ(finished: Transcript, alice_browser: Client) -> None:
    another_run(finished, "First words.", "Second birds.")
    page = _compare(alice_browser, finished)
    assert "<strong>75 %</strong>" in page
    assert _plain(page) == ["Second [gone: words.]", "Second [new: birds.]"]
    assert "Names and terms to expect" in page
    whole = _compare(alice_browser, finished, all="")
    assert _plain(whole)[:2] == ["First words.", "First words."]


def test_the_run_to_compare_with_can_be_chosen(finished: Transcript, alice_browser: Client) -> None:
    first = another_run(finished, "Uno.")
    another_run(finished, "Eins.")
    assert "Eins." in _compare(alice_browser, finished)
    page = _compare(alice_browser, finished, **{"with": str(first.pk)})
    assert "Uno." in page
    assert "Eins." not in page
    assert f'value="{first.pk}" selected' in page


def test_only_runs_over_the_same_recording_are_compared(
    finished: Transcript, alice: User, mallory: User, alice_browser: Client
) -> None:
    own = in_state(Status.DONE, recording(owner=alice)).transcript
    others = in_state(Status.DONE, recording(owner=mallory)).transcript
    for wanted in (str(own.pk), str(others.pk), str(finished.pk), "x"):
        answer = alice_browser.get(reverse("compare", args=[finished.pk]), {"with": wanted})
        assert answer.status_code == HTTPStatus.NOT_FOUND


def test_without_another_run_the_page_says_how_to_get_one(finished: Transcript, alice_browser: Client) -> None:
    page = _compare(alice_browser, finished)
    assert "There is only this run" in page
    assert reverse("rerun", args=[finished.pk]) in page


def test_runs_that_heard_the_same_say_so(finished: Transcript, alice_browser: Client) -> None:
    another_run(finished, "first words", "second words")
    assert "Word for word the same." in _compare(alice_browser, finished)


def test_a_long_comparison_comes_in_pages(
    finished: Transcript, alice_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_of_runs, "ROWS_PER_PAGE", 1)
    other = another_run(finished, "Last words.", "Second birds.")
    page = _compare(alice_browser, finished)
    assert f'href="?with={other.pk}&amp;from=1"' in page
    assert len(_plain(_compare(alice_browser, finished, **{"from": "1"}))) == 2


def test_queries_do_not_grow_with_the_text(
    finished: Transcript, alice_browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for texts in (("First birds.",), ("birds",) * 60):
        another_run(finished, *texts)
        _compare(alice_browser, finished)  # the first look of an hour is written down
        # Session, user, two for the rights; transcript, has this been noted, runs, may it be managed, both texts, does
        # the menu lead to the administration, the model's notice.
        with django_assert_num_queries(4 + 8):
            _compare(alice_browser, finished)
