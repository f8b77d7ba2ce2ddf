"""How are editions released and recalled? Each in one transaction, under the lock of the feed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from cms.releases import queries
from cms.releases.canonical import canonical_json, content_sha256, payload_bytes, sha256_of
from cms.releases.errors import FilesMissing, NothingToRecall, RecalledMeanwhile
from cms.releases.feed import append, lock_feed
from cms.releases.json_ld import described
from cms.releases.listing import listing_of
from cms.releases.models import Change, Edition, Recall, RecallScope, Release, ReleaseAsset, Withdrawal
from cms.releases.removal import remove_files_of
from cms.releases.serving import serve, serve_what_is_left
from cms.releases.signals import recalled
from cms.releases.tasks import REMOVE_FILES, RemoveFiles
from foundation.contracts.publishing import RecalledRelease, ReleaseCreated, ReleaseRecalled
from foundation.contracts.release import ReleasePayload
from foundation.events.actions import record
from foundation.jobs.actions import submit
from foundation.storage import public_store


@dataclass(frozen=True)
class PublicFile:
    """A file that lies in the public store already, under a key made of its content."""

    key: str
    sha256: str
    media_type: str
    size_bytes: int


@dataclass(frozen=True)
class Prepared:
    """An edition ready for release. ``payload.number`` and ``released_at`` are placeholders.

    ``recalls_seen`` is ``queries.recall_count`` when preparation began: a recall in between wins.
    """

    payload: ReleasePayload
    files: tuple[PublicFile, ...]
    recalls_seen: int


def release_edition(prepared: Prepared, *, by: int | None, at: datetime) -> Release | None:
    """Release what was prepared under the edition's next number; None where nothing has changed since its latest.

    Raises FilesMissing (prepare again) and RecalledMeanwhile.
    """
    with transaction.atomic():
        position = lock_feed()
        draft = prepared.payload
        _refuse_if_recalled(prepared)
        edition = _edition_of(draft)
        fingerprint = content_sha256(draft)
        if edition.latest and edition.latest.content_sha256 == fingerprint:
            return None
        _refuse_if_files_are_missing(prepared.files)
        payload = _numbered(draft, edition.last_number + 1, at)
        release = _store(payload, fingerprint, by=by)
        _store_assets(release, prepared.files)
        serve(edition, release, payload)
        cursor = append(position, Change.Type.RELEASED, release, at=at)
        record(_created(release, cursor), subject=f"tool:{release.tool_id}", at=at)
    return release


def recall(  # noqa: PLR0913 - a recall is all of this
    tool_id: UUID,
    *,
    scope: RecallScope | str,
    locale: str | None = None,
    number: int | None = None,
    reason: str,
    by: int | None,
    at: datetime,
) -> Recall:
    """Withdraw a tool, one edition (``locale``) or one release (``locale`` and ``number``), at once and for good.

    Raises NothingToRecall when there is no release that could be withdrawn.
    """
    wanted = Extent.of(tool_id, RecallScope(scope), locale, number)
    with transaction.atomic():
        position = lock_feed()
        releases = wanted.releases()
        if not releases:
            raise NothingToRecall
        row = Recall.objects.create(
            tool_id=tool_id, scope=wanted.scope, locale=wanted.locale, number=wanted.number,
            reason=reason, recalled_at=at, recalled_by=by, position=position.value + len(releases),
        )  # fmt: skip
        Withdrawal.objects.bulk_create(Withdrawal(release=release, recall=row) for release in releases)
        for release in releases:
            append(position, Change.Type.RECALLED, release, at=at)
        record(_recalled(row, releases), subject=f"tool:{tool_id}", at=at)
        submit(REMOVE_FILES, RemoveFiles(recall_id=row.id), key=f"recall:{row.id}", priority=REMOVAL_PRIORITY)
        transaction.on_commit(partial(remove_files_of, row), robust=True)  # at once; the job is for when this fails
        gone = serve_what_is_left(position, releases, at=at)
        recalled.send(sender=Recall, recall=row, withdrawn=gone)
    return row


REMOVAL_PRIORITY = 100


@dataclass(frozen=True)
class Extent:
    """Which releases a recall is about."""

    tool_id: UUID
    scope: RecallScope
    locale: str
    number: int | None

    @classmethod
    def of(cls, tool_id: UUID, scope: RecallScope, locale: str | None, number: int | None) -> "Extent":
        """Return the extent; ValueError when the scope lacks its locale or number."""
        if scope is not RecallScope.TOOL and not locale:
            raise ValueError("Say which language is recalled.")
        if scope is RecallScope.RELEASE and number is None:
            raise ValueError("Say which release is recalled.")
        return cls(
            tool_id,
            scope,
            (locale or "") if scope is not RecallScope.TOOL else "",
            number if scope is RecallScope.RELEASE else None,
        )

    def releases(self) -> list[Release]:
        """Return those not withdrawn yet, by language and number, without their bytes."""
        found = Release.objects.filter(tool_id=self.tool_id, withdrawal=None)
        if self.locale:
            found = found.filter(locale=self.locale)
        if self.number is not None:
            found = found.filter(number=self.number)
        return list(found.defer("payload", "listing").order_by("locale", "number"))


def _refuse_if_recalled(prepared: Prepared) -> None:
    draft = prepared.payload
    if queries.recall_count(draft.tool_id, draft.locale) != prepared.recalls_seen:
        raise RecalledMeanwhile


def _refuse_if_files_are_missing(files: Iterable[PublicFile]) -> None:
    store = public_store()
    missing = [file.key for file in files if not store.exists(file.key)]
    if missing:
        raise FilesMissing(missing)


def _edition_of(draft: ReleasePayload) -> Edition:
    edition, _created = Edition.objects.select_for_update().get_or_create(
        tool_id=draft.tool_id, locale=draft.locale, defaults={"kind": draft.kind}
    )
    return edition


def _numbered(draft: ReleasePayload, number: int, at: datetime) -> ReleasePayload:
    payload = draft.model_copy(update={"number": number, "released_at": at})
    return payload.model_copy(update={"json_ld": described(payload)})


def _store(payload: ReleasePayload, fingerprint: str, *, by: int | None) -> Release:
    content = payload_bytes(payload)
    return Release.objects.create(
        tool_id=payload.tool_id,
        locale=payload.locale,
        kind=payload.kind,
        number=payload.number,
        title=payload.title,
        changelog=payload.changelog,
        change_class=payload.change_class,
        released_at=payload.released_at,
        released_by=by,
        sha256=sha256_of(content),
        content_sha256=fingerprint,
        listing=canonical_json(listing_of(payload)),
        payload=content,
    )


def _store_assets(release: Release, files: Iterable[PublicFile]) -> None:
    ReleaseAsset.objects.bulk_create(
        ReleaseAsset(
            release=release,
            key=file.key,
            sha256=file.sha256,
            media_type=file.media_type,
            size_bytes=file.size_bytes,
        )
        for file in files
    )


def _created(release: Release, cursor: int) -> ReleaseCreated:
    return ReleaseCreated.model_validate(
        {
            "cursor": cursor,
            "tool_id": release.tool_id,
            "kind": release.kind,
            "locale": release.locale,
            "number": release.number,
            "sha256": release.sha256,
            "change_class": release.change_class,
            "released_at": release.released_at,
        }
    )


def _recalled(row: Recall, releases: list[Release]) -> ReleaseRecalled:
    return ReleaseRecalled.model_validate(
        {
            "cursor": row.position,
            "recall_id": row.id,
            "tool_id": row.tool_id,
            "kind": releases[0].kind,
            "scope": row.scope,
            "releases": [RecalledRelease(locale=release.locale, number=release.number) for release in releases],
            "recalled_at": row.recalled_at,
        }
    )
