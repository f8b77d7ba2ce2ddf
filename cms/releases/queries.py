"""What has been released, what was recalled, and what has changed since?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from cms.releases.models import Change, Edition, Recall, RecallScope, Release, ReleaseAsset


@dataclass(frozen=True)
class AssetState:
    """A public file; ``is_gone`` once every release that used it was recalled."""

    key: str
    sha256: str
    media_type: str
    size_bytes: int
    is_gone: bool


def latest_release(tool_id: UUID, locales: Sequence[str]) -> Release | None:
    """Return the latest standing release in the first of ``locales`` that has one."""
    editions = Edition.objects.filter(tool_id=tool_id, locale__in=locales, latest__isnull=False).select_related(
        "latest"
    )
    found = {edition.locale: edition.latest for edition in editions}
    return next((found[locale] for locale in locales if locale in found), None)


def releases_of(tool_id: UUID) -> QuerySet[Release]:
    """Return all releases, newest numbers first per language, each with its ``withdrawal``; bytes are deferred."""
    return (
        Release.objects.filter(tool_id=tool_id)
        .select_related("withdrawal__recall")
        .defer("payload", "listing")
        .order_by("locale", "-number")
    )


def recalls_of(tool_id: UUID) -> QuerySet[Recall]:
    """Return the recalls of a tool, newest first."""
    return Recall.objects.filter(tool_id=tool_id).order_by("-position")


def changes_since(cursor: int, limit: int) -> list[Change]:
    """Return up to ``limit`` changes after ``cursor``, oldest first."""
    return list(Change.objects.filter(cursor__gt=cursor).order_by("cursor")[:limit])


def asset_state(key: str) -> AssetState | None:
    """Return what is known of a public key: one query; None where no release ever had it."""
    row = (
        ReleaseAsset.objects.filter(key=key)
        .annotate(
            gone=Case(
                When(release__withdrawal__isnull=False, then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            )
        )
        .order_by("gone")
        .values_list("key", "sha256", "media_type", "size_bytes", "gone")
        .first()
    )
    return AssetState(*row) if row else None


def is_gone(key: str) -> bool:
    """Say whether a public file was recalled: it had releases, and none of them stands."""
    state = asset_state(key)
    return state is not None and state.is_gone


def standing_keys(keys: Iterable[str]) -> set[str]:
    """Return those of ``keys`` that a release which was not recalled needs."""
    rows = ReleaseAsset.objects.filter(key__in=list(keys), release__withdrawal__isnull=True)
    return set(rows.values_list("key", flat=True).distinct())


def recall_count(tool_id: UUID, locale: str) -> int:
    """Return how often the tool or this edition of it was recalled."""
    of_edition = Q(scope=RecallScope.TOOL) | Q(locale=locale)
    return Recall.objects.filter(of_edition, tool_id=tool_id).count()
