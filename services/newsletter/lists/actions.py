"""How do people come, choose and go? Every change to subscribers and their subscriptions."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from foundation.contracts.base import Contract
from foundation.jobs.actions import submit
from services.newsletter.lists.addresses import address_hash
from services.newsletter.lists.models import MailingList, Subscriber, Subscription, Suppression

State = Subscription.State
FIRST_PAUSE = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(days=1)
PENDING_KEPT = timedelta(days=30)


class WriteToSubscriber(Contract):
    """Payload of ``lists.write``: which lists were asked for; none when only a fresh link is wanted."""

    subscriber_id: int
    list_ids: tuple[int, ...] = ()


@transaction.atomic
def ask_to_subscribe(
    address: str, *, language: str, lists: Iterable[MailingList], consent_text: str, at: datetime
) -> None:
    """Note the wish of a normal ``address`` and send it a mail to confirm with.

    The caller learns nothing: known, unknown and suppressed addresses all return the same.
    """
    digest = address_hash(address)
    if Suppression.objects.filter(address_hash=digest).exists():
        return
    subscriber, is_new = Subscriber.objects.get_or_create(
        address=address, defaults={"address_hash": digest, "language": language, "created_at": at}
    )
    if not is_new and not subscriber.subscriptions.filter(state=State.CONFIRMED).exists():
        Subscriber.objects.filter(pk=subscriber.pk).update(language=language)  # only its owner changes a confirmed one
    wanted = list(lists)
    _ask(subscriber, wanted, consent_text=consent_text, at=at)
    write_to(subscriber, wanted, at=at)


def _ask(subscriber: Subscriber, lists: list[MailingList], *, consent_text: str, at: datetime) -> None:
    wish = {"asked_at": at, "consent_origin": Subscription.Origin.PAGE, "consent_text": consent_text}
    for one in lists:
        subscription, is_new = Subscription.objects.get_or_create(
            subscriber=subscriber, list=one, defaults={"state": State.PENDING, **wish}
        )
        if not is_new and subscription.state != State.CONFIRMED:
            Subscription.objects.filter(pk=subscription.pk).update(state=State.PENDING, **wish)


@transaction.atomic
def write_to(subscriber: Subscriber, lists: Iterable[MailingList], *, at: datetime) -> bool:
    """Send a confirmation or a fresh link, unless one went out lately; each time the pause doubles, up to a day."""
    pause = min(FIRST_PAUSE * 2 ** min(subscriber.mails_asked, 10), LONGEST_PAUSE)
    allowed = Subscriber.objects.filter(pk=subscriber.pk).exclude(mail_allowed_at__gt=at)
    if not allowed.update(mails_asked=subscriber.mails_asked + 1, mail_allowed_at=at + pause):
        return False
    submit("lists.write", WriteToSubscriber(subscriber_id=subscriber.pk, list_ids=tuple(one.pk for one in lists)))
    return True


@transaction.atomic
def confirm(subscriber: Subscriber, *, list_ids: Iterable[int], at: datetime) -> int:
    """Confirm what the subscriber asked for on these lists; what they left in the meantime stays left."""
    confirmed = subscriber.subscriptions.filter(list_id__in=list_ids, state=State.PENDING).update(
        state=State.CONFIRMED, confirmed_at=at, unsubscribed_at=None
    )
    if confirmed:
        Subscriber.objects.filter(pk=subscriber.pk).update(mails_asked=0, mail_allowed_at=None)
    return confirmed


def unsubscribe(subscriber: Subscriber, *, list_ids: Iterable[int], at: datetime) -> int:
    """Take the subscriber off these lists, at once."""
    standing = subscriber.subscriptions.filter(list_id__in=list_ids).exclude(state=State.UNSUBSCRIBED)
    return standing.update(state=State.UNSUBSCRIBED, unsubscribed_at=at)


def unsubscribe_from_all(subscriber: Subscriber, *, at: datetime) -> int:
    """Take the subscriber off every list."""
    standing = subscriber.subscriptions.exclude(state=State.UNSUBSCRIBED)
    return standing.update(state=State.UNSUBSCRIBED, unsubscribed_at=at)


@transaction.atomic
def choose(
    subscriber: Subscriber, *, language: str, lists: Iterable[MailingList], consent_text: str, at: datetime
) -> None:
    """Set language and lists as the subscriber, who proved to hold the mailbox, wants them."""
    Subscriber.objects.filter(pk=subscriber.pk).update(language=language)
    wanted = {one.pk for one in lists}
    standing = subscriber.subscriptions.exclude(state=State.UNSUBSCRIBED).exclude(list_id__in=wanted)
    standing.update(state=State.UNSUBSCRIBED, unsubscribed_at=at)
    kept = set(subscriber.subscriptions.filter(state=State.CONFIRMED).values_list("list_id", flat=True))
    consent = {
        "state": State.CONFIRMED,
        "asked_at": at,
        "confirmed_at": at,
        "unsubscribed_at": None,
        "consent_origin": Subscription.Origin.PREFERENCES,
        "consent_text": consent_text,
    }
    for list_id in wanted - kept:
        Subscription.objects.update_or_create(subscriber=subscriber, list_id=list_id, defaults=consent)


@transaction.atomic
def erase(subscriber: Subscriber, *, at: datetime) -> None:
    """Forget the subscriber; only the hash of their address stays, so that no import brings them back."""
    suppress(subscriber.address_hash, reason=Suppression.Reason.ERASED, at=at)
    subscriber.delete()


def suppress(digest: str, *, reason: Suppression.Reason, at: datetime) -> None:
    """Never mail the address with this hash again; the first reason stands."""
    Suppression.objects.get_or_create(address_hash=digest, defaults={"reason": reason, "created_at": at})


@transaction.atomic
def purge_unconfirmed(*, at: datetime) -> int:
    """Forget who never confirmed; a reader who had left before only goes back to having left."""
    stale = Subscription.objects.filter(state=State.PENDING, asked_at__lt=at - PENDING_KEPT)
    stale.filter(unsubscribed_at__isnull=False).update(state=State.UNSUBSCRIBED)
    stale.delete()
    unused = Subscriber.objects.filter(subscriptions__isnull=True, created_at__lt=at - PENDING_KEPT)
    return unused.delete()[0]
