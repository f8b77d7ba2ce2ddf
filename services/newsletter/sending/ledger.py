"""Who holds which deliveries? Claims, what becomes of them, and putting right what a dead run left.

Every write is guarded by the claim.

pending ──claim──▶ claimed ──▶ accepted | rejected | in_doubt | suppressed
   ▲                  │                                │
   └── later, unsent ─┘         in_doubt ──resend──▶ pending (a person decides)
"""

import json
import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Case, CharField, Exists, OuterRef, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from foundation.jobs.clock import now_plus
from services.newsletter.campaigns.models import Campaign, Delivery
from services.newsletter.campaigns.queries import due
from services.newsletter.lists.actions import suppress
from services.newsletter.lists.addresses import address_hash
from services.newsletter.lists.models import Subscription, Suppression
from services.newsletter.sending import journal
from services.newsletter.smtp.letters import Fate, Outcome

log = logging.getLogger(__name__)

State = Delivery.State
BATCH = 500
CLAIM_S = 600.0  # a run on another machine that is silent for longer counts as dead
# After each "later" of the relay; greylisting is over in minutes, a full mailbox perhaps tomorrow.
PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 4 * 60, 8 * 60, 12 * 60, 24 * 60))
_NO_SUCH_MAILBOX = {"5.1.1", "5.1.3", "5.1.6", "5.1.10"}  # RFC 3463, RFC 7505


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery this run holds."""

    id: int
    subscriber_id: int
    address: str
    list_id: int
    variant_id: int
    attempts: int


def claim(campaign: Campaign, run: UUID, *, at: datetime, limit: int = BATCH) -> list[Claimed]:
    """Take up to ``limit`` due deliveries for ``run``; those nobody may get any more are suppressed instead."""
    with transaction.atomic():
        chosen = due(campaign.pk, at=at).select_for_update(skip_locked=True).order_by("id")
        ids = list(chosen.values_list("id", flat=True)[:limit])
        fresh = Delivery.objects.filter(id__in=_among(ids))
        fresh.update(state=State.CLAIMED, claim=run, claimed_until=now_plus(CLAIM_S))
        rows = _rows(fresh)
        for reason, unwanted in _by_reason(rows).items():
            fresh.filter(id__in=_among(unwanted)).update(
                state=State.SUPPRESSED, note=reason, settled_at=at, claim=None, claimed_until=None
            )
    return [row for row, reason in rows if not reason]


def renew(run: UUID) -> None:
    """Say that the run is alive."""
    _held(run).update(claimed_until=now_plus(CLAIM_S))


def unwanted_of(run: UUID) -> set[int]:
    """Return the claimed deliveries that must not go out any more: somebody left, or something was recalled."""
    return {row.id for row, reason in _rows(_held(run)) if reason}


def settle(run: UUID, outcomes: Iterable[tuple[Claimed, Outcome]], *, at: datetime) -> None:
    """Write what became of deliveries of the run, in one transaction."""
    groups: dict[tuple[Outcome, int], list[Claimed]] = defaultdict(list)
    for delivery, outcome in outcomes:
        groups[outcome, delivery.attempts if outcome.fate is Fate.LATER else 0].append(delivery)
    with transaction.atomic():
        for (outcome, attempts), deliveries in groups.items():
            ids = [delivery.id for delivery in deliveries]
            _settled_by(run, outcome).filter(id__in=_among(ids)).update(**_changes(outcome, attempts, at))
            if outcome.fate is Fate.REJECTED and outcome.status in _NO_SUCH_MAILBOX:
                _suppress_all(deliveries, at=at)


def recover(folder: Path, *, at: datetime) -> int:
    """Put right what dead runs left claimed; return how many mails are in doubt because of it."""
    runs = set(Delivery.objects.filter(state=State.CLAIMED).values_list("claim", flat=True).distinct())
    return sum(_recover_run(folder, run, at=at) for run in runs if run)


def _recover_run(folder: Path, run: UUID, *, at: datetime) -> int:
    try:
        with journal.taken_over(folder, run) as record:
            return _settle_from(record, run, _held(run), at=at)
    except journal.JournalBusy:
        return 0
    except journal.JournalMissing:
        silent = _held(run).filter(claimed_until__lt=Now())  # of another machine, whose journal is out of our reach
        return _settle_from(journal.Record(is_complete=False), run, silent, at=at)


def _settle_from(record: journal.Record, run: UUID, held: QuerySet[Delivery], *, at: datetime) -> int:
    left = [(delivery, record.outcome_of(delivery.id)) for delivery, _ in _rows(held)]
    settle(run, left, at=at)
    doubtful = sum(outcome.fate is Fate.IN_DOUBT for _, outcome in left)
    if left:
        log.warning("run_recovered", extra={"run": str(run), "deliveries": len(left), "in_doubt": doubtful})
    return doubtful


def _held(run: UUID) -> QuerySet[Delivery]:
    return Delivery.objects.filter(claim=run, state=State.CLAIMED)


def _rows(held: QuerySet[Delivery]) -> list[tuple[Claimed, str]]:
    """Return the deliveries with the reason why nobody may get them any more, or an empty string."""
    suppressed = Suppression.objects.filter(address_hash=OuterRef("subscriber__address_hash"))
    subscribed = Subscription.objects.filter(
        subscriber=OuterRef("subscriber"), state=Subscription.State.CONFIRMED, list__campaigns=OuterRef("campaign")
    )
    reason = Case(
        When(subscriber__isnull=True, then=Value(Delivery.Note.ERASED)),
        When(Exists(suppressed), then=Value(Delivery.Note.SUPPRESSED)),
        When(variant__is_recalled=True, then=Value(Delivery.Note.RECALLED)),
        When(~Exists(subscribed), then=Value(Delivery.Note.UNSUBSCRIBED)),
        default=Value(""),
        output_field=CharField(),
    )
    columns = ("id", "subscriber_id", "subscriber__address", "list_id", "variant_id", "attempts")
    rows = held.annotate(reason=reason).order_by("id").values_list(*columns, "reason")
    return [(Claimed(*row[:-1]), row[-1]) for row in rows]


def _by_reason(rows: list[tuple[Claimed, str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for row, reason in rows:
        if reason:
            found[reason].append(row.id)
    return found


def _among(ids: list[int]) -> RawSQL:
    """Return ``ids`` as one parameter: binding five hundred costs more than what the statement does."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [ids])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids)])


