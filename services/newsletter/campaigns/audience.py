"""Who gets the mail, in which language? Decided in one statement, so that nobody comes, goes or changes in between."""

from django.db import connection

from services.newsletter.campaigns.models import Campaign, Variant

# One row per person, also for who is on two of the lists. Their language, else its base language, else the fallback.
# Suppressed addresses are counted and never mailed, and so is whom another campaign of the issue has reached or may
# reach. Written out because Django has no INSERT … SELECT.
_FREEZE = """
INSERT INTO campaigns_delivery (campaign_id, subscriber_id, list_id, variant_id, state, note, attempts)
SELECT %(campaign)s, reader.id, MIN(subscription.list_id),
       COALESCE(MAX(exact.id), MAX(base.id), %(fallback)s),
       CASE WHEN COUNT(suppression.id) + COUNT(earlier.id) > 0 THEN 'suppressed' ELSE 'pending' END,
       CASE WHEN COUNT(suppression.id) > 0 THEN 'suppressed' WHEN COUNT(earlier.id) > 0 THEN 'already_sent' ELSE '' END,
       0
FROM lists_subscription subscription
JOIN lists_subscriber reader ON reader.id = subscription.subscriber_id
LEFT JOIN campaigns_variant exact ON exact.campaign_id = %(campaign)s AND exact.locale = reader.language
LEFT JOIN campaigns_variant base ON base.campaign_id = %(campaign)s AND base.locale NOT LIKE '%%-%%'
     AND reader.language LIKE base.locale || '-%%'
LEFT JOIN lists_suppression suppression ON suppression.address_hash = reader.address_hash
LEFT JOIN campaigns_delivery earlier ON earlier.subscriber_id = reader.id
     AND earlier.state IN ('pending', 'claimed', 'accepted', 'in_doubt')
     AND earlier.campaign_id IN (SELECT id FROM campaigns_campaign WHERE issue_id = %(issue)s AND id <> %(campaign)s)
WHERE subscription.state = 'confirmed'
  AND subscription.list_id IN (SELECT mailinglist_id FROM campaigns_campaign_lists WHERE campaign_id = %(campaign)s)
GROUP BY reader.id
"""


def take_turns(campaign: Campaign) -> None:
    """Let the campaigns of one issue freeze one after the other, so that each sees whom the others have."""
    siblings = Campaign.objects.filter(issue_id=campaign.issue_id).order_by("pk")
    list(siblings.select_for_update().values_list("pk"))


def freeze_audience(campaign: Campaign, *, fallback: Variant) -> int:
    """Write the ledger of a campaign whose variants are stored; return how many people are in it."""
    prepared = Campaign._meta.pk.get_db_prep_value
    values = {"campaign": prepared(campaign.pk, connection), "issue": prepared(campaign.issue_id, connection)}
    with connection.cursor() as cursor:
        cursor.execute(_FREEZE, values | {"fallback": fallback.pk})
        return int(cursor.rowcount)
