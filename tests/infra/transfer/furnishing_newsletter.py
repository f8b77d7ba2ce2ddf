"""What is in the newsletter service whose backup is tested? A campaign in the middle of its sending."""

from uuid import UUID

import django

django.setup()

from django.utils import timezone  # noqa: E402 - Django must be set up first

from foundation.jobs.models import Job  # noqa: E402
from services.newsletter.campaigns.models import Campaign, Delivery, Variant  # noqa: E402
from services.newsletter.lists.importing import Row, import_rows  # noqa: E402
from services.newsletter.lists.models import MailingList, Subscriber  # noqa: E402

READERS = 40
now = timezone.now()
partners = MailingList.objects.create(slug="partners", name="Partenaires", created_at=now)
rows = [Row(address=f"reader{number}@example.org", language="fr") for number in range(READERS)]
import_rows(rows, into=partners, consent_text="Invented.", at=now)

sending, preparing = (
    Campaign.objects.create(
        id=UUID(int=number), idempotency_key=state, request={}, issue_id=UUID(int=9), state=state, created_at=now,
        changed_at=now,
    )
    for number, state in ((1, "sending"), (2, "preparing"))
)  # fmt: skip
variant = Variant.objects.create(
    campaign=sending, locale="fr", number=1, payload={"b": 1, "a": [None, True]}, subject="É", html="<p>", text="É"
)
STATES = ("pending", "claimed", "accepted", "rejected")
for number, subscriber in enumerate(Subscriber.objects.order_by("pk")):
    state = STATES[number % len(STATES)]
    claimed = {"claim": UUID(int=5), "claimed_until": now} if state == "claimed" else {}
    Delivery.objects.create(
        campaign=sending, subscriber=subscriber, list=partners, variant=variant, state=state, **claimed
    )
for kind in ("lists.write", "newsletter.prepare"):
    Job.objects.create(kind=kind, lane="events", payload={}, run_at=now, max_attempts=3, created_at=now)
