"""Bring subscribers with recorded consent from a CSV file: address,language[,country]."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from services.newsletter.lists.importing import ImportRefused, Row, import_rows, read_rows
from services.newsletter.lists.models import MailingList


class Command(BaseCommand):
    help = "Subscribe everyone in FILE (address,language[,country]) to LIST; nobody if one row is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("list", help="slug of the list")
        parser.add_argument("file", help="CSV in UTF-8, with or without a header; - for standard input")
        parser.add_argument("--consent", required=True, help="what these people agreed to, where and when")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")

    def handle(self, *args: Any, list: str, file: str, consent: str, dry_run: bool, **options: Any) -> None:
        try:
            mailing_list = MailingList.objects.get(slug=list)
        except MailingList.DoesNotExist as error:
            raise CommandError(f"There is no list {list}; make it with create_list.") from error
        if not consent.strip():
            raise CommandError("Say with --consent what these people agreed to.")
        rows = _rows_of(file)
        report = import_rows(rows, into=mailing_list, consent_text=consent, at=timezone.now(), is_rehearsal=dry_run)
        verb = "would be" if dry_run else "were"
        self.stdout.write(
            f"{report.subscribed} {verb} subscribed to {list}; {report.already} had been on it before, "
            f"{report.left} have left it and stay away, {report.suppressed} must not be mailed."
        )


def _rows_of(file: str) -> list[Row]:
    try:
        if file == "-":
            return read_rows(sys.stdin)
        with Path(file).open(encoding="utf-8-sig", newline="") as stream:
            return read_rows(stream)
    except OSError as error:
        raise CommandError(f"The file {file} can't be read: {error.strerror}.") from error
    except ImportRefused as refusal:
        raise CommandError("\n".join(["Nothing was imported:", *refusal.complaints])) from refusal
