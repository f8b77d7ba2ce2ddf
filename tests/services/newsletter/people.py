"""Who is on the lists of the tests?"""

from collections.abc import Iterable
from datetime import UTC, datetime

from services.newsletter.lists.addresses import address_hash
from services.newsletter.lists.models import MailingList, Subscriber, Subscription

LONG_AGO = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
State = Subscription.State


def mailing_list(slug: str = "partners", *, name: str = "Partners", is_public: bool = True) -> MailingList:
    return MailingList.objects.create(slug=slug, name=name, is_public=is_public, created_at=LONG_AGO)


def subscriber(address: str, *, language: str = "en") -> Subscriber:
    return Subscriber.objects.create(
        address=address, address_hash=address_hash(address), language=language, created_at=LONG_AGO
    )


def subscription(reader: Subscriber, to: MailingList, *, state: State = State.CONFIRMED) -> Subscription:
    return Subscription.objects.create(
        subscriber=reader,
        list=to,
        state=state,
        asked_at=LONG_AGO,
        confirmed_at=LONG_AGO if state == State.CONFIRMED else None,
        unsubscribed_at=LONG_AGO if state == State.UNSUBSCRIBED else None,
        consent_origin=Subscription.Origin.PAGE,
        consent_text="Yes.",
    )


def reader_of(to: MailingList, address: str, *, language: str = "en") -> Subscriber:
    """Return a new, confirmed subscriber of one list."""
    reader = subscriber(address, language=language)
    subscription(reader, to)
    return reader


def readers_of(to: MailingList, number: int, *, languages: Iterable[str] = ("en",)) -> list[Subscriber]:
    """Return ``number`` confirmed subscribers who read the languages in turn."""
    spoken = list(languages)
    return [reader_of(to, f"reader{n}@example.org", language=spoken[n % len(spoken)]) for n in range(number)]
