"""Does the catcher keep every mail and show it as it was sent?"""

import json
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from infra.local.mails.receiver import receiving
from infra.local.mails.site import application
from infra.local.mails.store import MailStore, Search
from infra.local.places import LOOPBACK
from infra.local.web.application import Application, Request

MOMENT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def store(folder: Path) -> MailStore:
    return MailStore(folder / "mails.sqlite3")


@pytest.fixture
def site(store: MailStore) -> Application:
    return application(store)


@pytest.fixture
def smtp(store: MailStore, free_port: int) -> Iterator[smtplib.SMTP]:
    receiver = receiving(store, free_port)
    receiver.start()
    with smtplib.SMTP(LOOPBACK, free_port, timeout=5) as connection:
        yield connection
    receiver.stop()


def a_mail(to: str, subject: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Make-IT-Safe <news@example.org>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["List-Unsubscribe"] = "<http://127.0.0.1/unsubscribe/1>"
    mail.set_content("Bonjour à tous")
    mail.add_alternative("<p>Bonjour <b>à tous</b></p><script>alert(1)</script>", subtype="html")
    return mail


def fetched(site: Application, path: str, **query: str) -> dict[str, object]:
    answer = site.answer(Request("GET", path, query))
    assert answer.status == 200
    found: dict[str, object] = json.loads(answer.body)
    return found


def test_a_mail_sent_over_smtp_is_found_by_its_recipient(smtp: smtplib.SMTP, site: Application) -> None:
    smtp.send_message(a_mail("École@example.org".lower(), "Décembre"), to_addrs=["ecole@example.org"])
    smtp.send_message(a_mail("school@example.org", "December"))

    found = fetched(site, "/api/messages", to="ecole@example.org")

    assert found["total"] == 1
    assert isinstance(found["items"], list)
    assert found["items"][0]["subject"] == "Décembre"
    assert found["items"][0]["recipients"] == ["ecole@example.org"]


def test_one_mail_is_told_with_text_html_and_headers(smtp: smtplib.SMTP, site: Application) -> None:
    smtp.send_message(a_mail("school@example.org", "December"))

    mail = fetched(site, "/api/messages/1")

    assert mail["text"] == "Bonjour à tous\r\n"
    assert str(mail["html"]).startswith("<p>Bonjour <b>à tous</b></p>")
    assert ["List-Unsubscribe", "<http://127.0.0.1/unsubscribe/1>"] in mail["headers"]  # type: ignore[operator]


def test_the_source_is_what_was_sent_byte_for_byte(smtp: smtplib.SMTP, site: Application) -> None:
    source = b"Subject: as sent\r\nX-Odd:   spaces\r\n\r\n..leading dots\r\n"
    smtp.sendmail("news@example.org", ["school@example.org"], source)

    answer = site.answer(Request("GET", "/api/messages/1/source"))

    assert answer.media_type == "message/rfc822"
    assert answer.body == source


def test_the_html_of_a_mail_is_shown_without_scripts_and_other_machines(store: MailStore, site: Application) -> None:
    store.add(
        sender="a@example.org",
        recipients=["b@example.org"],
        subject="x",
        source=bytes(a_mail("b@example.org", "x")),
        at=MOMENT,
    )

    answer = site.answer(Request("GET", "/messages/1/html"))

    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups; default-src 'none'")
    assert "script-src" not in policy


def test_a_search_takes_its_signs_literally(store: MailStore) -> None:
    for subject in ("100 % safe", "1000 safe"):
        store.add(sender="a@example.org", recipients=["b@example.org"], subject=subject, source=b"", at=MOMENT)

    found = store.envelopes(Search(words="0 %"), limit=10)

    assert [envelope.subject for envelope in found] == ["100 % safe"]


def test_older_mails_are_reached_page_by_page(store: MailStore, site: Application) -> None:
    for number in range(60):
        store.add(sender="a@example.org", recipients=["b@example.org"], subject=f"No {number}", source=b"", at=MOMENT)

    first = site.answer(Request("GET", "/")).body.decode()
    second = site.answer(Request("GET", "/", {"before": "11"})).body.decode()

    assert 'href="/?before=11"' in first
    assert first.count("<li>") == 50
    assert second.count("<li>") == 10


def test_the_pages_speak_the_readers_language_and_direction(site: Application) -> None:
    page = site.answer(Request("GET", "/", accept_language="ar-MA,fr;q=0.5")).body.decode()

    assert '<html lang="ar" dir="rtl">' in page


def test_another_site_cannot_empty_the_box(store: MailStore, site: Application) -> None:
    store.add(sender="a@example.org", recipients=["b@example.org"], subject="x", source=b"", at=MOMENT)

    refused = site.answer(Request("POST", "/delete", headers={"sec-fetch-site": "cross-site"}))

    assert refused.status == 404
    assert store.count(Search()) == 1


def test_deleting_all_leaves_an_empty_box(store: MailStore, site: Application) -> None:
    store.add(sender="a@example.org", recipients=["b@example.org"], subject="x", source=b"", at=MOMENT)

    answer = site.answer(Request("POST", "/delete", headers={"sec-fetch-site": "same-origin"}))

    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert store.count(Search()) == 0


@pytest.mark.parametrize(
    "path", ["/messages/7", "/messages/x", "/nowhere", "/static/../site.py", "/static/missing.css"]
)
def test_what_is_not_there_is_said_plainly(site: Application, path: str) -> None:
    answer = site.answer(Request("GET", path))

    assert answer.status == 404
    assert b"There is nothing here." in answer.body


def test_it_tells_that_it_is_alive_and_can_work(site: Application) -> None:
    assert fetched(site, "/healthz") == {"status": "alive"}
    assert fetched(site, "/readyz") == {"status": "ready", "missing": []}
