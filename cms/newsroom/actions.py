"""How does a sending begin, and how is what the newsletter service says about it written down?"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from cms.newsroom import newsletter
from cms.newsroom.models import Sending
from cms.newsroom.newsletter import Steering
from cms.users.models import User
from foundation.contracts.base import Contract
from foundation.contracts.newsletter import CampaignRequest, CampaignStatus
from foundation.jobs.actions import submit

START_SENDING = "newsroom.start-sending"


class StartSending(Contract):
    """Payload of the job that asks the newsletter service for the campaign of a sending."""

    sending_id: UUID


def request_sending(sending_id: UUID, request: CampaignRequest, *, title: str, by: User, at: datetime) -> Sending:
    """Write the sending down and queue the request for its campaign.

    The same ``sending_id`` is the same sending, however often the button is pressed: what was asked first stands.
    """
    with transaction.atomic():
        sending, is_new = Sending.objects.get_or_create(
            id=sending_id,
            defaults={
                "issue_id": request.issue_id,
                "title": title,
                "request": request.model_dump(mode="json"),
                "requested_by": by,
                "requested_at": at,
                "changed_at": at,
            },
        )
        if is_new:
            submit(START_SENDING, StartSending(sending_id=sending.id), key=f"{START_SENDING}:{sending.id}")
    return sending


def ask_again(sending: Sending, *, at: datetime) -> None:
    """Repeat a request that was never answered; the service knows it by its key, so it can't begin twice."""
    with transaction.atomic():
        unanswered = Sending.objects.filter(id=sending.id, state=Sending.State.UNANSWERED)
        if unanswered.update(state=Sending.State.REQUESTED, message="", changed_at=at):
            submit(START_SENDING, StartSending(sending_id=sending.id))


def note_status(sending: Sending, status: CampaignStatus, *, at: datetime) -> bool:
    """Take over what the service says; an older version than the one known changes nothing. True if it was news."""
    heard = Sending.objects.filter(id=sending.id)
    news = heard.filter(version__lt=status.version).update(
        campaign_id=status.campaign_id,
        version=status.version,
        state=status.state,
        message=status.message,
        changed_at=status.changed_at,
        heard_at=at,
        **status.counts.model_dump(),
    )
    if not news:
        heard.update(heard_at=at)
    return bool(news)


def note_no_campaign(sending: Sending, state: Sending.State, message: str, *, at: datetime) -> None:
    """The request came to nothing (``REFUSED``) or was never answered (``UNANSWERED``)."""
    open_requests = Sending.objects.filter(id=sending.id, state=Sending.State.REQUESTED)
    open_requests.update(state=state, message=message, changed_at=at)


def steer(sending: Sending, steering: Steering, *, at: datetime) -> None:
    """Pause, resume, cancel or resend; raises NewsletterError with a sentence for the person who asked."""
    if sending.campaign_id is None:
        raise newsletter.CampaignRefused(str(sending.get_state_display()))
    note_status(sending, newsletter.steer_campaign(sending.campaign_id, steering), at=at)
