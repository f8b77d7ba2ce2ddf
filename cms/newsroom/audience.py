"""Who gets which language version of an issue?"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from foundation.contracts.newsletter import MailingList


@dataclass(frozen=True)
class Readers:
    """The confirmed subscribers of one language, and the language of the mail they get."""

    locale: str
    subscribers: int
    served_locale: str

    @property
    def is_fallback(self) -> bool:
        return self.served_locale != self.locale and self.served_locale != _language(self.locale)


def readers_by_language(lists: Iterable[MailingList], released: Collection[str], fallback: str) -> tuple[Readers, ...]:
    """Return a row for each language of the subscribers, largest first.

    Someone on two lists counts twice here and gets one mail.
    """
    counts: Counter[str] = Counter()
    for mailing_list in lists:
        counts.update(mailing_list.subscribers)
    rows = (
        Readers(locale, count, served_locale(locale, released, fallback)) for locale, count in counts.items() if count
    )
    return tuple(sorted(rows, key=lambda row: (-row.subscribers, row.locale)))


def served_locale(locale: str, released: Collection[str], fallback: str) -> str:
    """Return what a reader of ``locale`` gets: their own, the plain one (nl for nl-BE), the fallback."""
    for candidate in (locale, _language(locale)):
        if candidate in released:
            return candidate
    return fallback


def _language(locale: str) -> str:
    return locale.split("-", 1)[0]
