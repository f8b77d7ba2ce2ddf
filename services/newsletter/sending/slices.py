"""How is one slice of a campaign sent? For a while, by one worker, from the queue all shards of the campaign share."""

import logging
import time
from contextlib import suppress
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import timezone

from foundation.contracts.base import Contract
from foundation.jobs.running import RunningJob
from services.newsletter.campaigns import actions
from services.newsletter.campaigns.models import Campaign
from services.newsletter.campaigns.queries import due, unsettled
from services.newsletter.sending import journal
from services.newsletter.sending.run import Limits, RelayRejectsEverything, RunBook
from services.newsletter.smtp.configured import configured_relay, sender_address
from services.newsletter.smtp.courier import Courier
from services.newsletter.smtp.letters import Fate
from services.newsletter.smtp.relay import RelayUnavailable

log = logging.getLogger(__name__)

SLICE_S = 20.0  # after which another campaign of the same worker has its turn
LETTERS_PER_LINE = 25  # below that, opening another connection costs more than it saves
ANNOUNCE_S = 1.0


class SliceEnd(Contract):
    """How a slice ended: how many letters the relay took, and why it took no more, if so."""

    accepted: int = 0
    trouble: str = ""


def send_slice(job: RunningJob, campaign: Campaign) -> SliceEnd:
    """Send for a while, if there is anything to send; raises what interrupted the run."""
    if campaign.state != Campaign.State.SENDING or not due(campaign.pk, at=timezone.now()).exists():
        return SliceEnd()
    book: RunBook | None = None
    try:
        run = uuid4()
        with journal.opened(settings.JOURNAL_DIR, run) as ours:
            limits = Limits(ends_at=time.monotonic() + SLICE_S)
            book = RunBook(campaign, run, ours, limits, beat=Reporter(job, campaign))
            _deliver(book)
        _raise_or_pause(campaign, book.ended_by)
    except (RelayUnavailable, journal.JournalFull) as error:
        return SliceEnd(accepted=_accepted(book), trouble=f"{error} We keep trying.")
    return SliceEnd(accepted=_accepted(book))


def pause_sending(campaign_id: UUID, message: str) -> None:
    """Pause a campaign and say why, unless somebody was quicker: a person, or another shard."""
    with suppress(actions.NotNow):
        actions.pause(campaign_id, at=timezone.now(), message=message[:300])


class Reporter:
    """Keeps the job alive and tells the CMS of progress: once a second over all shards, rarer when counting is slow."""

    def __init__(self, job: RunningJob, campaign: Campaign) -> None:
        self._job = job
        self._campaign_id = campaign.pk
        self._pause_s = ANNOUNCE_S
        self._next_at = 0.0
        self._told = 0

    def __call__(self, settled: int) -> None:
        self._job.heartbeat()
        if settled == self._told or time.monotonic() < self._next_at:
            return
        self._told = settled
        started = time.monotonic()
        if actions.announce_progress(self._campaign_id, at=timezone.now(), pause_s=self._pause_s):
            self._pause_s = max(ANNOUNCE_S, 20 * (time.monotonic() - started))
        self._next_at = time.monotonic() + self._pause_s


def _deliver(book: RunBook) -> None:
    try:
        courier = Courier(book, relay=configured_relay(), sender=sender_address())
        courier.deliver(lines=_lines_for(book.campaign))
    finally:
        book.close()
        book.journal.discard()
        counts = {fate.value: number for fate, number in book.counts.items()}
        log.info("campaign_slice", extra={"campaign": str(book.campaign.pk), **counts})


def _raise_or_pause(campaign: Campaign, reason: Exception | None) -> None:
    if isinstance(reason, RelayRejectsEverything):
        pause_sending(campaign.pk, f"{reason} Mend it, then resume.")
    elif reason:
        raise reason


def _accepted(book: RunBook | None) -> int:
    return book.counts[Fate.ACCEPTED] if book else 0


def _lines_for(campaign: Campaign) -> int:
    """Return how many connections are worth opening for what is left."""
    enough = settings.SMTP_CONNECTIONS * LETTERS_PER_LINE
    left = unsettled(campaign.pk)[:enough].count()
    return max(1, left // LETTERS_PER_LINE)
