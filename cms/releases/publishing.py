"""What happens between Wagtail's publishing of a page and the release of an edition?"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.utils import timezone
from django.utils.translation import get_language_info, gettext
from wagtail.log_actions import get_active_log_context
from wagtail.models import Locale, Page

from cms.releases import queries
from cms.releases.actions import Prepared
from cms.releases.assets import AssetCollector
from cms.releases.errors import FilesMissing, PictureUnreadable, RecalledMeanwhile
from cms.releases.gate import GateClosed, Reason
from foundation.contracts.release import Direction, Licence, ReleasePayload, Term
from foundation.storage import StorageError

if TYPE_CHECKING:
    from cms.releases.pages import ReleasablePage

T = TypeVar("T")

ATTEMPTS = 3
"""How often files are copied again that a sweep removed just before the release."""
_STATE_FIELDS = frozenset({"live", "live_revision", "last_published_at"})


@dataclass(frozen=True)
class StoredState:
    """What the database holds of a page."""

    live: bool
    live_revision_id: int | None
    last_published_at: Any

    @classmethod
    def of(cls, page: Page) -> "StoredState | None":
        """Return the state of a saved page; None for a new one."""
        if page._state.adding or page.pk is None:
            return None
        row = Page.objects.filter(pk=page.pk).values_list("live", "live_revision_id", "last_published_at").first()
        return cls(*row) if row else None

    def becomes_published(self, page: Page) -> bool:
        """Say whether saving ``page`` publishes it, anew or for the first time."""
        was = (self.live, self.live_revision_id, self.last_published_at)
        return bool(page.live) and was != (True, page.live_revision_id, page.last_published_at)

    def becomes_withdrawn(self, page: Page) -> bool:
        """Say whether saving ``page`` takes it offline."""
        return self.live and not page.live


@dataclass(frozen=True)
class Publication:
    """A release under way, from ``publish`` down to the ``save`` in which Wagtail's publishing ends."""

    page_id: int
    prepared: Prepared
    user_id: int | None


_actor: ContextVar[int | None] = ContextVar("actor", default=None)
_under_way: ContextVar[Publication | None] = ContextVar("publication", default=None)


@contextmanager
def under_way(publication: Publication | None) -> Iterator[None]:
    """Hand ``publication`` down."""
    token = _under_way.set(publication)
    try:
        yield
    finally:
        _under_way.reset(token)


def publication_of(page_id: int) -> Publication | None:
    """Return the publication of this page that is under way."""
    publication = _under_way.get()
    return publication if publication and publication.page_id == page_id else None


def changes_state(update_fields: Any) -> bool:
    """Say whether a save writes what makes a page live or not."""
    return update_fields is None or bool(_STATE_FIELDS & set(update_fields))


@contextmanager
def acting(user: Any) -> Iterator[None]:
    """Let what happens inside be done by ``user``, where nobody is at work in the admin."""
    token = _actor.set(user.pk if user else None)
    try:
        yield
    finally:
        _actor.reset(token)


def acting_user_id() -> int | None:
    """Return who is at work; None in a worker."""
    user = get_active_log_context().user
    return user.pk if user else _actor.get()


def with_files(attempt: Callable[[], T]) -> T:
    """Try again when files that had been copied were swept away before they belonged to a release."""
    for _round in range(ATTEMPTS - 1):
        try:
            return attempt()
        except FilesMissing:
            continue
    return attempt()


@contextmanager
def as_refusal(edition: "ReleasablePage") -> Iterator[None]:
    """Turn what a person can do something about into a refusal by the gate."""
    try:
        yield
    except RecalledMeanwhile as error:
        message = gettext("It was recalled while it was being published. Publish it again if it is meant to return.")
        raise GateClosed((Reason("recalled", message),), page_id=edition.pk, title=edition.title) from error
    except (FilesMissing, PictureUnreadable, StorageError) as error:
        raise GateClosed((Reason("files", str(error)),), page_id=edition.pk, title=edition.title) from error


def prepare(edition: "ReleasablePage") -> Prepared:
    """Copy the files of ``edition`` into the public store and return what its release will say."""
    recalls_seen = queries.recall_count(edition.tool_id, edition.language)
    assets = AssetCollector()
    content = edition.freeze(assets)
    payload = ReleasePayload(
        **{
            "tool_id": edition.tool_id,
            "kind": edition.kind,
            "locale": edition.language,
            "direction": direction_of(edition.language),
            "number": 1,
            "released_at": timezone.now(),
            "change_class": edition.change_class,
            "changelog": edition.changelog,
            "title": edition.title,
            "slug": edition.slug,
            "summary": edition.summary,
            "licence": _licence(edition),
            "credit": edition.credit,
            "themes": _terms(edition.themes.all(), edition.locale),
            "audiences": _terms(edition.audiences.all(), edition.locale),
            **content,
        }
    )
    return Prepared(payload, assets.files, recalls_seen)


def direction_of(language: str) -> Direction:
    """Return the writing direction of a language; left to right where it is unknown."""
    try:
        return "rtl" if get_language_info(language)["bidi"] else "ltr"
    except KeyError:
        return "ltr"


def _licence(edition: "ReleasablePage") -> Licence:
    assert edition.licence is not None  # noqa: S101 - the gate has asked for it
    licence = edition.licence.in_locale(edition.locale)
    return Licence(code=licence.code, name=licence.name, url=licence.url)


def _terms(terms: Any, locale: Locale) -> tuple[Term, ...]:
    found = {term.code: Term(code=term.code, name=term.in_locale(locale).name) for term in terms}
    return tuple(found[code] for code in sorted(found))
