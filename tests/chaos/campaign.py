"""The campaign everything else dies around: ``prepare NUMBER`` prints its id, ``count ID`` what the books say."""

import json
import sys
from uuid import UUID

import django
from django.core.management import call_command
from django.utils import timezone

READERS_CHUNK = 5000


def prepare(number: int) -> str:
    """Freeze an audience of ``number`` and let it go: the first worker that comes sends."""
    from services.newsletter.lists.importing import Row, import_rows
    from tests.services.newsletter.campaigns.campaigns import prepared
    from tests.services.newsletter.people import mailing_list

    call_command("migrate", verbosity=0)
    partners = mailing_list()
    for start in range(0, number, READERS_CHUNK):
        rows = [Row(f"reader{n}@example.org", "en") for n in range(start, min(start + READERS_CHUNK, number))]
        import_rows(rows, into=partners, consent_text="Yes.", at=timezone.now())
    return str(prepared(partners).pk)


def count(campaign_id: UUID) -> dict[str, object]:
    from foundation.events.models import OutboxDelivery, OutboxEvent
    from foundation.jobs.models import Job
    from services.newsletter.campaigns.models import Campaign
    from services.newsletter.campaigns.queries import counts_of, is_balanced

    campaign = Campaign.objects.get(pk=campaign_id)
    return {
        "state": campaign.state,
        "counts": counts_of(campaign).model_dump(),
        "is_balanced": is_balanced(counts_of(campaign)),
        "states": dict(campaign.deliveries.values_list("subscriber__address", "state")),
        "events": [event["status"]["version"] for event in OutboxEvent.objects.values_list("data", flat=True)],
        "undelivered": OutboxDelivery.objects.exclude(state="delivered").count(),
        "reruns": sum(fence - 1 for fence in Job.objects.values_list("fence", flat=True) if fence),
    }


if __name__ == "__main__":
    django.setup()
    task, value = sys.argv[1:3]
    sys.stdout.write(f"{prepare(int(value)) if task == 'prepare' else json.dumps(count(UUID(value)))}\n")
