"""How do the demo's mailing lists come into the newsletter service? As an import, with the service's own settings."""

import logging
import os
import sys
from pathlib import Path

import django


def main(data: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "services.newsletter.settings")
    django.setup()
    logging.disable(logging.INFO)  # the steps are told below, in words
    from django.utils import timezone

    from infra.local.demo.content.lists import LISTS
    from infra.local.demo.tasks import note_loaded
    from services.newsletter.lists.importing import Row, import_rows
    from services.newsletter.lists.models import MailingList

    now = timezone.now()
    for slug, (name, readers) in LISTS.items():
        kept, _ = MailingList.objects.get_or_create(slug=slug, defaults={"name": name, "created_at": now})
        rows = [Row(address=address, language=language) for address, language in readers]
        report = import_rows(rows, into=kept, consent_text="Invented readers of the demonstration.", at=now)
        print(f"List “{name}”: {report.subscribed} readers subscribed, {report.already} were there.", flush=True)
    note_loaded(data, "newsletter")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
