"""Which partners does the demo know, and how does the partner's site get its key and its webhook secret?"""

import json
import os

from django.db import transaction
from django.utils import timezone

from cms.partners.actions import make_key, revoke_key
from cms.partners.models import Partner, WebhookEndpoint
from cms.partners.secrets import webhook_secret
from infra.local.demo.content.terms import ORGANISATIONS
from infra.local.places import Place, address

DEMO_PARTNER = "Our safe corner of the net"
HOOK = "/hooks/make-it-safe"


def make_organisations(place: Place) -> None:
    """Make the five organisations and the partner whose site the demo shows; that one gets what a partner gets."""
    with transaction.atomic():
        for name, site in ORGANISATIONS.items():
            Partner.objects.get_or_create(name=name, defaults={"site_url": site})
        site_url = address(place.ports.partner_site)
        partner, _ = Partner.objects.get_or_create(
            name=DEMO_PARTNER, defaults={"site_url": f"{site_url}/", "notes": "The invented partner of the demo."}
        )
        endpoint, _ = WebhookEndpoint.objects.update_or_create(partner=partner, defaults={"url": site_url + HOOK})
        if not place.partner_keys_file.exists():
            _hand_over(place, partner, endpoint)


def _hand_over(place: Place, partner: Partner, endpoint: WebhookEndpoint) -> None:
    """Give the site a key and its secret; a key handed over by a start that was killed is revoked."""
    now = timezone.now()
    for lost in partner.keys.filter(revoked_at=None):
        revoke_key(lost, at=now)
    _, key = make_key(partner, label="website", at=now)
    part = place.partner_keys_file.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"api_key": key, "webhook_secret": webhook_secret(endpoint)}, file)
    part.replace(place.partner_keys_file)
