"""``recall_evidence``: prove what was withdrawn, when, and what is left of it."""

import json
from argparse import FileType
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cms.releases.evidence import evidence_of, is_genuine
from cms.releases.queries import releases_of


class Command(BaseCommand):
    help = "Print a sealed statement of what was withdrawn of a tool: releases, files, messages, answers of the API."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tool_id", nargs="?", type=UUID, help="the id of the tool, as the partner API names it")
        parser.add_argument("--verify", type=FileType(), metavar="FILE", help="tell whether a statement was made here")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verify"]:
            self._verify(options["verify"])
        elif options["tool_id"] is None:
            raise CommandError("Name the tool, or a statement with --verify.")
        elif not releases_of(options["tool_id"]).exists():
            raise CommandError("No tool of this id was ever released.")
        else:
            statement = evidence_of(options["tool_id"], at=timezone.now())
            self.stdout.write(json.dumps(statement, ensure_ascii=False, indent=2))
            if not statement["recalls"]:
                self.stderr.write("Nothing of this tool was recalled.")
            elif not statement["is_complete"]:
                self.stderr.write("Not complete: something is still to be done, see the statement.")

    def _verify(self, file: Any) -> None:
        with file:
            try:
                sealed = json.load(file)
            except ValueError as error:
                raise CommandError("This is not a statement.") from error
        if not isinstance(sealed, dict) or not is_genuine(sealed):
            raise CommandError("This statement was changed, or not made by this installation.")
        self.stdout.write("Genuine: made by this installation and unchanged.")
