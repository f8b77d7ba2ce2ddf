"""What does the admin show of releases: where editions stand, what a recall would take away, how far it has got?"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Count, Q, Sum

from cms.releases import queries
from cms.releases.actions import Extent
from cms.releases.models import Edition, Recall, RecallScope, Release, ReleaseAsset
from foundation.events.models import OutboxDelivery

Key = tuple[UUID, str]


@dataclass(frozen=True)
class Standing:
    """Where an edition stands: ``latest`` is what the world reads now, None after a recall."""

    latest: Release | None
    recalled: bool


@dataclass(frozen=True)
class Consequence:
    """What a recall of this extent would take away, and which older release would be the newest again."""

    extent: Extent
    releases: tuple[Release, ...]
    files: int
    size_bytes: int
    back_to: int | None


@dataclass(frozen=True)
class Progress:
    """How far a recall has got. Whoever wasn't reached yet is tried again, for days."""

    recall: Recall
    releases: tuple[Release, ...]
    files: int
    files_gone: bool
    told: int
    to_tell: int
    gave_up: int

    @property
    def is_done(self) -> bool:
        return self.files_gone and self.told + self.gave_up >= self.to_tell


def standings(tool_ids: Iterable[UUID]) -> dict[Key, Standing]:
    """Return where each edition of these tools stands, in one query; editions never released are left out."""
    editions = Edition.objects.filter(tool_id__in=set(tool_ids), last_number__gt=0).select_related("latest")
    return {
        (edition.tool_id, edition.locale): Standing(edition.latest, recalled=edition.latest is None)
        for edition in editions.defer("latest__payload", "latest__listing")
    }


def standing_of(tool_id: UUID, locale: str) -> Standing | None:
    return standings([tool_id]).get((tool_id, locale))


def last_recall_of(tool_id: UUID, locale: str) -> Recall | None:
    """The recall that took the edition away, or its latest one."""
    of_edition = Q(scope=RecallScope.TOOL) | Q(locale=locale)
    return queries.recalls_of(tool_id).filter(of_edition).first()


def staff_names(ids: Iterable[int | None]) -> dict[int | None, str]:
    """Return how to call these members of staff; whoever has left is missing."""
    people = get_user_model().objects.in_bulk({pk for pk in ids if pk is not None})
    return {pk: person.get_full_name() or person.get_username() for pk, person in people.items()}


def consequence_of(extent: Extent) -> Consequence:
    """Return what recalling ``extent`` would take away; files that another standing release needs stay."""
    releases = extent.releases()
    ids = [release.pk for release in releases]
    theirs = ReleaseAsset.objects.filter(release__in=ids)
    needed = ReleaseAsset.objects.filter(release__withdrawal=None).exclude(release__in=ids)
    doomed = theirs.exclude(key__in=needed.values("key")).values("key", "size_bytes").distinct()
    totals = doomed.aggregate(files=Count("key"), size=Sum("size_bytes"))
    return Consequence(extent, tuple(releases), totals["files"], totals["size"] or 0, _back_to(extent))


def _back_to(extent: Extent) -> int | None:
    """The newest release of the edition that would still stand, where a single one is recalled and was the newest."""
    if extent.number is None:
        return None
    standing = Release.objects.filter(tool_id=extent.tool_id, locale=extent.locale, withdrawal=None)
    newest, *older = [*standing.order_by("-number").values_list("number", flat=True), None]
    return older[0] if newest == extent.number and older else None


def consequences(tool_id: UUID, locale: str, number: int | None = None) -> tuple[Consequence, ...]:
    """Return the choices from the page of one edition, narrowest first: a release (its latest unless ``number`` says
    another), the edition, the tool. A narrower one that would take away the same is left out.
    """
    standing = standing_of(tool_id, locale)
    wanted = number or (standing.latest.number if standing and standing.latest else None)
    extents = [
        *([Extent.of(tool_id, RecallScope.RELEASE, locale, wanted)] if wanted else []),
        Extent.of(tool_id, RecallScope.EDITION, locale, None),
        Extent.of(tool_id, RecallScope.TOOL, None, None),
    ]
    by_effect = {found.releases: found for found in map(consequence_of, extents) if found.releases}
    return tuple(by_effect.values())


def progress_of(recall: Recall) -> Progress:
    """Return what of a recall has happened by now."""
    releases = (
        Release.objects.filter(withdrawal__recall=recall).defer("payload", "listing").order_by("locale", "number")
    )
    files = ReleaseAsset.objects.filter(release__withdrawal__recall=recall).values("key").distinct().count()
    state = OutboxDelivery.State
    states = _deliveries_of(recall)
    return Progress(
        recall=recall,
        releases=tuple(releases),
        files=files,
        files_gone=recall.files_removed_at is not None,
        told=states.get(state.DELIVERED, 0),
        to_tell=sum(states.values()),
        gave_up=states.get(state.GIVEN_UP, 0),
    )


def _deliveries_of(recall: Recall) -> dict[str, int]:
    deliveries = OutboxDelivery.objects.filter(event__type="release.recalled", event__subject=f"tool:{recall.tool_id}")
    ours = deliveries.filter(event__data__recall_id=str(recall.id))
    return dict(ours.values_list("state").annotate(count=Count("pk")).order_by())
