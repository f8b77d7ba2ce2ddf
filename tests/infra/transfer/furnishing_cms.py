"""What is in the CMS whose backup is tested? Runs with its settings: tools, a recall, a schedule, work under way."""

from datetime import timedelta
from uuid import UUID

import django

django.setup()

from django.db import transaction  # noqa: E402 - Django must be set up first
from django.utils import timezone  # noqa: E402

from cms.newsroom.models import Sending  # noqa: E402
from cms.partners.models import Partner, WebhookEndpoint  # noqa: E402
from cms.releases.actions import recall  # noqa: E402
from foundation.jobs.models import Job  # noqa: E402
from tests.cms import factories  # noqa: E402

WORDS = 'Behind the "screen" \\ \t 屏幕 👀 وراء الشاشة'
now = timezone.now()
user = factories.make_user("Zoë")
partner = Partner.objects.create(name="Child Focus")
WebhookEndpoint.objects.create(partner=partner, url="https://partner.example/hooks")

artwork = factories.make_artwork(size=(80, 60))
comic = factories.make_comic(artwork=artwork, title=WORDS, publish=True, user=user)
issue = factories.make_issue(publish=True, user=user, tool=comic)
film = factories.make_film_page(publish=True, user=user)
factories.make_comic(artwork=artwork, title="Never released", slug="draft")
recall(film.translation_key, scope="tool", reason="Someone in it asked for it.", by=user.pk, at=now)

later = factories.make_comic(artwork=artwork, title="For later", slug="later")
later.go_live_at = now + timedelta(days=3)
later.save_revision(user=user).publish(user=user)

Sending.objects.create(
    id=UUID(int=7), issue_id=issue.translation_key, title="Asked for", request={}, requested_at=now, changed_at=now
)
with transaction.atomic():
    Job.objects.create(
        kind="films.order_preparation",
        lane="events",
        payload={"large": 1e22, "small": 1e-7, "whole": 1.0, "text": 'é "\\'},
        run_at=now,
        state="running",
        attempt=3,
        max_attempts=9,
        worker="gone",
        lease_until=now,
        created_at=now,
    )
user.delete()  # its key must never be given to somebody else
