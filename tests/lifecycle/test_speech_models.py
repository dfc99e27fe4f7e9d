"""Several models: what may be named, who works on what names one, and that it is heard by that very model."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.lifecycle.conftest import submitted
from tests.rows import recording, worker
from tests.speech import DEMO_MODEL, reference, word_error_rate
from transcripts import admission, lifecycle, speech_models
from transcripts.engine import EngineConfig
from transcripts.engine.engine import Engine
from transcripts.errors import BadOptions
from transcripts.models import Failure, Status, Task, Transcript, Worker
from transcripts.models.worker import Offer
from transcripts.orders import order
from transcripts.transcription import transcribe_next
from transcripts.worker import WorkerProcess

pytestmark = pytest.mark.django_db

TURBO, MEDIUM = "deepdml/faster-whisper-large-v3-turbo-ct2", "Systran/faster-whisper-medium"
OFFERED = [
    {"name": "turbo", "model": TURBO, "can_translate": False},
    {"name": "medium", "model": MEDIUM, "can_translate": True},
]


@pytest.fixture(scope="module")
def two_models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The demo model, and a copy of it under another name."""
    copy = shutil.copytree(DEMO_MODEL, tmp_path_factory.mktemp("models") / "council")
    engine = Engine.load(EngineConfig(model="demo", device="cpu", cpu_threads=2, more_models=(str(copy),)))
    yield engine
    engine.close()


@pytest.fixture
def able(two_models: Engine) -> WorkerProcess:
    """A worker with both, which has said so."""
    process = WorkerProcess(two_models, name="gpu-able")
    process.beat()
    return process


def test_a_recording_is_heard_by_the_model_that_its_order_names(able: WorkerProcess) -> None:
    plain, named = submitted("en-short-2.flac"), submitted("en-short-2.flac", model="council")
    transcribe_next(able)
    transcribe_next(able)
    rows = {row.pk: row for row in Transcript.objects.all()}
    assert (rows[plain.pk].model, rows[named.pk].model) == ("demo", "council")
    assert (rows[plain.pk].options, rows[named.pk].options) == ({}, {"model": "council"})
    truth = reference("en-short-2.flac").text
    assert all(word_error_rate(truth, row.text) <= 0.07 for row in rows.values())


def test_the_worker_says_which_models_may_be_named(able: WorkerProcess) -> None:
    assert [offer.name for offer in Worker.objects.get().offers] == ["demo", "council"]
    assert [offer.name for offer in speech_models.offered()] == ["demo", "council"]
    with pytest.raises(BadOptions, match=r"no model 'large-v3' here. Use one of: demo, council."):
        order({"model": "large-v3"})


def test_a_model_that_is_configured_no_more_fails_what_named_it_in_words(able: WorkerProcess) -> None:
    waiting = submitted("en-short-1.flac", model="council")
    Transcript.objects.filter(pk=waiting.pk).update(options={"model": "parliament"})
    transcribe_next(able)
    row = Transcript.objects.get()
    assert (row.status, row.failure) == (Status.FAILED, Failure.UNSUPPORTED)
    assert row.error == "There is no model 'parliament' here. There are: demo, council."


def test_what_names_another_workers_model_is_left_to_that_worker(able: WorkerProcess) -> None:
    worker("gpu-other", offered=OFFERED)
    others = submitted("en-short-1.flac", model="medium")
    mine, anybodys = submitted("en-short-1.flac", model="council"), submitted("en-short-1.flac")
    for _ in range(3):
        transcribe_next(able)
    done = set(Transcript.objects.filter(status=Status.DONE).values_list("pk", flat=True))
    assert done == {mine.pk, anybodys.pk}
    assert Transcript.objects.get(pk=others.pk).status == Status.QUEUED


def taken_by(own: list[Offer], at: datetime | None = None) -> UUID | None:
    """What a worker with these models takes next."""
    turn = admission.next_turn(long_allowed=True, not_ours=speech_models.for_others(own, at), at=at)
    return turn.transcript_id if turn else None


@pytest.mark.parametrize("said_goodbye", [True, False])
def test_what_names_the_model_of_a_worker_that_is_away_waits_for_it_for_an_hour(said_goodbye: bool) -> None:
    gone = timezone.now()
    worker("gpu-other", offered=OFFERED, last_seen_at=gone, left_at=gone if said_goodbye else None)
    waiting = lifecycle.submit(recording(), options={"model": "medium"})
    assert taken_by([Offer("demo", "demo")], gone + timedelta(minutes=59)) is None
    assert taken_by([Offer("demo", "demo"), Offer("medium", MEDIUM)], gone + timedelta(minutes=59)) == waiting.pk
    assert taken_by([Offer("demo", "demo")], gone + timedelta(minutes=61)) == waiting.pk


def test_a_translation_is_left_to_a_worker_that_can_make_it() -> None:
    turbo = [Offer("turbo", TURBO, can_translate=False)]
    english, spoken = lifecycle.submit(recording(), task=Task.TRANSLATE), lifecycle.submit(recording())
    worker("gpu-other", offered=OFFERED)
    assert taken_by(turbo) == spoken.pk
    assert taken_by([Offer("medium", MEDIUM)]) == english.pk
    Worker.objects.all().delete()
    assert taken_by(turbo) == english.pk


def test_a_worker_that_stopped_leaves_word_of_its_models_and_of_nothing_else(able: WorkerProcess) -> None:
    worker("gpu-yesterday", left_at=timezone.now() - timedelta(days=1))
    able.say_goodbye()
    row = Worker.objects.get()
    assert (row.name, row.is_alive) == ("gpu-able", False)
    assert not Worker.objects.present().exists()
    assert speech_models.offered() == [Offer("demo", "demo")]  # what the settings name
    able.beat()
    assert Worker.objects.get().is_alive


@pytest.mark.parametrize("name", ["turbo", TURBO, "medium", MEDIUM])
def test_a_model_is_known_by_its_configured_name_and_by_what_it_is(name: str) -> None:
    worker(offered=OFFERED)
    assert order({"model": name}).options == {"model": name}


@pytest.mark.parametrize("name", ["auto", "large-v3", "council", MEDIUM])
def test_a_configured_model_may_be_named_before_a_worker_is_there(name: str, settings: Settings) -> None:
    settings.WHISPER_MODEL = "auto"
    settings.WHISPER_MODELS = ["/srv/models/council", "medium"]
    settings.WHISPER_TRANSLATE_MODEL = "large-v3"
    assert order({"model": name}).options == {"model": name}
    with pytest.raises(BadOptions, match="Use one of: auto, council, medium, large-v3"):
        order({"model": "tiny"})


def test_a_translation_by_a_model_that_cannot_is_refused_though_another_could() -> None:
    worker(offered=OFFERED, can_translate=True)
    assert order({"task": "translate"}).options == {}
    assert order({"task": "translate", "model": "medium"}).options == {"model": "medium"}
    assert order({"task": "translate", "model": "auto"}).options == {"model": "auto"}
    with pytest.raises(BadOptions, match=r"The model turbo cannot translate.*name another model"):
        order({"task": "translate", "model": "turbo"})


def test_a_worker_of_the_release_before_offers_the_model_that_it_runs() -> None:
    worker(model=TURBO, can_translate=False)
    assert [(offer.name, offer.can_translate) for offer in speech_models.offered()] == [(TURBO, False)]
