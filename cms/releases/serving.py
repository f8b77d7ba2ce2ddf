"""Which release of an edition is its latest, before and after a recall?"""

from collections.abc import Sequence
from datetime import datetime

from cms.releases.feed import append
from cms.releases.listing import sort_title, terms_of
from cms.releases.models import Change, Edition, EditionTerm, FeedPosition, Release
from foundation.contracts.release import ReleasePayload


def serve(edition: Edition, release: Release, payload: ReleasePayload) -> None:
    """Make ``release`` the edition's latest."""
    edition.latest = release
    edition.last_number = max(edition.last_number, release.number)
    edition.released_at = release.released_at
    edition.sort_title = sort_title(payload.title)
    edition.save()
    edition.terms.all().delete()
    EditionTerm.objects.bulk_create(
        EditionTerm(edition=edition, vocabulary=vocabulary, code=code) for vocabulary, code in terms_of(payload)
    )


def serve_what_is_left(position: FeedPosition, withdrawn: Sequence[Release], *, at: datetime) -> tuple[str, ...]:
    """Let each edition whose latest release was withdrawn fall back to its newest one that stands.

    That one enters the feed again, so that who follows it ends with the right copy. Returns the locales with none left.
    """
    tool_id = withdrawn[0].tool_id
    numbers = {(release.locale, release.number) for release in withdrawn}
    editions = Edition.objects.select_related("latest").filter(tool_id=tool_id, latest__isnull=False)
    hit = [row for row in editions.order_by("locale") if row.latest and (row.locale, row.latest.number) in numbers]
    return tuple(edition.locale for edition in hit if not _fall_back(edition, position, at))


def _fall_back(edition: Edition, position: FeedPosition, at: datetime) -> bool:
    standing = Release.objects.filter(tool_id=edition.tool_id, locale=edition.locale, withdrawal=None)
    former = standing.order_by("-number").first()
    if former is None:
        edition.terms.all().delete()
        edition.latest, edition.released_at, edition.sort_title = None, None, ""
        edition.save()
        return False
    serve(edition, former, ReleasePayload.model_validate_json(bytes(former.payload)))
    append(position, Change.Type.RELEASED, former, at=at)
    return True
