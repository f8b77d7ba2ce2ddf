"""How does a campaign begin, stop, go on and end? Every change of its state, each told to the CMS."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from foundation.contracts.base import Contract
from foundation.contracts.newsletter import CampaignChanged, CampaignRequest
from foundation.events.actions import record
from foundation.jobs.actions import submit
from services.newsletter.campaigns.models import OPEN, Campaign, Delivery
from services.newsletter.campaigns.queries import status_of, unsettled
from services.newsletter.lists.models import MailingList

State = Campaign.State


class CampaignError(Exception):
    """A campaign can't be made or changed like this; the message says what to do."""


class UnknownList(CampaignError):
    """The request names lists that do not exist."""


class RequestRefused(CampaignError):
    """The request contradicts itself."""


class KeyReused(CampaignError):
    """The idempotency key belongs to another request."""


class NotNow(CampaignError):
    """The campaign's state does not allow this."""


class CampaignJob(Contract):
    """Payload of ``newsletter.prepare``."""

    campaign_id: UUID


class SendingJob(Contract):
    """Payload of a round of sending and its shards. Only the latest round has a next one; 0: from before rounds."""

    campaign_id: UUID
    round: int = 0


@transaction.atomic
def start_campaign(request: CampaignRequest, *, key: str, at: datetime) -> tuple[Campaign, bool]:
    """Return the campaign of this key and whether it is new; raises a CampaignError."""
    lists = _lists_of(request)
    _require_consistent(request)
    body = request.model_dump(mode="json")
    campaign, is_new = Campaign.objects.get_or_create(
        idempotency_key=key,
        defaults={"request": body, "issue_id": request.issue_id, "created_at": at, "changed_at": at},
    )
    if campaign.request != body:
        raise KeyReused("This Idempotency-Key was used for another campaign. Send a new key with a new request.")
    if is_new:
        campaign.lists.set(lists)
        submit("newsletter.prepare", CampaignJob(campaign_id=campaign.pk), key=f"newsletter.prepare:{campaign.pk}")
    return campaign, is_new


def _lists_of(request: CampaignRequest) -> list[MailingList]:
    lists = list(MailingList.objects.filter(slug__in=request.lists))
    if unknown := sorted(set(request.lists) - {one.slug for one in lists}):
        raise UnknownList(f"There is no list {', '.join(unknown)}. GET /v1/lists names those there are.")
    return lists


def _require_consistent(request: CampaignRequest) -> None:
    locales = [release.locale for release in request.releases]
    if len(set(locales)) < len(locales):
        raise RequestRefused("Name one release per language.")
    if request.fallback_locale not in locales:
        raise RequestRefused(f"The fallback language {request.fallback_locale} has no release in this request.")


def pause(campaign_id: UUID, *, at: datetime, message: str = "") -> Campaign:
    """Hold a campaign that is being sent; what is on its way to the relay still goes out."""
    with changed(campaign_id, at=at) as campaign:
        _require(campaign, State.SENDING, can="be paused while it is being sent")
        campaign.state, campaign.message = State.PAUSED, message
    return campaign


def resume(campaign_id: UUID, *, at: datetime) -> Campaign:
    """Go on with a paused campaign."""
    with changed(campaign_id, at=at) as campaign:
        _require(campaign, State.PAUSED, can="be resumed when it is paused")
        _send_on(campaign)
    return campaign


def cancel(campaign_id: UUID, *, at: datetime, message: str = "", note: str = Delivery.Note.CANCELLED) -> Campaign:
    """End a campaign for good: nobody who has not been mailed yet will be."""
    with changed(campaign_id, at=at) as campaign:
        _require(campaign, *OPEN, can="be cancelled before it has ended")
        campaign.state, campaign.message = State.CANCELLED, message
        suppress_pending(campaign, note=note, at=at)
    return campaign


