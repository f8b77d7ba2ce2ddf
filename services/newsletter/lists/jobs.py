"""What do the lists do in the background? Write to one subscriber; forget who never confirmed."""

from django.utils import timezone

from foundation.jobs.registry import job_handler, periodic
from foundation.jobs.running import RunningJob
from services.newsletter.lists.actions import WriteToSubscriber, purge_unconfirmed
from services.newsletter.lists.mails import write


@job_handler("lists.write", payload=WriteToSubscriber, lane="events", max_attempts=12)
def write_to_subscriber(job: RunningJob, payload: WriteToSubscriber) -> None:
    """Send the mail; twice is harmless, so a crash simply sends it again."""
    write(payload)


@periodic("lists.purge", every_s=6 * 3600)
def purge() -> None:
    purge_unconfirmed(at=timezone.now())
