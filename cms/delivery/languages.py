"""Which edition does a reader get? (RFC 4647 §3.4, lookup)"""

from collections.abc import Iterable, Iterator, Sequence

ANY = "*"
"""As a fallback: better any language than none."""


def candidates(requested: str | None, fallback: Sequence[str]) -> tuple[str, ...]:
    """Return the language tags to try, best first, in lower case: each range, then shortened from its end.

    ``ANY`` comes last if it was asked for, or if nothing was.
    """
    ranges = [requested, *fallback] if requested else list(fallback) or [ANY]
    tags = [tag for range_ in ranges if range_ != ANY for tag in shortened(range_)]
    return tuple(dict.fromkeys([*tags, *([ANY] if ANY in ranges else [])]))


def shortened(range_: str) -> Iterator[str]:
    """Yield ``zh-hant-cn``, ``zh-hant``, ``zh``; a single letter introduces the next subtag and goes with it."""
    subtags = range_.lower().split("-")
    while subtags:
        yield "-".join(subtags)
        subtags.pop()
        if subtags and len(subtags[-1]) == 1:
            subtags.pop()


def best(wanted: Sequence[str], available: Iterable[str], preferred: Sequence[str]) -> str | None:
    """Return the locale of ``available`` that comes first in ``wanted``; for ``ANY`` the first of ``preferred``."""
    by_tag = {locale.lower(): locale for locale in available}
    for tag in wanted:
        if tag in by_tag:
            return by_tag[tag]
        if tag == ANY and by_tag:
            return by_tag[min(by_tag, key=lambda locale: (rank(locale, preferred), locale))]
    return None


def rank(locale: str, preferred: Sequence[str]) -> int:
    """Return the place of ``locale`` in ``preferred``; behind all of them when it isn't there."""
    return preferred.index(locale) if locale in preferred else len(preferred)
