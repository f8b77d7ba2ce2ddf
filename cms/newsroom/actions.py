"""How does a sending begin, and how is what the newsletter service says about it written down?"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.newsroom import newsletter, queries
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


class AlreadySent(Exception):
    """The issue was sent to some of these lists before: nobody gets it twice."""

    def __init__(self, lists: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(lists)))
        self.lists = lists


def request_sending(
    sending_id: UUID, request: CampaignRequest, *, title: str, list_names: list[str], by: User, at: datetime
) -> Sending:
    """Write the sending down and queue the request for its campaign.

    The same ``sending_id`` is the same sending, however often the button is pressed: what was asked first stands.
    Raises AlreadySent.
    """
    with transaction.atomic():
        _lock_issue(request.issue_id)
        known = Sending.objects.filter(id=sending_id).first()
        if known:
            return known
        again = queries.lists_already_served(request.issue_id) & frozenset(request.lists)
        if again:
            raise AlreadySent(again)
        sending = Sending.objects.create(
            id=sending_id,
            issue_id=request.issue_id,
            title=title,
            request=request.model_dump(mode="json"),
            list_names=list_names,
            requested_by=by,
            requested_at=at,
            changed_at=at,
        )
        submit(START_SENDING, StartSending(sending_id=sending.id), key=f"{START_SENDING}:{sending.id}")
    return sending


def _lock_issue(issue_id: UUID) -> None:
    """Let two people who send the same issue wait for each other."""
    pages = Page.objects.select_for_update().filter(translation_key=issue_id).order_by("pk")
    list(pages.values_list("pk", flat=True))


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


def ask_about(sending: Sending, *, at: datetime) -> None:
    """Ask the service how the campaign of ``sending`` stands; raises NewsletterError."""
    if sending.campaign_id is not None:
        note_status(sending, newsletter.campaign_status(sending.campaign_id), at=at)


def steer(sending: Sending, steering: Steering, *, at: datetime) -> None:
    """Pause, resume, cancel or resend, and write down how it stands then; raises NewsletterError."""
    if sending.campaign_id is None:
        raise newsletter.CampaignRefused(_("The newsletter service has not taken it yet."))
    try:
        status = newsletter.steer_campaign(sending.campaign_id, steering)
    except newsletter.CampaignRefused:
        ask_about(sending, at=at)
        raise
    note_status(sending, status, at=at)
