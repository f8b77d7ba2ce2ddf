"""Does a log line say what happened, in one line, without what it must not say?"""

import json
import logging
import sys
from collections.abc import Iterator
from logging.config import DictConfigurator

import pytest
from django.test import Client, RequestFactory

from foundation.configuration import logging_from
from foundation.web.logs import JsonFormatter, TextFormatter, WithoutPaths, call_this_process
from foundation.web.requests import request_id_scope


class Lines(logging.Handler):
    """Keeps the lines that the configured handler would write."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter(process="tests"))
        self.addFilter(WithoutPaths())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def lines() -> Iterator[list[str]]:
    handler, root = Lines(), logging.getLogger()
    root.addHandler(handler)
    yield handler.lines
    root.removeHandler(handler)


def record_of(message: str, *args: object, **fields: object) -> logging.LogRecord:
    record = logging.getLogger("app").makeRecord("app", logging.INFO, "f.py", 1, message, args, None, extra=fields)
    record.created = 1_790_000_000.25
    return record


def test_a_json_line_holds_event_fields_and_request_id() -> None:
    with request_id_scope("from-a-browser"):
        line = JsonFormatter(process="cms").format(record_of("released", tool_id="1", ms=1.5))

    assert json.loads(line) == {
        "at": "2026-09-21T14:13:20.250+00:00",
        "level": "info",
        "process": "cms",
        "event": "released",
        "logger": "app",
        "tool_id": "1",
        "ms": 1.5,
        "request_id": "from-a-browser",
    }


def test_a_text_line_is_for_eyes() -> None:
    line = TextFormatter(process="cms").format(record_of("released %s", "today", title='Say "no"', empty="", n=1))

    assert line[9:] == r' INFO released today title="Say \"no\"" empty="" n=1'


def test_a_value_stays_on_its_line() -> None:
    line = TextFormatter(process="cms").format(record_of("event", forged="a\n12:00:00 INFO forged"))

    assert len(line.splitlines()) == 1


@pytest.mark.parametrize("formatter", [JsonFormatter(process="cms"), TextFormatter(process="cms")])
def test_a_row_that_was_refused_is_not_quoted(formatter: logging.Formatter) -> None:
    record, address = record_of("event"), "@".join(("ann", "org"))
    try:
        raise ValueError(f"duplicate key\nDETAIL:  Key (email)=({address}) already exists.")
    except ValueError:
        record.exc_info = sys.exc_info()

    line = formatter.format(record)

    assert "duplicate key" in line
    assert "ann@org" not in line


@pytest.mark.parametrize("formatter", [JsonFormatter(process="cms"), TextFormatter(process="cms")])
@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("amqp://hub:pass%2Fword@broker:5672/x", "amqp://…@broker:5672/x"),
        ("no answer from s3://ACCESS:SECRET@store:8333/name?tls=no", "no answer from s3://…@store:8333/name?tls=no"),
        ("redis://:pa@ss@queue:6379", "redis://…@queue:6379"),
        ("Authorization: Bearer abcdefgh12345678", "Authorization: Bearer …"),
        ("signed with whsec_c2VjcmV0c2VjcmV0", "signed with whsec_…"),
        ("PUT https://s3/x?X-Amz-Signature=abc123&partNumber=1", "PUT https://s3/x?X-Amz-Signature=…&partNumber=1"),
        ("550 " + "@".join(("ann.b+c", "mail.example.org")) + " is full", "550 …@… is full"),
    ],
)
def test_no_line_tells_a_secret_or_an_address(formatter: logging.Formatter, words: str, shown: str) -> None:
    record = record_of("failed: %s", words, field=words)
    try:
        raise OSError(words)
    except OSError:
        record.exc_info = sys.exc_info()

    line = formatter.format(record)

    assert line.count(shown) >= 3
    assert words not in line


def test_a_worker_is_called_by_its_own_name() -> None:
    try:
        call_this_process("cms-work")
        line = JsonFormatter(process="editing").format(record_of("job_ran"))
    finally:
        call_this_process("")

    assert json.loads(line)["process"] == "cms-work"


def test_a_failing_view_is_logged_without_its_path(lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> str:
        raise ZeroDivisionError

    monkeypatch.setattr("tests.foundation.example.urls.current_request_id", fail)

    Client(raise_request_exception=False).get("/hello/a-secret-token")

    failed = [json.loads(line) for line in lines]
    assert [line["event"] for line in failed] == ["request_failed", "request"]
    assert {line["route"] for line in failed} == {"hello"}
    assert "ZeroDivisionError" in failed[0]["exception"]
    assert "a-secret-token" not in "".join(lines)


def test_refusals_are_logged_once_without_their_path(lines: list[str]) -> None:
    Client().get("/nowhere/a-secret-token")
    extra = {"request": RequestFactory().get("/a-secret-token")}
    logging.getLogger("django.security.csrf").warning("Forbidden: /a-secret-token", extra=extra)
    logging.getLogger("django.security.DisallowedHost").error("/a-secret-token", extra=extra)

    assert [json.loads(line)["event"] for line in lines] == ["request", "request_failed"]
    assert "a-secret-token" not in "".join(lines)


def test_the_configuration_is_what_logging_takes() -> None:
    configured = logging_from("json", process="cms")

    assert configured["formatters"]["line"] == {"()": "foundation.web.logs.JsonFormatter", "process": "cms"}
    DictConfigurator(configured)
