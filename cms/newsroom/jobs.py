"""Which work of the newsroom happens in the background?"""

from datetime import timedelta

from django.utils import timezone

from cms.newsroom import newsletter, queries
from cms.newsroom.actions import START_SENDING, StartSending, ask_about, note_no_campaign, note_status
from cms.newsroom.models import Sending
from cms.newsroom.newsletter import CampaignRefused, NewsletterError, NewsletterUnavailable
from foundation.contracts.newsletter import CampaignRequest, CampaignStatus
from foundation.jobs.errors import Retryable, Terminal
from foundation.jobs.models import Job
from foundation.jobs.registry import job_handler, periodic
from foundation.jobs.running import Outcome, RunningJob

QUIET_FOR = timedelta(seconds=30)
"""After so long without a word from the newsletter service we ask."""
MAX_ATTEMPTS = 12


def give_up(job: Job) -> None:
    """Say so where the person looks: the request was never answered."""
    sending_id = StartSending.model_validate(job.payload).sending_id
    for sending in Sending.objects.filter(id=sending_id):
        note_no_campaign(sending, Sending.State.UNANSWERED, "", at=timezone.now())


@job_handler(START_SENDING, payload=StartSending, lane="events", max_attempts=MAX_ATTEMPTS, on_failed=give_up)
def start_sending(job: RunningJob, payload: StartSending) -> Outcome:
    """Ask for the campaign under the id of the sending: a second attempt gets the same campaign."""
    sending = Sending.objects.get(id=payload.sending_id)
    request = CampaignRequest.model_validate(sending.request)
    try:
        status = newsletter.start_campaign(request, key=str(sending.id))
    except NewsletterUnavailable as error:
        raise Retryable(str(error)) from error
    except CampaignRefused as error:
        note_no_campaign(sending, Sending.State.REFUSED, str(error), at=timezone.now())
        raise Terminal(str(error)) from error
    return Outcome(effect=lambda: _note(sending, status))


@periodic("newsroom.ask", every_s=15, lane="events")
def ask_about_quiet_sendings() -> None:
    """A lost webhook must not leave a sending looking unfinished."""
    for sending in queries.quiet_sendings(since=timezone.now() - QUIET_FOR):
        try:
            ask_about(sending, at=timezone.now())
        except NewsletterUnavailable:
            return
        except NewsletterError:
            continue


def _note(sending: Sending, status: CampaignStatus) -> None:
    note_status(sending, status, at=timezone.now())
