"""What does a campaign do in the background before it is sent? Its preparation."""

from functools import partial

from django.conf import settings
from django.utils import timezone

from foundation.contracts.newsletter import CampaignRequest
from foundation.jobs.models import Job
from foundation.jobs.registry import job_handler
from foundation.jobs.running import Outcome, RunningJob
from foundation.web.client import service_client
from services.newsletter.campaigns.actions import CampaignJob, fail
from services.newsletter.campaigns.models import Campaign
from services.newsletter.campaigns.preparing import get_ready
from services.newsletter.campaigns.releases import DeliveryUnavailable, editions_of

ATTEMPTS = 4 * 60 * 24  # one every 15 s: the delivery API may be away for a day


def give_up(job: Job) -> None:
    """Show that the campaign can't be prepared, and why."""
    fail(CampaignJob.model_validate(job.payload).campaign_id, at=timezone.now(), message=job.error)


@job_handler("newsletter.prepare", payload=CampaignJob, max_attempts=ATTEMPTS, on_failed=give_up)
def prepare(job: RunningJob, payload: CampaignJob) -> Outcome | None:
    """Read, draw and freeze; while the delivery API is away, the campaign says what it waits for."""
    campaign = Campaign.objects.get(pk=payload.campaign_id)
    if campaign.state != Campaign.State.PREPARING:
        return None
    try:
        with service_client(settings.DELIVERY_URL) as client:
            editions = editions_of(CampaignRequest.model_validate(campaign.request), client)
    except DeliveryUnavailable as error:
        Campaign.objects.filter(pk=campaign.pk).update(message=f"{error} We keep trying.")
        raise
    return Outcome(effect=partial(get_ready, campaign, editions, at=timezone.now()))
