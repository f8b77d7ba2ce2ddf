"""One contender of the bench, in a process of its own: ``NAME PORT NUMBER`` sends and prints its figures as JSON.

All send the same issue, with two links of each reader's own, over connections that are kept.
"""

import json
import os
import smtplib
import sys
import time
from collections.abc import Callable

import django
from django.utils import timezone

READERS_CHUNK = 5000


def main(name: str, port: int, number: int) -> None:
    os.environ["SMTP_URL"] = f"smtp://127.0.0.1:{port}"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    send = {"ours": ours, "django": django_backend, "smtplib": kept_connection}[name](port, number)
    wall, cpu = time.perf_counter(), time.process_time()
    size = send()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    figures = {"per_s": number / wall, "cpu_us": cpu / number * 1e6, "bytes": size}
    sys.stdout.write(f"{json.dumps(figures)}\n")


def ours(port: int, number: int) -> Callable[[], int]:
    """A whole campaign: claims, tokens, journal, ledger, events."""
    from foundation.jobs.worker import run_until_idle
    from services.newsletter.campaigns.queries import counts_of
    from services.newsletter.lists.importing import Row, import_rows
    from services.newsletter.sending.ledger import Claimed
    from services.newsletter.sending.writing import Writer
    from tests.services.newsletter.campaigns.campaigns import prepared
    from tests.services.newsletter.people import mailing_list

    partners = mailing_list()
    for start in range(0, number, READERS_CHUNK):
        rows = [Row(address(n), "en") for n in range(start, min(start + READERS_CHUNK, number))]
        import_rows(rows, into=partners, consent_text="Yes.", at=timezone.now())
    campaign = prepared(partners)

    def send() -> int:
        run_until_idle(["default"])
        assert counts_of(campaign).accepted == number
        one = Claimed(1, 1, address(1), partners.pk, campaign.variants.get(locale="en").pk, 0)
        return len(Writer(campaign).letter(one, is_8bit=True).message)

    return send


def django_backend(port: int, number: int) -> Callable[[], int]:
    """What Django's documentation says: EmailMultiAlternatives over one connection of its SMTP backend."""
    from django.core.mail import EmailMultiAlternatives, get_connection
    from django.core.mail.backends.smtp import EmailBackend

    subject, text, html = content()

    def message(n: int) -> EmailMultiAlternatives:
        unsubscribe, preferences = links(n)
        headers = {
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": "Partners <partners.example.org>",
        }
        mine = EmailMultiAlternatives(
            subject, personal(text, unsubscribe, preferences), "news@example.org", [address(n)], headers=headers
        )
        mine.attach_alternative(personal(html, unsubscribe, preferences), "text/html")
        return mine

    def send() -> int:
        connection = get_connection(
            f"{EmailBackend.__module__}.{EmailBackend.__qualname__}", host="127.0.0.1", port=port
        )
        connection.open()
        for n in range(number):
            connection.send_messages([message(n)])
        connection.close()
        return len(message(1).message().as_bytes())

    return send


def kept_connection(port: int, number: int) -> Callable[[], int]:
    """smtplib on one kept connection, the message made once and its links replaced: no ledger, no journal."""
    from django.core.mail import EmailMultiAlternatives

    subject, text, html = content()
    made = EmailMultiAlternatives(subject, text, "news@example.org", ["@TO@"])
    made.attach_alternative(html, "text/html")
    template = b"\r\n".join(made.message().as_bytes().splitlines()) + b"\r\n"

    def send() -> int:
        client = smtplib.SMTP("127.0.0.1", port)
        for n in range(number):
            mine = template.replace(b"@TO@", address(n).encode()).replace(b"@U@", links(n)[0].encode())
            client.sendmail("news@example.org", [address(n)], mine.replace(b"@P@", links(n)[1].encode()))
        client.quit()
        return len(template)

    return send


def address(n: int) -> str:
    return f"reader{n}@example.org"


def links(n: int) -> tuple[str, str]:
    token = f"{n:x}.1:1vMxYz:" + "A" * 43
    return f"https://news.example/unsubscribe/{token}", f"https://news.example/preferences/{token}"


def content() -> tuple[str, str, str]:
    from services.newsletter.rendering.issues import Occasion, draw_issue
    from services.newsletter.rendering.mails import PREFERENCES_MARK, UNSUBSCRIBE_MARK
    from tests.services.newsletter.content import issue_payload

    drawn = draw_issue(issue_payload("en"), Occasion("https://news.example/archive/1/en"))
    text, html = (
        part.replace(UNSUBSCRIBE_MARK, "@U@").replace(PREFERENCES_MARK, "@P@") for part in (drawn.text, drawn.html)
    )
    return drawn.subject, text, html


def personal(text: str, unsubscribe: str, preferences: str) -> str:
    return text.replace("@U@", unsubscribe).replace("@P@", preferences)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
