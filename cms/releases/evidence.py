"""What proves that a tool was withdrawn? One statement of what is recorded, and of what was looked at just now.

It names releases, files and messages by their hashes and ids, never a person: who recalled is in Wagtail's history.
"""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from cms.releases.canonical import canonical_json
from cms.releases.models import Recall, Release, ReleaseAsset
from cms.releases.queries import recalls_of, releases_of, standing_keys
from foundation.events.models import OutboxDelivery
from foundation.storage import public_store
from foundation.web.client import service_client

SALT = "cms.releases.evidence"
NO_ANSWER = "no answer"


def evidence_of(tool_id: UUID, *, at: datetime) -> dict[str, Any]:
    """Return the statement about a tool as it is now, sealed; ``is_complete`` says whether nothing is left to do."""
    releases = list(releases_of(tool_id))
    recalls = [_recall(recall) for recall in recalls_of(tool_id)]
    files = list(_files(releases))
    messages = list(_messages(tool_id))
    asked = list(_asked(tool_id, releases))
    standing = [{"locale": row.locale, "number": row.number} for row in releases if not _is_withdrawn(row)]
    statement = {
        "tool_id": str(tool_id),
        "stated_at": at.isoformat(),
        "is_complete": bool(recalls)
        and all(file["is_gone"] or file["is_needed_by_another_release"] for file in files)
        and all(message["state"] == "delivered" for message in messages)
        and all(one["answer"] == one["expected"] for one in asked),
        "standing_releases": standing,
        "recalls": recalls,
        "files": files,
        "messages": messages,
        "asked_of_the_partner_api": asked,
    }
    return statement | seal(statement)


def seal(statement: dict[str, Any]) -> dict[str, str]:
    """Return the hash of a statement, and a signature only this installation can make (HMAC-SHA256, SECRET_KEY)."""
    content = canonical_json(statement)
    return {
        "sha256": hashlib.sha256(content).hexdigest(),
        "signature": salted_hmac(SALT, content, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest(),
    }


def is_genuine(sealed: dict[str, Any]) -> bool:
    """Tell whether a statement was made here and is unchanged since."""
    statement = {name: value for name, value in sealed.items() if name not in {"sha256", "signature"}}
    ours = seal(statement)
    return all(hmac.compare_digest(ours[name], str(sealed.get(name, ""))) for name in ours)


def _recall(recall: Recall) -> dict[str, Any]:
    withdrawn = recall.withdrawals.select_related("release").defer("release__payload", "release__listing")
    return {
        "id": str(recall.id),
        "scope": recall.scope,
        "reason": recall.reason,
        "recalled_at": recall.recalled_at.isoformat(),
        "change_cursor": recall.position,
        "files_removed_at": recall.files_removed_at.isoformat() if recall.files_removed_at else None,
        "releases": [
            {"locale": row.release.locale, "number": row.release.number, "sha256": row.release.sha256}
            for row in withdrawn.order_by("release__locale", "release__number")
        ],
    }


def _is_withdrawn(release: Release) -> bool:
    return hasattr(release, "withdrawal")


def _files(releases: list[Release]) -> Iterator[dict[str, Any]]:
    """Look for each file of what was withdrawn in the public store, now."""
    withdrawn = [release.pk for release in releases if _is_withdrawn(release)]
    rows = ReleaseAsset.objects.filter(release__in=withdrawn).values_list("key", "sha256", "size_bytes")
    known = {key: (sha256, size) for key, sha256, size in rows}
    needed = standing_keys(known)
    store = public_store()
    for key, (sha256, size) in sorted(known.items()):
        yield {
            "key": key,
            "sha256": sha256,
            "size_bytes": size,
            "is_gone": not store.exists(key),
            "is_needed_by_another_release": key in needed,
        }


def _messages(tool_id: UUID) -> Iterator[dict[str, Any]]:
    """Say who was told of the recalls, and what became of each message."""
    rows = OutboxDelivery.objects.filter(event__type="release.recalled", event__subject=f"tool:{tool_id}")
    for row in rows.select_related("event").prefetch_related("attempts").order_by("event__recorded_at", "endpoint"):
        yield {
            "webhook_id": row.event.webhook_id,
            "endpoint": row.endpoint,
            "state": row.state,
            "delivered_at": row.delivered_at.isoformat() if row.delivered_at else None,
            "answers": [attempt.status or attempt.error for attempt in row.attempts.all()],
        }


def _asked(tool_id: UUID, releases: list[Release]) -> Iterator[dict[str, Any]]:
    """Ask the partner API for every release of the tool, as a partner would."""
    import httpx

    with service_client(settings.DELIVERY_URL) as client:
        for release in sorted(releases, key=lambda row: (row.locale, row.number)):
            path = f"/v1/tools/{tool_id}/releases/{release.locale}/{release.number}"
            try:
                answer: int | str = client.get(path).status_code
            except httpx.HTTPError:
                answer = NO_ANSWER
            yield {"path": path, "expected": 410 if _is_withdrawn(release) else 200, "answer": answer}
