"""How is the description of the API brought up to date? ``CMS_ROLE=delivery python -m cms.manage openapi``."""

from typing import Any

from django.core.management.base import BaseCommand

from cms.delivery.description import openapi
from cms.delivery.schema import SCHEMA_FILE


class Command(BaseCommand):
    help = "Writes the OpenAPI description beside the code that serves it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        SCHEMA_FILE.write_bytes(openapi())
        self.stdout.write(f"Wrote {SCHEMA_FILE.name}.")
