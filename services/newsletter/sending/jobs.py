"""What runs in the background to send? Rounds of shards, one or several workers on one queue, never a job per mail.

A round is one job of a campaign: it sends a slice itself, or has several shards send one each when there is enough left
for more than one worker. Whoever concludes a round, and nobody else, asks for the next or ends the campaign.
"""

import logging
import time
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from foundation.jobs.models import Job
from foundation.jobs.registry import job_handler, periodic
from foundation.jobs.running import Outcome, RunningJob, Submission
from services.newsletter.campaigns import actions
from services.newsletter.campaigns.actions import SendingJob
from services.newsletter.campaigns.models import Campaign, Delivery
from services.newsletter.campaigns.queries import counts_of, due, is_balanced, unsettled
from services.newsletter.sending import journal, ledger
from services.newsletter.sending.slices import SliceEnd, pause_sending, send_slice

log = logging.getLogger(__name__)

CLAIM_PAUSE = timedelta(seconds=5)  # between looks at what another run has claimed
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=1)  # after the relay took nothing
_SHARD, _CONCLUDE = "newsletter.send_shard", "newsletter.conclude_round"


def hold(job: Job) -> None:
    """Pause a campaign whose sending failed over and over, and say why."""
    pause_sending(SendingJob.model_validate(job.payload).campaign_id, f"Sending stopped: {job.error}")


@job_handler("newsletter.send", payload=SendingJob, max_attempts=100, on_failed=hold)
def send(job: RunningJob, payload: SendingJob) -> Outcome:
    """Do one round: send a slice and conclude, or leave both to children."""
    campaign = _recovered(payload)
    if (shards := _shards_for(campaign)) > 1:
        job.fan_out([Submission(_SHARD, payload)] * shards, then=Submission(_CONCLUDE, payload))
        return Outcome()
    return _concluding(payload, (send_slice(job, campaign),))


@job_handler(_SHARD, payload=SendingJob, max_attempts=100, on_failed=hold)
def send_shard(job: RunningJob, payload: SendingJob) -> Outcome:
    """Send a slice beside other workers, from the same queue."""
    return Outcome(result=send_slice(job, _recovered(payload)))


@job_handler(_CONCLUDE, payload=SendingJob, max_attempts=100, on_failed=hold)
def conclude_round(job: RunningJob, payload: SendingJob) -> Outcome:
    """Draw the sum of a round's shards."""
    results = Job.objects.filter(parent__children=job.id, kind=_SHARD).values_list("result", flat=True)
    return _concluding(payload, tuple(SliceEnd.model_validate(result) for result in results))


@periodic("newsletter.sweep_journals", every_s=24 * 3600)
def sweep_journals() -> None:
    """Remove journals nobody needs any more."""
    journal.sweep(settings.JOURNAL_DIR, now_s=time.time())


def _recovered(payload: SendingJob) -> Campaign:
    ledger.recover(settings.JOURNAL_DIR, at=timezone.now())
    return Campaign.objects.get(pk=payload.campaign_id)


def _shards_for(campaign: Campaign) -> int:
    """Return how many workers have enough to do: a full claim each."""
    if settings.SENDING_SHARDS == 1 or campaign.state != Campaign.State.SENDING:
        return 1
    enough = settings.SENDING_SHARDS * ledger.BATCH
    return due(campaign.pk, at=timezone.now())[:enough].count() // ledger.BATCH


def _concluding(payload: SendingJob, ends: tuple[SliceEnd, ...]) -> Outcome:
    campaign = Campaign.objects.get(pk=payload.campaign_id)
    now, trouble = timezone.now(), _trouble_of(ends)
    next_at = _after_trouble(campaign, now) if trouble else _next_due(campaign, now)
    return Outcome(effect=partial(_conclude, payload, next_at=next_at, trouble=trouble))


def _trouble_of(ends: tuple[SliceEnd, ...]) -> str:
    """Return why the relay takes nothing, or nothing when it took the letters of a shard without complaint."""
    if any(end.accepted and not end.trouble for end in ends):
        return ""
    return next((end.trouble for end in ends if end.trouble), "")


def _conclude(payload: SendingJob, *, next_at: datetime, trouble: str) -> None:
    actions.finish_or_go_on(payload, at=timezone.now(), next_at=next_at, trouble=trouble)
    campaign = Campaign.objects.get(pk=payload.campaign_id)
    counts = counts_of(campaign)
    if not is_balanced(counts):
        log.error("books_do_not_balance", extra={"campaign": str(campaign.pk), **counts.model_dump()})


def _after_trouble(campaign: Campaign, now: datetime) -> datetime:
    doubled: timedelta = FIRST_PAUSE * 2 ** min(campaign.relay_failures, 10)
    return now + min(doubled, LONGEST_PAUSE)


def _next_due(campaign: Campaign, now: datetime) -> datetime:
    """Return when to go on: now, when the relay asked for another try, or when a claim of others may end."""
    if due(campaign.pk, at=now).exists():
        return now
    waiting = unsettled(campaign.pk).filter(state=Delivery.State.PENDING)
    earliest: datetime | None = waiting.aggregate(earliest=Min("not_before"))["earliest"]
    is_claimed = unsettled(campaign.pk).filter(state=Delivery.State.CLAIMED).exists()
    return min(earliest or now + CLAIM_PAUSE, now + CLAIM_PAUSE) if is_claimed or not earliest else earliest
