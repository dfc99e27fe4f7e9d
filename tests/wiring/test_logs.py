"""The log: JSON that programs read, lines that people read, and in neither what nobody may see."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from transcripts import tracing
from whisperhub.logs import FIELDS, JsonLines, Lines, Traced

FAULT = "ValueError: invalid literal for int() with base 10: 'of no use'"
TRANSCRIPT = UUID("00000000-0000-4000-8000-000000000001")


def _record(message: str = "Lease of %s expired", *arguments: object, **extra: Any) -> logging.LogRecord:
    logger = logging.getLogger("transcripts.sweeper")
    record = logger.makeRecord(
        logger.name, logging.WARNING, "sweeper.py", 1, message, arguments or ("it",), None, extra=extra
    )
    Traced().filter(record)
    return record


def _json(record: logging.LogRecord) -> dict[str, Any]:
    line = JsonLines().format(record)
    assert "\n" not in line
    read: dict[str, Any] = json.loads(line)
    return read


def test_a_line_of_json_says_when_how_bad_who_and_what() -> None:
    record = _record()
    record.created = 1_767_225_600.25
    assert _json(record) == {
        "time": "2026-01-01T00:00:00.250000+00:00",
        "level": "WARNING",
        "logger": "transcripts.sweeper",
        "message": "Lease of it expired",
    }


def test_a_line_says_which_request_and_which_transcript_it_is_about() -> None:
    with tracing.working_on(TRANSCRIPT, "req_abc"):
        record = _record()
    read = _json(record)
    assert (read["request_id"], read["transcript_id"]) == ("req_abc", str(TRANSCRIPT))
    assert (
        Lines()
        .format(record)
        .endswith(f"WARNING transcripts.sweeper: Lease of it expired [request req_abc, transcript {TRANSCRIPT}]")
    )


def test_what_a_line_says_already_is_not_said_twice() -> None:
    with tracing.working_on(TRANSCRIPT):
        line = Lines().format(_record("Transcript %s broke off", TRANSCRIPT))
    assert line.count(str(TRANSCRIPT)) == 1


def test_work_inside_of_work_leaves_the_outer_one_as_it_was() -> None:
    with tracing.working_on(TRANSCRIPT, "outer"):
        with tracing.working_on(None, "inner"):
            assert tracing.current() == tracing.Trace("inner", "")
        assert tracing.current() == tracing.Trace("outer", str(TRANSCRIPT))
    assert tracing.current() == tracing.Trace()


def test_what_libraries_attach_to_a_record_is_not_logged() -> None:
    read = _json(_record(request="<WSGIRequest: GET '/?api_key=wh_secret'>", args_of_task=["wh_secret"]))
    assert "wh_secret" not in str(read)
    assert read.keys() <= set(FIELDS)


def test_a_line_break_in_an_address_makes_no_second_line() -> None:
    line = Lines().format(_record("Not Found: %s", "/a\r\n2030-01-01 INFO root: all is well\x1b[2J"))
    assert "/a\\x0d\\x0a2030-01-01 INFO root: all is well\\x1b[2J" in line
    assert len(line.splitlines()) == 1


def test_a_traceback_is_lines_for_people_and_a_field_for_programs() -> None:
    try:
        int("of no use")
    except ValueError:
        record = _record()
        record.exc_info = sys.exc_info()
    assert Lines().format(record).splitlines()[-1] == FAULT
    assert _json(record)["exc_info"].splitlines()[-1] == FAULT


def _written(**environment: str) -> subprocess.CompletedProcess[str]:
    """What a process of ours writes that logs a line at INFO and one of the access log."""
    words = "import logging; logging.getLogger('transcripts').info('here');"
    words += "logging.getLogger('whisperhub.access').info('GET /');"
    words += "from celery import current_app as app; app.log.setup(loglevel='ERROR', redirect_stdouts=True);"
    words += "logging.getLogger('transcripts').info('and after Celery'); print('printed')"
    return subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {words}"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "whisperhub.settings", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_people_get_lines_without_one_for_each_request() -> None:
    written = _written()
    lines = [line.partition(",")[2].partition(" ")[2] for line in written.stderr.splitlines()]
    assert lines == ["INFO transcripts: here", "INFO transcripts: and after Celery"]
    assert written.stdout == "printed\n"


@pytest.mark.parametrize(("access", "requests"), [("true", ["GET /"]), ("false", [])])
def test_programs_get_json_with_a_line_for_each_request_unless_it_is_switched_off(
    access: str, requests: list[str]
) -> None:
    written = _written(WHISPERHUB_LOG_FORMAT="json", WHISPERHUB_ACCESS_LOG=access)
    messages = [json.loads(line)["message"] for line in written.stderr.splitlines()]
    assert messages == ["here", *requests, "and after Celery"]


def test_a_format_that_there_is_not_stops_the_start_with_those_that_there_are() -> None:
    written = _written(WHISPERHUB_LOG_FORMAT="xml")
    assert written.returncode != 0
    assert "WHISPERHUB_LOG_FORMAT must be one of text, json, not 'xml'." in written.stderr
