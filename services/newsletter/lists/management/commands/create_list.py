"""Make a mailing list from the command line: how does an operator start one?"""

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from services.newsletter.lists.models import MailingList


class Command(BaseCommand):
    help = "Make a mailing list; with a known slug, change its name and description."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="short name in addresses, such as partners")
        parser.add_argument("name", help="name readers see")
        parser.add_argument("--description", default="", help="one sentence for the subscription page")
        parser.add_argument("--hidden", action="store_true", help="do not offer it on the subscription page")

    def handle(self, *args: Any, slug: str, name: str, description: str, hidden: bool, **options: Any) -> None:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or len(slug) > 60:
            raise CommandError("A slug is made of lower-case letters, digits and single hyphens, such as partners-be.")
        if not name.strip() or not name.isprintable() or len(name) > 120:
            raise CommandError("A name has 1 to 120 printable characters on one line.")
        values = {"name": name.strip(), "description": description, "is_public": not hidden}
        _, is_new = MailingList.objects.update_or_create(
            slug=slug, defaults=values, create_defaults=values | {"created_at": timezone.now()}
        )
        self.stdout.write(f"List {slug} {'made' if is_new else 'changed'}.")