def _settled_by(run: UUID, outcome: Outcome) -> QuerySet[Delivery]:
    """Select what this outcome may change; a run thought dead may still tell the truth about what is in doubt."""
    if outcome.fate in {Fate.ACCEPTED, Fate.REJECTED}:
        return Delivery.objects.filter(claim=run, state__in=[State.CLAIMED, State.IN_DOUBT])
    return _held(run)


def _changes(outcome: Outcome, attempts: int, at: datetime) -> dict[str, Any]:
    free = {"claim": None, "claimed_until": None}
    reply = f"{outcome.code} {outcome.status}".strip()
    match outcome.fate:
        case Fate.ACCEPTED:
            return free | {"state": State.ACCEPTED, "note": "", "settled_at": at}
        case Fate.LATER if attempts < len(PAUSES):
            later = {"attempts": attempts + 1, "not_before": at + PAUSES[attempts], "note": reply}
            return free | {"state": State.PENDING} | later
        case Fate.REJECTED | Fate.LATER:
            return free | {"state": State.REJECTED, "note": reply, "settled_at": at}
        case Fate.IN_DOUBT:
            return {"state": State.IN_DOUBT, "claimed_until": None, "settled_at": at}
    return free | {"state": State.PENDING}


def _suppress_all(deliveries: list[Claimed], *, at: datetime) -> None:
    for delivery in deliveries:
        if delivery.address:  # erased meanwhile: suppressed already
            suppress(address_hash(delivery.address), reason=Suppression.Reason.BOUNCED, at=at)
