"""The administrator's first page: how the hub is, and what wants attention first."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from tests.conftest import KeyMaker
from tests.rows import in_state, recording, worker
from transcripts import lifecycle, overview, removal
from transcripts.models import ApiKey, Delivery, Failure, Recording, Status, Transcript, Webhook
from transcripts.webhooks import outbox

INDEX = reverse("admin:index")
GIB = 1024**3
pytestmark = pytest.mark.django_db


class Disk:
    """A disk of this size, of which so much is free."""

    def __init__(self, total: int, free: int) -> None:
        self.total, self.free = total, free


@pytest.fixture(autouse=True)
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever disk the tests run on."""
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Disk(1000 * GIB, 500 * GIB))


def _wanted(client: Client) -> list[str]:
    """What wants attention, in its order, and the word that goes before it."""
    page = client.get(INDEX).content.decode()
    section = page.partition('aria-labelledby="attention"')[2].partition("</section>")[0]
    items = re.findall(r"<li[^>]*>.*?<span>(.*?)</span></li>", section, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", item)).strip() for item in items]


def _card(page: str, name: str) -> str:
    return " ".join(
        re.sub(r"<[^>]*>", " ", page.partition(f'aria-labelledby="{name}">')[2].partition("</section>")[0]).split()
    )


def _failed(kind: Failure) -> None:
    lifecycle.fail(in_state(Status.RUNNING).lease, kind, "…", processing_ms=1)


def test_all_is_well_is_said(desk: Client) -> None:
    worker()
    assert _wanted(desk) == []
    assert "Nothing: all is well." in desk.get(INDEX).content.decode()


def test_what_keeps_people_waiting_comes_first(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    worker("gpu-1", last_seen_at=now - timedelta(hours=3))
    Webhook.objects.create(url="https://werify.example/?key=1", failing_since=now - timedelta(hours=5))
    _failed(Failure.MEDIA)
    _failed(Failure.INTERNAL)
    _failed(Failure.INTERNAL)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Disk(1000 * GIB, 19 * GIB))
    assert _wanted(desk) == [
        "Urgent: No worker answers: nothing is transcribed until one has started.",
        "Urgent: Only 19.0 GB of the disk are free.",
        "Urgent: 2 transcriptions failed within a day: the service could not do it.",
        "The worker gpu-1 has not been heard of for 3 h.",
        "1 transcription failed within a day: the recording cannot be read.",
        "https://werify.example/ has not taken what it was told for 5 h.",
    ]


def test_the_reason_of_a_webhook_that_was_switched_off_and_keys_that_end_soon(desk: Client, make_key: KeyMaker) -> None:
    worker()
    Webhook.objects.create(
        url="https://old.example/", disabled_at=timezone.now(), disabled_reason="No answer for days."
    )
    for name, days in (("soon", 3), ("later", 30), ("past", -1)):
        key = make_key(name=name)[0]
        ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now() + timedelta(days=days))
    told = _wanted(desk)
    assert told[0] == "https://old.example/ is told nothing: No answer for days."
    assert [words.partition(" expires")[0] for words in told[1:]] == ["The key soon"]


def test_a_queue_that_is_nearly_full_or_stands_still(desk: Client, settings: Settings) -> None:
    worker()
    settings.MAX_QUEUE = 2
    for _ in range(2):
        in_state(Status.QUEUED)
    Transcript.objects.update(created_at=timezone.now() - timedelta(minutes=90))
    assert _wanted(desk) == [
        "Urgent: 2 recordings wait; new ones are refused from 2 on.",
        "The oldest recording waits for 1 h 30 min.",
    ]


def test_the_figures_are_those_of_the_rows(desk: Client, alice: User) -> None:
    worker("gpu-1", running_jobs=3)
    in_state(Status.RUNNING)
    for _ in range(2):
        in_state(Status.QUEUED, recording(duration_ms=90_000))
    removal.discard(recording(size_bytes=5 * 1024**2), None)
    recording(size_bytes=7 * 1024**2, audio_deleted_at=timezone.now())
    Recording.objects.filter(size_bytes=1000).update(size_bytes=1024**2)
    given_up = outbox.ping(Webhook.objects.create(url="https://werify.example/"))
    Delivery.objects.filter(pk=given_up.pk).update(status=Delivery.Status.GIVEN_UP)
    page = desk.get(INDEX).content.decode().replace("\xa0", " ")
    assert _card(page, "card-queue").startswith("Queue 1 in work 2 waiting 3:00 of audio waiting")
    assert _card(page, "card-storage") == (
        "Storage 8.0 MB in 5 recordings 500.0 GB free of 1000.0 GB 5.0 MB of it are in the bin."
    )
    assert _card(page, "card-webhooks") == "Webhooks 1 told of events 1 delivery was given up within a day."
    assert "Answers last heard of less than a minute ago 3 of 16 at once" in _card(page, "card-workers")


def test_a_script_is_given_the_overview_alone(desk: Client) -> None:
    worker("gpu-1")
    page = desk.get(INDEX, headers={"HX-Request": "true"}).content.decode()
    assert page.strip().startswith('<div id="overview"')
    assert "gpu-1" in _card(page, "card-workers")
    assert "<html" not in page


def test_a_bucket_has_no_end(settings: Settings) -> None:
    settings.S3_BUCKET = "recordings"
    assert overview.overview().storage.free is None


def test_who_may_not_look_into_a_thing_is_not_told_of_it(client: Client) -> None:
    _failed(Failure.MEDIA)
    looker = User.objects.create_user("looker", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_worker"))
    client.force_login(looker)
    assert _wanted(client) == ["Urgent: No worker answers: nothing is transcribed until one has started."]
    page = client.get(INDEX).content.decode()
    assert "card-workers" in page
    assert not any(name in page for name in ("card-queue", "card-failures", "card-storage", "card-webhooks"))


def test_it_costs_as_many_queries_whatever_there_is(
    desk: Client, make_key: KeyMaker, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        worker(f"gpu-{number}", last_seen_at=timezone.now() - timedelta(hours=number))
        for status in Status:
            in_state(status)
        Webhook.objects.create(url=f"https://{number}.example/", failing_since=timezone.now())
        make_key(name=f"{number}")
        ApiKey.objects.update(expires_at=timezone.now() + timedelta(days=1))
    # Session, user; seven of the overview; the model's notice.
    with django_assert_max_num_queries(10):
        assert desk.get(INDEX).content.decode().count('class="queue-row worker"') == 5
