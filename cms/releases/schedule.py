"""What is published and taken offline at its time?

Each page in its own transaction: one that the gate refuses is noted in its history and keeps its place in the
schedule, so that it goes out as soon as nothing stands against it, and the others are not held up.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from wagtail.log_actions import log as history
from wagtail.models import DraftStateMixin, Page, PageLogEntry, Revision

from cms.releases.gate import GateClosed

log = logging.getLogger(__name__)

REFUSED = "releases.refuse"


@dataclass
class Round:
    """What one look at the schedule led to: the pages and snippets, by their names."""

    published: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def publish_due(*, now: datetime) -> Round:
    """Take offline what has expired, publish what is due."""
    done = Round()
    for expired in _expired(now):
        _take_offline(expired, done)
    for revision in Revision.objects.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at", "pk"):
        _publish(revision, done)
    return done


def _take_offline(expired: Any, done: Round) -> None:
    try:
        expired.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    except Exception:  # the others must not wait for this one
        log.exception("unpublishing_failed", extra={"object": f"{expired._meta.label}:{expired.pk}"})
        done.failed.append(str(expired))
    else:
        done.withdrawn.append(str(expired))


def _publish(revision: Revision, done: Round) -> None:
    try:
        revision.publish(log_action="wagtail.publish.scheduled")
    except GateClosed as refusal:
        _note(revision, refusal)
        done.refused.append(revision.object_str)
    except Exception:  # the others must not wait for this one
        log.exception("publishing_failed", extra={"revision": revision.pk})
        done.failed.append(revision.object_str)
    else:
        done.published.append(revision.object_str)


def _note(revision: Revision, refusal: GateClosed) -> None:
    """Write the refusal into the page's history, once per revision and set of reasons."""
    reasons = [reason.message for reason in refusal.reasons]
    last = PageLogEntry.objects.filter(revision=revision, action=REFUSED).order_by("-timestamp").first()
    if last is None or last.data.get("reasons") != reasons:
        history(instance=revision.content_object, action=REFUSED, revision=revision, data={"reasons": reasons})
        log.warning("scheduled_release_refused", extra={"page": refusal.page_id, "reasons": len(reasons)})


def _expired(now: datetime) -> Iterator[Any]:
    yield from Page.objects.filter(live=True, expire_at__lt=now).order_by("expire_at").specific()
    for model in apps.get_models():
        if issubclass(model, DraftStateMixin) and not issubclass(model, Page):
            yield from model._default_manager.filter(live=True, expire_at__lt=now).order_by("expire_at")
