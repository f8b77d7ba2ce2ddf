"""How does a campaign get ready? The issue drawn once per language and the audience frozen, in one transaction."""

from datetime import datetime

from django.db import transaction

from foundation.contracts.newsletter import CampaignRequest
from services.newsletter.campaigns.actions import announce, begin_sending, cancel, changed
from services.newsletter.campaigns.audience import freeze_audience, take_turns
from services.newsletter.campaigns.models import Campaign, Delivery, Variant
from services.newsletter.campaigns.releases import IssueEdition
from services.newsletter.campaigns.variants import apply_recall, drawn_variant, recalled_since

RECALLED = "The issue was recalled."


def get_ready(campaign: Campaign, editions: list[IssueEdition], *, at: datetime) -> None:
    """Store the variants, freeze the audience and let the sending begin; a campaign called off meanwhile stays so."""
    variants = [drawn_variant(campaign, edition) for edition in editions]
    with transaction.atomic():
        take_turns(campaign)
        touched = _frozen(campaign, variants, at=at)
    if touched:
        tell_of_recall(campaign, at=at)


def _frozen(campaign: Campaign, variants: list[Variant], *, at: datetime) -> bool:
    """Freeze a campaign that is still wanted; tell whether a recall that came meanwhile touches it."""
    with changed(campaign.pk, at=at) as locked:
        if locked.state != Campaign.State.PREPARING:
            return False
        Variant.objects.bulk_create(variants)
        stored = {variant.locale: variant for variant in locked.variants.all()}
        fallback = CampaignRequest.model_validate(locked.request).fallback_locale
        begin_sending(locked, audience=freeze_audience(locked, fallback=stored[fallback]))
        recalls = recalled_since(locked)
        touched = [apply_recall(variant, one, at=at) for one in recalls for variant in stored.values()]
    return any(touched)


def tell_of_recall(campaign: Campaign, *, at: datetime) -> None:
    """Cancel a campaign of which no variant may be sent any more; else tell what is left of it."""
    if campaign.variants.filter(is_recalled=False).exists():
        announce(campaign.pk, at=at)
    else:
        cancel(campaign.pk, at=at, message=RECALLED, note=Delivery.Note.RECALLED)
