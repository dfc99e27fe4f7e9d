"""`model` on every route that takes a recording: kept with the transcript, and refused before the file is read."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.conftest import SAMPLE, BrokenBody, Caller
from tests.api.openai.conftest import ask, problem
from tests.rows import in_state, recording, worker
from transcripts.models import Status, Transcript

pytestmark = pytest.mark.django_db

MAIN, MEDIUM = "deepdml/faster-whisper-large-v3-turbo-ct2", "Systran/faster-whisper-medium"
OFFERED = [{"name": MAIN, "model": MAIN}, {"name": "medium", "model": MEDIUM}]
V1 = "/api/v1/transcripts"


@pytest.fixture(autouse=True)
def _two_models(db: None, settings: Any) -> None:
    settings.SYNC_TIMEOUT = 0.0
    worker(model=MAIN, offered=OFFERED)


def _create(caller: Caller, **fields: Any) -> Any:
    return caller.client.post(V1, {"file": SimpleUploadedFile("talk.flac", SAMPLE.read_bytes()), **fields})


def _rerun(caller: Caller, model: str) -> Any:
    before = in_state(Status.DONE, recording(api_key=caller.row)).transcript
    return caller.client.post(f"{V1}/{before.pk}/rerun", {"model": model}, "application/json")


def _begin_upload(caller: Caller, model: str) -> Any:
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": "10",
        "Upload-Metadata": f"model {base64.b64encode(model.encode()).decode()}",
    }
    return caller.client.post("/api/v1/uploads", headers=headers)


def test_a_transcript_keeps_and_tells_the_model_that_was_asked_for(caller: Caller) -> None:
    answer = _create(caller, model="medium")
    assert answer.status_code == 201, answer.content
    assert (answer.json()["options"]["model"], answer.json()["model"]) == ("medium", None)
    assert Transcript.objects.get().options == {"model": "medium"}


@pytest.mark.parametrize(
    "send",
    [
        lambda caller, model: _create(caller, model=model),
        lambda caller, model: caller.upload(model=model),
        lambda caller, model: caller.upload(fields={"model": model}),
        lambda caller, model: caller.post_url("https://example.org/a.mp3", model=model),
        lambda caller, model: caller.client.post(
            V1, {"url": "https://example.org/a.mp3", "model": model}, "application/json"
        ),
        _begin_upload,
        _rerun,
    ],
    ids=["v1 form", "query", "form", "url", "v1 url", "upload", "rerun"],
)
def test_a_model_that_there_is_not_is_refused_with_those_that_there_are(caller: Caller, send: Any) -> None:
    before = Transcript.objects.count()
    answer = send(caller, "large-v9")
    assert answer.status_code == 400, answer.content
    assert f"Use one of: {MAIN}, medium." in answer.content.decode()
    assert Transcript.objects.filter(options__model__isnull=False).count() == before


def test_a_model_that_there_is_not_is_told_without_reading_the_file(caller: Caller) -> None:
    body = BrokenBody(b'--edge\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\n\r\nRIFF')
    assert body.post(caller.client, "/transcribe?model=large-v9").status_code == 400
    assert not body.was_read


def test_a_recording_is_transcribed_once_more_by_another_model(caller: Caller) -> None:
    answer = _rerun(caller, "medium")
    assert answer.status_code == 201
    assert answer.json()["options"]["model"] == "medium"


def test_the_same_key_for_another_model_is_another_request(caller: Caller) -> None:
    def send(model: str) -> int:
        form = {"file": SimpleUploadedFile("a.flac", SAMPLE.read_bytes()), "model": model}
        headers = {"Idempotency-Key": "one", "Prefer": "respond-async"}
        return int(caller.client.post(V1, form, headers=headers).status_code)

    assert (send("medium"), send("medium"), send(MAIN)) == (201, 201, 422)
    assert Transcript.objects.count() == 1


@pytest.mark.parametrize(
    ("model", "kept"),
    [("whisper-1", {}), ("Systran/faster-whisper-tiny", {}), (MAIN, {}), ("medium", {"model": "medium"})],
)
def test_an_alias_means_the_main_model_and_any_other_name_itself(
    caller: Caller, model: str, kept: dict[str, str]
) -> None:
    ask(caller, model=model)
    assert Transcript.objects.get().options == kept


def test_a_configured_model_is_not_an_alias_in_whichever_spelling(caller: Caller, settings: Any) -> None:
    settings.WHISPER_MODELS = ["medium"]
    ask(caller, model=MEDIUM)
    assert Transcript.objects.get().options == {"model": MEDIUM}


def test_the_list_of_models_names_all_that_run(caller: Caller) -> None:
    names = [entry["id"] for entry in caller.get("/v1/models").json()["data"]]
    assert names[:3] == [MAIN, MEDIUM, "medium"]
    assert problem(ask(caller, model="large-v9"))[0] == 404
