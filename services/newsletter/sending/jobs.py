"""What runs in the background to send? One job per campaign at a time, in slices, never one per mail."""

import logging
import time
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import Min, Q
from django.utils import timezone

from foundation.jobs.models import Job
from foundation.jobs.registry import job_handler, periodic
from foundation.jobs.running import Outcome, RunningJob
from services.newsletter.campaigns import actions
from services.newsletter.campaigns.actions import CampaignJob
from services.newsletter.campaigns.models import Campaign, Delivery
from services.newsletter.campaigns.queries import counts_of, is_balanced, unsettled
from services.newsletter.sending import journal, ledger
from services.newsletter.sending.run import Limits, RelayRejectsEverything, RunBook
from services.newsletter.smtp.configured import configured_relay, sender_address
from services.newsletter.smtp.courier import Courier
from services.newsletter.smtp.relay import RelayUnavailable

log = logging.getLogger(__name__)

SLICE_S = 20.0  # after which another campaign of the same worker has its turn
LETTERS_PER_LINE = 25  # below that, opening another connection costs more than it saves
CLAIM_PAUSE = timedelta(seconds=5)  # between looks at what another run has claimed
ANNOUNCE_S = 1.0
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=1)  # after the relay took nothing


def hold(job: Job) -> None:
    """Pause a campaign whose sending failed over and over, and say why."""
    campaign = Campaign.objects.get(pk=CampaignJob.model_validate(job.payload).campaign_id)
    if campaign.state == Campaign.State.SENDING:
        actions.pause(campaign.pk, at=timezone.now(), message=f"Sending stopped: {job.error}"[:300])


@job_handler("newsletter.send", payload=CampaignJob, max_attempts=100, on_failed=hold)
def send(job: RunningJob, payload: CampaignJob) -> Outcome:
    """Send one slice of a campaign, then ask for the next, or end it."""
    ledger.recover(settings.JOURNAL_DIR, at=timezone.now())
    campaign = Campaign.objects.get(pk=payload.campaign_id)
    trouble = ""
    if campaign.state == Campaign.State.SENDING:
        try:
            _send_slice(job, campaign)
        except (RelayUnavailable, journal.JournalFull) as error:
            trouble = f"{error} We keep trying."
    now = timezone.now()
    next_at = _after_trouble(campaign, now) if trouble else _next_due(campaign, now)
    return Outcome(effect=partial(_conclude, campaign.pk, next_at=next_at, trouble=trouble))


@periodic("newsletter.sweep_journals", every_s=24 * 3600)
def sweep_journals() -> None:
    """Remove journals nobody needs any more."""
    journal.sweep(settings.JOURNAL_DIR, now_s=time.time())


def _send_slice(job: RunningJob, campaign: Campaign) -> None:
    """Send for a while; raises RelayUnavailable, JournalFull, or what interrupted the run."""
    run = uuid4()
    with journal.opened(settings.JOURNAL_DIR, run) as our_journal:
        limits = Limits(ends_at=time.monotonic() + SLICE_S)
        book = RunBook(campaign, run, our_journal, limits, beat=Reporter(job, campaign))
        try:
            Courier(book, relay=configured_relay(), sender=sender_address()).deliver(lines=_lines_for(campaign))
        finally:
            book.close()
            our_journal.discard()
            counts = {fate.value: number for fate, number in book.counts.items()}
            log.info("campaign_slice", extra={"campaign": str(campaign.pk), **counts})
    if isinstance(book.ended_by, RelayRejectsEverything):
        actions.pause(campaign.pk, at=timezone.now(), message=f"{book.ended_by} Mend it, then resume.")
    elif book.ended_by:
        raise book.ended_by


class Reporter:
    """Keeps the job alive and tells the CMS of progress: once a second, or rarer when counting is slow."""

    def __init__(self, job: RunningJob, campaign: Campaign) -> None:
        self._job = job
        self._campaign_id = campaign.pk
        self._next_at = 0.0
        self._told = 0

    def __call__(self, settled: int) -> None:
        self._job.heartbeat()
        if settled == self._told or time.monotonic() < self._next_at:
            return
        self._told = settled
        started = time.monotonic()
        actions.announce(self._campaign_id, at=timezone.now())
        self._next_at = time.monotonic() + max(ANNOUNCE_S, 20 * (time.monotonic() - started))


def _conclude(campaign_id: UUID, *, next_at: datetime, trouble: str) -> None:
    actions.finish_or_go_on(campaign_id, at=timezone.now(), next_at=next_at, trouble=trouble)
    campaign = Campaign.objects.get(pk=campaign_id)
    counts = counts_of(campaign)
    if not is_balanced(counts):
        log.error("books_do_not_balance", extra={"campaign": str(campaign_id), **counts.model_dump()})


def _lines_for(campaign: Campaign) -> int:
    """Return how many connections are worth opening for what is left."""
    enough = settings.SMTP_CONNECTIONS * LETTERS_PER_LINE
    left = unsettled(campaign.pk)[:enough].count()
    return max(1, left // LETTERS_PER_LINE)


def _after_trouble(campaign: Campaign, now: datetime) -> datetime:
    doubled: timedelta = FIRST_PAUSE * 2 ** min(campaign.relay_failures, 10)
    return now + min(doubled, LONGEST_PAUSE)


def _next_due(campaign: Campaign, now: datetime) -> datetime:
    """Return when to go on: now, when the relay asked for another try, or when a claim of others may end."""
    pending = unsettled(campaign.pk).filter(state=Delivery.State.PENDING)
    if pending.filter(Q(not_before__isnull=True) | Q(not_before__lte=now)).exists():
        return now
    earliest: datetime | None = pending.aggregate(earliest=Min("not_before"))["earliest"]
    is_claimed = unsettled(campaign.pk).filter(state=Delivery.State.CLAIMED).exists()
    return min(earliest or now + CLAIM_PAUSE, now + CLAIM_PAUSE) if is_claimed or not earliest else earliest
