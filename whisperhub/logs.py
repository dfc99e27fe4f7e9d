"""The log of every process: lines for people, or JSON for programs, and in both what each line is about."""

from __future__ import annotations

import logging
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from transcripts import tracing

from .env import env

FORMAT = env.choice("WHISPERHUB_LOG_FORMAT", default="text", choices=("text", "json"))
LEVEL = env.str("WHISPERHUB_LOG_LEVEL", default="INFO")
# One line for each request: what a program reads has them unless told otherwise, a terminal only if asked for.
ACCESS_LOG = env.bool("WHISPERHUB_ACCESS_LOG", default=FORMAT == "json")

# What a line may say beside its message. Libraries attach whole requests and the arguments of tasks, with whatever
# secret is in them: nothing gets into the log that is not named here.
FIELDS = (
    *("time", "level", "logger", "message", "request_id", "transcript_id"),
    *("method", "path", "route", "status", "duration_ms", "client", "exc_info"),
)
_BREAKS = {number: f"\\x{number:02x}" for number in (*range(32), 127) if chr(number) != "\t"}


class Traced(logging.Filter):
    """Writes on each record what its thread is busy with."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets everything through."""
        trace = tracing.current()
        record.request_id, record.transcript_id = trace.request_id, trace.transcript_id
        return True


class Lines(logging.Formatter):
    """For people. Who sends a line break in an address still gets one line."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # the standard library's name
        """The line itself, without a traceback."""
        about = [
            f"{word} {value}"
            for word, name in (("request", "request_id"), ("transcript", "transcript_id"))
            if (value := getattr(record, name, "")) and value not in record.message
        ]
        line = super().formatMessage(record).translate(_BREAKS)
        return f"{line} [{', '.join(about)}]" if about else line


class JsonLines(JsonFormatter):
    """One JSON object a line, with `FIELDS` and no others; those without a value are left out."""

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message"],
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="time",
            json_ensure_ascii=False,
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """What may be said, in one order."""
        return {name: log_data[name] for name in FIELDS if log_data.get(name) not in (None, "")}


def formatter() -> logging.Formatter:
    """Of the format that is set."""
    return JsonLines() if FORMAT == "json" else Lines()


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        # "Not now" is an answer, not an error: /health without a worker, a full queue.
        "unavailable": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: getattr(record, "status_code", None) != 503,
        },
        "traced": {"()": Traced},
    },
    "formatters": {"line": {"()": formatter}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["traced"]}},
    "root": {"handlers": ["console"], "level": LEVEL},
    "loggers": {
        "axes": {"level": "WARNING"},  # a line for every sign-in says nothing that the audit trail does not
        "celery": {"level": "WARNING"},  # nor does one for every ring of the doorbell
        "django.request": {"level": "ERROR", "filters": ["unavailable"]},
        "whisperhub.access": {} if ACCESS_LOG else {"level": "CRITICAL"},
    },
}
