"""Which work is done in the background for releases?"""

from datetime import timedelta

from django.utils import timezone

from cms.releases.models import Recall
from cms.releases.removal import delete_unneeded, orphans, remove_files_of
from cms.releases.schedule import publish_due
from cms.releases.tasks import REMOVE_FILES, RemoveFiles
from foundation.jobs.registry import job_handler, periodic
from foundation.jobs.running import RunningJob

ORPHAN_AGE = timedelta(hours=6)
"""Longer than any release takes from its first copied file to its end."""


@job_handler(REMOVE_FILES, payload=RemoveFiles, lane="events", max_attempts=100_000)
def remove_files(job: RunningJob, payload: RemoveFiles) -> None:
    """Delete the public files of a recall; tried again until it is done."""
    remove_files_of(Recall.objects.get(pk=payload.recall_id))


@periodic("releases.publish_scheduled", every_s=15)
def publish_scheduled() -> None:
    """Publish what is due."""
    publish_due(now=timezone.now())


@periodic("releases.sweep_files", every_s=6 * 3600)
def sweep_files() -> None:
    """Delete public files of releases that never came to be."""
    delete_unneeded(orphans(older_than=timezone.now() - ORPHAN_AGE))