def resend_in_doubt(campaign_id: UUID, *, at: datetime) -> Campaign:
    """Mail those in doubt once more: the one way to risk a second copy, and a person's choice."""
    with changed(campaign_id, at=at) as campaign:
        _require(campaign, State.SENDING, State.PAUSED, State.FINISHED, can="be resent unless it was cancelled")
        doubtful = campaign.deliveries.filter(state=Delivery.State.IN_DOUBT)
        if not doubtful.update(state=Delivery.State.PENDING, claim=None, claimed_until=None, not_before=None):
            raise NotNow("No mail of this campaign is in doubt.")
        if campaign.state == State.FINISHED:
            _send_on(campaign)
    return campaign


def begin_sending(campaign: Campaign, *, audience: int) -> None:
    """Let a prepared campaign go; call inside ``changed``."""
    campaign.audience = audience
    _send_on(campaign)


def fail(campaign_id: UUID, *, at: datetime, message: str) -> None:
    """Give up on a campaign that can't be prepared."""
    with changed(campaign_id, at=at) as campaign:
        if campaign.state == State.PREPARING:
            campaign.state, campaign.message = State.FAILED, message[:300]


def finish_or_go_on(job: SendingJob, *, at: datetime, next_at: datetime, trouble: str = "") -> None:
    """After a round: end a campaign of which nothing is left to send, else ask for the next round at ``next_at``.

    ``trouble`` says why the relay took nothing, if so. A round that was overtaken, by a pause and its end, has no say.
    """
    with changed(job.campaign_id, at=at) as campaign:
        if campaign.state == State.CANCELLED:
            suppress_pending(campaign, note=Delivery.Note.CANCELLED, at=at)  # what the round gave back
        elif campaign.state == State.SENDING and job.round in {0, campaign.slice}:
            campaign.relay_failures = campaign.relay_failures + 1 if trouble else 0
            if unsettled(campaign.pk).exists():
                _send_on(campaign, run_at=next_at)
                campaign.message = trouble[:300]
            else:
                campaign.state, campaign.message = State.FINISHED, ""


def announce(campaign_id: UUID, *, at: datetime) -> None:
    """Tell the CMS how far the sending is."""
    with changed(campaign_id, at=at):
        pass


def announce_progress(campaign_id: UUID, *, at: datetime, pause_s: float) -> bool:
    """Tell the CMS how far the sending is, unless something was told in the last ``pause_s``; return whether it was."""
    quiet = Campaign.objects.filter(pk=campaign_id, changed_at__lte=at - timedelta(seconds=pause_s))
    if not quiet.exists():  # asked without a lock, for the answer is no whenever there are other shards
        return False
    with transaction.atomic():
        if quiet.select_for_update(skip_locked=True).first() is None:
            return False
        announce(campaign_id, at=at)
    return True


def suppress_pending(campaign: Campaign, *, note: str, at: datetime) -> None:
    """Mail nobody any more who has not been mailed. A run that has claimed some sees the campaign's state itself."""
    campaign.deliveries.filter(state=Delivery.State.PENDING).update(
        state=Delivery.State.SUPPRESSED, note=note, settled_at=at
    )


@contextmanager
def changed(campaign_id: UUID, *, at: datetime) -> Iterator[Campaign]:
    """Lock a campaign, let the caller change it, store it under the next version and tell the CMS, all or nothing."""
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
        yield campaign
        campaign.version += 1
        campaign.changed_at = at
        campaign.save()
        record(CampaignChanged(status=status_of(campaign)), subject=f"campaign:{campaign.pk}", at=at)


def _send_on(campaign: Campaign, *, run_at: datetime | None = None) -> None:
    campaign.state, campaign.message = State.SENDING, ""
    campaign.slice += 1
    job = SendingJob(campaign_id=campaign.pk, round=campaign.slice)
    submit("newsletter.send", job, key=f"newsletter.send:{campaign.pk}:{campaign.slice}", run_at=run_at)


def _require(campaign: Campaign, *states: Campaign.State, can: str) -> None:
    if campaign.state not in states:
        raise NotNow(f"This campaign is {campaign.state}; it can only {can}.")
