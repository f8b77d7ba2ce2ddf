"""Let an address be mailed again: what if somebody who asked to be forgotten wants to come back?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from services.newsletter.lists.addresses import AddressRefused, address_hash, normal_address
from services.newsletter.lists.models import Suppression


class Command(BaseCommand):
    help = "Remove ADDRESS from the suppressions, at the person's own request; they still have to subscribe."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        try:
            digest = address_hash(normal_address(address))
        except AddressRefused as error:
            raise CommandError(str(error)) from error
        removed, _ = Suppression.objects.filter(address_hash=digest).delete()
        if not removed:
            raise CommandError("This address is not suppressed.")
        self.stdout.write("The suppression is lifted.")
