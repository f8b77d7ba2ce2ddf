"""How does an issue become variants, and what happens to them when something is recalled?"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from foundation.contracts.release import ReleasePayload
from services.newsletter.campaigns.models import Campaign, Delivery, RecalledTool, Variant
from services.newsletter.campaigns.releases import IssueEdition
from services.newsletter.rendering.issues import Occasion, draw_issue
from services.newsletter.rendering.mails import Drawn


def archive_url(campaign_id: UUID, locale: str) -> str:
    """Return the page where anybody reads this issue in a browser."""
    return f"{settings.NEWSLETTER_URL}/archive/{campaign_id}/{locale}"


def drawn_variant(campaign: Campaign, edition: IssueEdition) -> Variant:
    """Return the variant of one edition, rendered and not yet stored."""
    variant = Variant(
        campaign=campaign,
        locale=edition.payload.locale,
        number=edition.payload.number,
        payload=edition.payload.model_dump(mode="json"),
        withdrawn_items=list(edition.withdrawn),
        unlinked_items=list(edition.unlinked),
    )
    _draw(variant)
    return variant


def draw_for_archive(variant: Variant) -> Drawn:
    """Return the issue as its archive page shows it."""
    occasion = Occasion(archive_url(variant.campaign_id, variant.locale), is_mail=False)
    return draw_issue(
        ReleasePayload.model_validate(variant.payload),
        occasion,
        withdrawn=variant.withdrawn_items,
        unlinked=variant.unlinked_items,
    )


def apply_recall(variant: Variant, recalled: RecalledTool, *, at: datetime) -> bool:
    """Take what was recalled out of a stored variant; return whether anything changed.

    A recalled issue is not sent any more in this language; a recalled tool takes its item out of the mails still to go.
    """
    if recalled.locale not in {"", variant.locale}:
        return False
    payload = ReleasePayload.model_validate(variant.payload)
    if recalled.tool_id == payload.tool_id:
        return recalled.number in {0, variant.number} and _recall_variant(variant, at=at)
    items = payload.issue.items if payload.issue else ()
    positions = {number for number, item in enumerate(items) if item.tool_id == recalled.tool_id}
    if not positions - set(variant.withdrawn_items):
        return False
    variant.withdrawn_items = sorted(positions | set(variant.withdrawn_items))
    variant.version += 1
    _draw(variant)
    variant.save()
    return True


def recalled_since(campaign: Campaign) -> list[RecalledTool]:
    """Return what was recalled while the campaign was being prepared: it may have been read before."""
    return list(RecalledTool.objects.filter(noted_at__gte=campaign.created_at))


def _recall_variant(variant: Variant, *, at: datetime) -> bool:
    if variant.is_recalled:
        return False
    variant.is_recalled = True
    variant.version += 1
    variant.save()
    Delivery.objects.filter(Q(campaign_id=variant.campaign_id, variant=variant), state=Delivery.State.PENDING).update(
        state=Delivery.State.SUPPRESSED, note=Delivery.Note.RECALLED, settled_at=at
    )
    return True


def _draw(variant: Variant) -> None:
    drawn = draw_issue(
        ReleasePayload.model_validate(variant.payload),
        Occasion(archive_url(variant.campaign_id, variant.locale)),
        withdrawn=variant.withdrawn_items,
        unlinked=variant.unlinked_items,
    )
    variant.subject, variant.html, variant.text = drawn.subject[:300], drawn.html, drawn.text
