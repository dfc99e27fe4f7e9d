"""An id for every request: taken or made, echoed whatever the answer, kept with the transcript, told by the log."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from tests.conftest import KeyMaker
from tests.rows import in_state
from tests.speech import SAMPLES
from transcripts import lifecycle, requests, tracing
from transcripts.models import Scope, Status, Transcript
from whisperhub.logs import JsonLines, Lines, Traced

pytestmark = pytest.mark.django_db

MADE = re.compile(r"req_[0-9a-f]{32}")
SPOKEN = SAMPLES / "en-short-1.flac"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/health", 503),
        ("get", "/openapi.json", 200),
        ("get", "/api/v1/transcripts", 401),
        ("post", "/transcribe", 401),
        ("get", "/api/v1/nothing", 404),
        ("get", "/v1/models", 401),
        ("get", "/v1/nothing", 404),
        ("post", "/asr", 404),
        ("put", "/health", 405),
        ("get", "/accounts/login/nothing", 404),
        ("get", "/", 302),
        ("get", "/static/css/nothing.css", 404),
    ],
)
@pytest.mark.parametrize("sent", ["my-own.id_4711", None])
def test_every_answer_in_every_dialect_carries_an_id(method: str, path: str, status: int, sent: str | None) -> None:
    answer = getattr(Client(), method)(path, headers={} if sent is None else {"X-Request-Id": sent})
    assert answer.status_code == status
    assert answer["X-Request-Id"] == sent if sent else MADE.fullmatch(answer["X-Request-Id"])


def test_a_host_that_is_not_ours_and_a_fault_of_our_own_carry_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MADE.fullmatch(Client().get("/health", headers={"Host": "evil.example"})["X-Request-Id"])

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("transcripts.api.health._service", broken)
    answer = Client(raise_request_exception=False).get("/health", headers={"X-Request-Id": "mine-4711"})
    assert (answer.status_code, answer["X-Request-Id"]) == (500, "mine-4711")


@pytest.mark.parametrize(
    "sent",
    ["short", "x" * 129, "two words here", "with\nbreak-and-more", "<script>alert(1)", "id;drop-table", "ünïcödé-id"],
)
def test_an_id_that_could_be_more_than_an_id_is_replaced(sent: str) -> None:
    request = RequestFactory().get("/health", headers={"X-Request-Id": sent})
    assert MADE.fullmatch(requests.request_id(request))


def test_no_two_requests_get_the_same_id() -> None:
    assert len({Client().get("/health")["X-Request-Id"] for _ in range(5)}) == 5


def _post(key: str, **headers: str) -> Any:
    with SPOKEN.open("rb") as file:
        return Client().post(
            "/api/v1/transcripts", {"file": file}, headers={"Authorization": f"Bearer {key}", **headers}
        )


def test_the_transcript_keeps_the_id_of_the_request_that_made_it(make_key: KeyMaker) -> None:
    _, key = make_key(Scope.TRANSCRIBE)
    answer = _post(key, **{"X-Request-Id": "order-4711-a"})
    assert answer.status_code == 201
    assert Transcript.objects.get(pk=answer.json()["id"]).request_id == "order-4711-a"


def test_a_retry_is_the_later_requests_work() -> None:
    failed = in_state(Status.FAILED).transcript
    with tracing.working_on(None, "the-retry"):
        assert lifecycle.retry(failed.pk)
    failed.refresh_from_db()
    assert failed.request_id == "the-retry"


def test_what_a_command_makes_has_no_request() -> None:
    assert in_state(Status.QUEUED).transcript.request_id == ""


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture, settings: Settings) -> Any:
    """What the access log has said."""
    logger = logging.getLogger("whisperhub.access")
    logger.setLevel(logging.DEBUG)
    caplog.set_level(logging.DEBUG)
    yield lambda: [record for record in caplog.records if record.name == logger.name]
    logger.setLevel(logging.CRITICAL)


def test_the_log_tells_each_request_with_its_route_its_status_and_its_transcript(
    lines: Any, make_key: KeyMaker
) -> None:
    _, key = make_key(Scope.TRANSCRIBE)
    made = _post(key).json()["id"]
    read = Client().get(f"/api/v1/transcripts/{made}", headers={"Authorization": f"Bearer {key}"})
    assert read.status_code == 200
    said = [(line.method, line.path, line.route, line.status) for line in lines()]
    assert said == [
        ("POST", "/api/v1/transcripts", "api-transcripts", 201),
        ("GET", f"/api/v1/transcripts/{made}", "api-transcript", 200),
    ]
    assert all(line.client == "127.0.0.1" and line.duration_ms >= 0 for line in lines())


def test_a_joined_upload_is_told_with_the_transcript_that_it_joined(
    monkeypatch: pytest.MonkeyPatch, make_key: KeyMaker
) -> None:
    _, key = make_key(Scope.TRANSCRIBE)
    noted: list[str] = []
    monkeypatch.setattr(tracing, "note_transcript", lambda transcript_id: noted.append(str(transcript_id)))
    made = [_post(key, **{"Idempotency-Key": "once"}).json()["id"] for _ in range(2)]
    assert noted == made
    assert made[0] == made[1]


def test_neither_the_log_nor_the_row_holds_a_key_wherever_it_was_sent(
    caplog: pytest.LogCaptureFixture, lines: Any, make_key: KeyMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, key = make_key(Scope.READ)

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("transcripts.api.health._service", broken)
    client = Client(raise_request_exception=False)
    for path in ("/api/v1/transcripts", "/v1/models", "/nothing", "/health", "/asr"):
        for header in ({"Authorization": f"Bearer {key}"}, {"X-API-Key": key}, {}):
            client.get(f"{path}?api_key={key}&token={key}", headers=header)
            client.post(f"{path}?api_key={key}", {"password": key}, headers=header)
    assert len(lines()) == 30
    assert [record for record in caplog.records if record.levelno >= logging.ERROR]
    for record in caplog.records:
        Traced().filter(record)
        assert key not in JsonLines().format(record)
        assert key not in Lines().format(record)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/password/MQ/secret-token", "/account/email/secret-token"])
def test_the_log_does_not_hold_the_token_of_a_link(lines: Any, path: str) -> None:
    Client().get(path)
    assert [line.path for line in lines()] == [path.replace("secret-token", "[token]")]
    assert "secret-token" not in lines()[0].getMessage()


def test_probes_are_told_only_to_who_looks_for_them(lines: Any) -> None:
    Client().get("/health")
    Client().get("/openapi.json")
    assert [(line.route, line.levelname) for line in lines()] == [("health", "DEBUG"), ("openapi", "INFO")]


def test_a_stream_is_told_at_its_end_with_the_time_that_it_took(lines: Any) -> None:
    def stream(request: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse(iter([b"a", b"b"]))

    answer = requests.tracing_requests(stream)(RequestFactory().get("/stream"))
    assert isinstance(answer, StreamingHttpResponse)
    assert list(answer) == [b"a", b"b"]
    assert lines() == []
    answer.close()
    assert [(line.path, line.status) for line in lines()] == [("/stream", 200)]
    assert tracing.current() == tracing.Trace()
