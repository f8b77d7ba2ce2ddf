"""How do the buckets of an S3 server become what this system needs? ``python -m cms.manage prepare_stores``."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from foundation.storage import StoreUnavailable, private_store, public_store
from foundation.storage.files import FileStore


class Command(BaseCommand):
    help = "Makes the buckets of STORAGE_URL and their rules, and tries them out. May be run again at any time."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each step; CommandError when one was refused."""
        if isinstance(private_store(), FileStore):
            self.stdout.write("The stores are folders: there is nothing to prepare.")
            return
        refused = self._prepared()
        if refused:
            raise CommandError(f"{refused} of these steps were refused; see above what to do.")

    def _prepared(self) -> int:
        from foundation.storage.buckets import Outcome, prepare

        refused = 0
        stores: Any = (private_store(), public_store())
        try:
            for step in prepare(*stores, upload_origins=[_origin(settings.EDITING_URL)]):
                self.stdout.write(f"{step.what}: {step.outcome}. {step.advice}".rstrip())
                refused += step.outcome is Outcome.REFUSED
        except StoreUnavailable as error:
            raise CommandError(str(error)) from error
        return refused


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
