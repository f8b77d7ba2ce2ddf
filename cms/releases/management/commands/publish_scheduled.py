"""How is the schedule looked at by hand? In place of Wagtail's command of the same name, which stops at the first
refusal."""

from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from wagtail.management.commands.publish_scheduled import Command as WagtailCommand

from cms.releases.schedule import publish_due


class Command(WagtailCommand):
    help = "Publishes what is due and takes offline what has expired; a refused page doesn't hold up the others."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, or with ``--dryrun`` say what would be done."""
        if options["dryrun"]:
            super().handle(*args, **options)
            return
        done = publish_due(now=timezone.now())
        for title in done.published:
            self.stdout.write(f"Published: {title}")
        for title in done.withdrawn:
            self.stdout.write(f"Taken offline: {title}")
        for title in done.refused:
            self.stdout.write(f"Refused: {title} (see its history)")
        if done.failed:
            raise CommandError(f"Failed: {', '.join(done.failed)}. The log says why.")
