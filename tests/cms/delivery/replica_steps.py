"""What happens on the primary while the test of the replica watches? One step per call: tables, release, recall."""

import sys
from datetime import UTC, datetime
from uuid import UUID

import django

TOOL = UUID("00000000-0000-4000-8000-000000000001")
AT = datetime(2026, 1, 1, tzinfo=UTC)


def make_tables() -> None:
    """Make those the API reads, without the migrations of a whole editing process."""
    from django.apps import apps
    from django.db import connection

    with connection.schema_editor() as editor:
        for label in ("releases", "partners"):
            for model in apps.get_app_config(label).get_models():
                editor.create_model(model)


def release() -> None:
    from cms.releases.models import FeedPosition, Release

    fields = {"locale": "en", "kind": "comic", "number": 1, "title": "A", "change_class": "typo", "released_at": AT}
    Release.objects.create(
        tool_id=TOOL, **fields, sha256="0" * 64, content_sha256="0" * 64, listing=b"{}", payload=b'{"title":"A"}'
    )
    FeedPosition.objects.create(pk=1, value=1)


def recall() -> None:
    from django.db import transaction

    from cms.releases.models import FeedPosition, Recall, Release, Withdrawal

    with transaction.atomic():
        fields = {"tool_id": TOOL, "scope": "tool", "reason": "asked for", "recalled_at": AT, "position": 2}
        Withdrawal.objects.create(release=Release.objects.get(), recall=Recall.objects.create(**fields))
        FeedPosition.objects.update(value=2)


if __name__ == "__main__":
    django.setup()
    for step in sys.argv[1:]:
        {"tables": make_tables, "release": release, "recall": recall}[step]()
