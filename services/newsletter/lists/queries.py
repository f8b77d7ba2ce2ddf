"""What do pages, API and commands ask about lists and subscribers?"""

from collections import defaultdict

from django.db.models import Count, QuerySet

from foundation.contracts.newsletter import MailingList as ListContract
from foundation.contracts.newsletter import MailingLists
from services.newsletter.lists.addresses import address_hash
from services.newsletter.lists.models import MailingList, Subscriber, Subscription, Suppression


class SubscriberGone(LookupError):
    """Nobody has this id any more: the person asked to be forgotten, or never confirmed."""


def lists_with_subscribers() -> MailingLists:
    """Return every list and its confirmed subscribers by language."""
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    confirmed = Subscription.objects.filter(state=Subscription.State.CONFIRMED)
    for row in confirmed.values("list_id", "subscriber__language").annotate(number=Count("id")).order_by():
        counts[row["list_id"]][row["subscriber__language"]] = row["number"]
    return MailingLists(
        items=tuple(
            ListContract(slug=one.slug, name=one.name, subscribers=counts[one.pk]) for one in MailingList.objects.all()
        )
    )


def public_lists() -> QuerySet[MailingList]:
    """Return the lists offered to everybody."""
    return MailingList.objects.filter(is_public=True)


def lists_for_reader(subscriber: Subscriber) -> QuerySet[MailingList]:
    """Return the lists this reader may choose: public ones, and those they have been on."""
    return (public_lists() | MailingList.objects.filter(subscriptions__subscriber=subscriber)).distinct()


def lists_of(subscriber: Subscriber, *, state: Subscription.State) -> QuerySet[MailingList]:
    """Return the lists the subscriber stands on in this state."""
    return MailingList.objects.filter(subscriptions__subscriber=subscriber, subscriptions__state=state)


def subscriber_by_id(subscriber_id: int) -> Subscriber:
    """Return the subscriber; raises SubscriberGone."""
    try:
        return Subscriber.objects.get(pk=subscriber_id)
    except Subscriber.DoesNotExist as error:
        raise SubscriberGone from error


def is_suppressed(address: str) -> bool:
    """Tell whether this normal address must never be mailed."""
    return Suppression.objects.filter(address_hash=address_hash(address)).exists()
