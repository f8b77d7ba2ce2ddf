"""What does a log line look like? An event name and fields, one record per line, no personal data and no secret."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from foundation.web.requests import current_request_id

# What no line may tell, whoever wrote it: a library quotes the address it could not reach, with its password, or the
# recipient a mail server turned down.
_UNSPEAKABLE = (
    (re.compile(r"(\w://)[^/\s\"']+@"), r"\1…@"),
    (re.compile(r"(X-Amz-(?:Credential|Signature|Security-Token)=)[^&\s\"']+", re.IGNORECASE), r"\1…"),
    (re.compile(r"\b(bearer|basic) +[\w.~+/=-]{8,}", re.IGNORECASE), r"\1 …"),
    (re.compile(r"\bwhsec_[\w+/=-]+"), "whsec_…"),
    (re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"), "…@…"),
)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request"}


class WithoutPaths(logging.Filter):
    """Takes the path out of Django's own request records: an address may hold a subscriber's token."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is None or not record.name.startswith("django."):
            return True
        match = getattr(request, "resolver_match", None)
        record.route = (match.view_name or match.route) if match else "-"
        record.msg, record.args = "request_failed", ()
        return record.levelno >= logging.ERROR  # a 4xx has its line from the middleware


class _ProcessName:
    """What this process is called in its lines, where it is not the web process its settings name."""

    given = ""


def call_this_process(name: str) -> None:
    """Let lines say ``name`` from now on: a worker has the settings of a web process and is another process."""
    _ProcessName.given = name


class JsonFormatter(logging.Formatter):
    """One JSON object per line."""

    def __init__(self, *, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": _ProcessName.given or self.process,
            "event": record.getMessage(),
            "logger": record.name,
            **_fields(record),
        }
        if record.exc_info:
            line["exception"] = _without_values(self.formatException(record.exc_info))
        return without_secrets(json.dumps(line, ensure_ascii=False, default=str))


class TextFormatter(logging.Formatter):
    """``12:03:04Z INFO event key=value …`` for a person's terminal, in UTC like all logs; a traceback follows."""

    def __init__(self, *, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%SZ")
        fields = "".join(f" {name}={_shown(value)}" for name, value in _fields(record).items())
        line = f"{at} {record.levelname} {record.getMessage()}{fields}"
        if record.exc_info:
            line += f"\n{_without_values(self.formatException(record.exc_info))}"
        return without_secrets(line)


def without_secrets(text: str) -> str:
    """Return ``text`` without passwords in addresses, keys in headers, webhook secrets and mail addresses."""
    for pattern, instead in _UNSPEAKABLE:
        text = pattern.sub(instead, text)
    return text


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    fields = {name: value for name, value in vars(record).items() if name not in _STANDARD}
    request_id = current_request_id()
    return fields | {"request_id": request_id} if request_id else fields


def _without_values(trace: str) -> str:
    """Leave out the lines in which PostgreSQL quotes the row it refused: it may be about a person."""
    return "\n".join(line for line in trace.splitlines() if not line.lstrip().startswith("DETAIL:"))


def _shown(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if not text or any(c.isspace() or c == '"' for c in text) else text
