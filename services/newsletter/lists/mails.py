"""Which mails does one subscriber cause? The confirmation of a subscription, or a fresh link to their settings."""

import logging
import smtplib
from contextlib import closing
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, override

from foundation.jobs.errors import Retryable, Terminal
from services.newsletter.lists import tokens
from services.newsletter.lists.actions import WriteToSubscriber
from services.newsletter.lists.models import Subscriber, Subscription
from services.newsletter.lists.queries import SubscriberGone, is_suppressed, lists_of, subscriber_by_id
from services.newsletter.rendering.languages import spoken
from services.newsletter.rendering.mails import Drawn, draw
from services.newsletter.smtp.configured import configured_relay, sender_address
from services.newsletter.smtp.relay import RelayUnavailable, connect

log = logging.getLogger(__name__)


def write(wish: WriteToSubscriber) -> None:
    """Mail a subscriber what they can do now: confirm what waits for it, else change what they have."""
    try:
        subscriber = subscriber_by_id(wish.subscriber_id)
    except SubscriberGone:
        return
    if not is_suppressed(subscriber.address):
        _send(_confirmation(subscriber, wish.list_ids) or _fresh_link(subscriber), subscriber)


def _confirmation(subscriber: Subscriber, list_ids: tuple[int, ...]) -> Drawn | None:
    waiting = list(lists_of(subscriber, state=Subscription.State.PENDING).filter(pk__in=list_ids))
    if not waiting:
        return None
    token = tokens.mint(tokens.Purpose.CONFIRM, subscriber.pk, *(one.pk for one in waiting))
    context = {"lists": [one.name for one in waiting], "link": f"{settings.NEWSLETTER_URL}/confirm/{token}"}
    with override(spoken(subscriber.language)):
        subject = gettext("Please confirm your subscription")
    return draw("confirm", context, subject=subject, locale=subscriber.language)


def _fresh_link(subscriber: Subscriber) -> Drawn:
    token = tokens.mint(tokens.Purpose.PREFERENCES, subscriber.pk)
    with override(spoken(subscriber.language)):
        subject = gettext("Your newsletter settings")
    context = {"link": f"{settings.NEWSLETTER_URL}/preferences/{token}"}
    return draw("link", context, subject=subject, locale=subscriber.language)


def _send(drawn: Drawn, subscriber: Subscriber) -> None:
    """Hand one message to the relay; raises Retryable or Terminal, neither naming the address."""
    message = _message(drawn, subscriber)
    try:
        with closing(connect(configured_relay())) as client:
            client.send_message(message, from_addr=sender_address(), to_addrs=[subscriber.address])
        log.info("mail_sent", extra={"language": spoken(subscriber.language)})
    except RelayUnavailable as error:
        raise Retryable(str(error)) from None
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        refusal = Terminal if code >= 500 else Retryable
        raise refusal(f"The mail relay refused the recipient ({code}).") from None
    except (smtplib.SMTPException, OSError) as error:
        raise Retryable(f"The mail relay did not take the mail ({type(error).__name__}).") from None


def _message(drawn: Drawn, subscriber: Subscriber) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.MAIL_FROM
    message["To"] = subscriber.address
    message["Subject"] = drawn.subject
    message["Date"] = format_datetime(timezone.now())
    message["Message-ID"] = make_msgid(domain=sender_address().partition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5: no out-of-office answers, please
    message.set_content(drawn.text)
    message.add_alternative(drawn.html, subtype="html")
    message["Content-Language"] = spoken(subscriber.language)  # of all parts: set earlier, it would move into the first
    return message
