"""Who gets the mail, in which language? Decided in one statement, so that nobody comes, goes or changes in between."""

from django.db import connection

from services.newsletter.campaigns.models import Campaign, Variant

# One row per person, also for who is on two of the lists. Their language, else its base language, else the fallback.
# Suppressed addresses are counted and never mailed. Written out because Django has no INSERT … SELECT.
_FREEZE = """
INSERT INTO campaigns_delivery (campaign_id, subscriber_id, list_id, variant_id, state, note, attempts)
SELECT %(campaign)s, reader.id, MIN(subscription.list_id),
       COALESCE(MAX(exact.id), MAX(base.id), %(fallback)s),
       CASE WHEN COUNT(suppression.id) > 0 THEN 'suppressed' ELSE 'pending' END,
       CASE WHEN COUNT(suppression.id) > 0 THEN 'suppressed' ELSE '' END,
       0
FROM lists_subscription subscription
JOIN lists_subscriber reader ON reader.id = subscription.subscriber_id
LEFT JOIN campaigns_variant exact ON exact.campaign_id = %(campaign)s AND exact.locale = reader.language
LEFT JOIN campaigns_variant base ON base.campaign_id = %(campaign)s AND base.locale NOT LIKE '%%-%%'
     AND reader.language LIKE base.locale || '-%%'
LEFT JOIN lists_suppression suppression ON suppression.address_hash = reader.address_hash
WHERE subscription.state = 'confirmed'
  AND subscription.list_id IN (SELECT mailinglist_id FROM campaigns_campaign_lists WHERE campaign_id = %(campaign)s)
GROUP BY reader.id
"""


def freeze_audience(campaign: Campaign, *, fallback: Variant) -> int:
    """Write the ledger of a campaign whose variants are stored; return how many people are in it."""
    campaign_id = Campaign._meta.pk.get_db_prep_value(campaign.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(_FREEZE, {"campaign": campaign_id, "fallback": fallback.pk})
        return int(cursor.rowcount)
