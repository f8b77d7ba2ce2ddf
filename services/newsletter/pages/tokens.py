"""Who is behind this link? Turns a token in the address into a reader, or into a page that helps."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from foundation.web.keys import public
from services.newsletter.lists import tokens
from services.newsletter.lists.actions import write_to
from services.newsletter.lists.models import MailingList, Subscriber
from services.newsletter.lists.queries import SubscriberGone, subscriber_by_id
from services.newsletter.pages.language import language_for, page


@dataclass(frozen=True)
class Reader:
    """Whoever holds the token: the subscriber, the lists it names, and the language to speak."""

    subscriber: Subscriber
    list_ids: tuple[int, ...]
    language: str


ReaderView = Callable[[HttpRequest, Reader], HttpResponse]


def token_page(purpose: tokens.Purpose) -> Callable[[ReaderView], Callable[..., HttpResponse]]:
    """Give the view a Reader; the signed token is the only authority. GET must not change anything."""

    def decorate(view: ReaderView) -> Callable[..., HttpResponse]:
        @public
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def guarded(request: HttpRequest, token: str) -> HttpResponse:
            try:
                return view(request, _reader(request, tokens.read(purpose, token)))
            except tokens.TokenExpired as expired:
                return _expired(request, expired.numbers, purpose)
            except (tokens.TokenRefused, SubscriberGone):
                return page(request, "broken_link", {}, language=language_for(request), status=404)

        return guarded

    return decorate


def _reader(request: HttpRequest, numbers: tuple[int, ...]) -> Reader:
    subscriber = subscriber_by_id(numbers[0])
    return Reader(subscriber, numbers[1:], language_for(request, subscriber))


def _expired(request: HttpRequest, numbers: tuple[int, ...], purpose: tokens.Purpose) -> HttpResponse:
    """Offer a new mail, and send it when asked to; whether it went out or was throttled looks the same."""
    try:
        reader = _reader(request, numbers)
    except SubscriberGone:
        return page(request, "broken_link", {}, language=language_for(request), status=404)
    if request.method != "POST":
        return page(request, "expired", {}, language=reader.language, status=410)
    is_confirming = purpose is tokens.Purpose.CONFIRM
    lists = MailingList.objects.filter(pk__in=reader.list_ids) if is_confirming else ()
    write_to(reader.subscriber, lists, at=timezone.now())
    return page(request, "sent", {}, language=reader.language)
