"""What happens on the readers' pages? Each POST is one action of the lists; a GET only shows."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from foundation.web.keys import public
from services.newsletter.lists import actions, tokens
from services.newsletter.lists.models import MailingList, Subscription
from services.newsletter.lists.queries import lists_of, public_lists
from services.newsletter.pages.forms import CONSENT, PreferencesForm, SubscriptionForm, now_signed
from services.newsletter.pages.language import language_for, page
from services.newsletter.pages.tokens import Reader, token_page

Purpose = tokens.Purpose


@public
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """Ask for mail; the answer is the same for every address."""
    language = language_for(request)
    with override(language):
        data = request.POST if request.method == "POST" else None
        form = SubscriptionForm(data, languages=settings.LANGUAGES, language=language)
        if data is None or not form.is_valid():
            return _subscription_page(request, form, language)
        if not form.is_bot:
            _ask(form)
    return HttpResponseRedirect(f"{reverse('sent')}?lang={language}", status=303)


def _ask(form: SubscriptionForm) -> None:
    actions.ask_to_subscribe(
        form.cleaned_data["address"],
        language=form.cleaned_data["language"],
        lists=form.cleaned_data["lists"],
        consent_text=str(CONSENT),
        at=timezone.now(),
    )


def _subscription_page(request: HttpRequest, form: SubscriptionForm, language: str) -> HttpResponse:
    context = {"form": form, "opened": now_signed(), "consent": CONSENT, "has_lists": public_lists().exists()}
    return page(request, "subscribe", context, language=language, status=422 if form.is_bound else 200)


@public
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say that a mail is under way, if the address is one we may write to."""
    return page(request, "sent", {}, language=language_for(request))


@token_page(Purpose.CONFIRM)
def confirm(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Show what would be confirmed; confirm it on POST."""
    if request.method == "POST":
        actions.confirm(reader.subscriber, list_ids=reader.list_ids, at=timezone.now())
    waiting = lists_of(reader.subscriber, state=Subscription.State.PENDING).filter(pk__in=reader.list_ids)
    confirmed = lists_of(reader.subscriber, state=Subscription.State.CONFIRMED).filter(pk__in=reader.list_ids)
    preferences_path = reverse("preferences", args=[tokens.mint(Purpose.PREFERENCES, reader.subscriber.pk)])
    context: dict[str, object] = {"waiting": waiting, "confirmed": confirmed, "preferences": preferences_path}
    return page(request, "confirm", context, language=reader.language)


@token_page(Purpose.UNSUBSCRIBE)
def unsubscribe(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Show a button; leave the list on POST, by the button or by a mail program's one click (RFC 8058 §3.2).

    No link to the settings from here: this token is older and gets around more than one that opens them.
    """
    if request.method == "POST" and request.POST.get("action") == "all":
        actions.unsubscribe_from_all(reader.subscriber, at=timezone.now())
    elif request.method == "POST":
        actions.unsubscribe(reader.subscriber, list_ids=reader.list_ids, at=timezone.now())
    confirmed = lists_of(reader.subscriber, state=Subscription.State.CONFIRMED)
    context: dict[str, object] = {
        "lists": MailingList.objects.filter(pk__in=reader.list_ids),
        "is_left": not confirmed.filter(pk__in=reader.list_ids).exists(),
        "others": confirmed.exclude(pk__in=reader.list_ids),
    }
    return page(request, "unsubscribe", context, language=reader.language)


@token_page(Purpose.PREFERENCES)
def preferences(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Language, lists, leaving all of them, being forgotten."""
    action = request.POST.get("action", "")
    if action == "erase" and request.POST.get("sure"):
        actions.erase(reader.subscriber, at=timezone.now())
        return page(request, "erased", {}, language=reader.language)
    if action == "leave":
        actions.unsubscribe_from_all(reader.subscriber, at=timezone.now())
    with override(reader.language):
        form = PreferencesForm(request, reader.subscriber, languages=settings.LANGUAGES)
        if form.is_bound and form.is_valid():
            return _save(request, reader, form)
    context: dict[str, object] = {"form": form, "address": reader.subscriber.address, "consent": CONSENT}
    said = {"has_left": action == "leave", "wants_certainty": action == "erase"}
    return page(request, "preferences", context | said, language=reader.language)


def _save(request: HttpRequest, reader: Reader, form: PreferencesForm) -> HttpResponse:
    actions.choose(
        reader.subscriber,
        language=form.cleaned_data["language"],
        lists=form.cleaned_data["lists"],
        consent_text=str(CONSENT),
        at=timezone.now(),
    )
    reader.subscriber.refresh_from_db()
    language = language_for(request, reader.subscriber)
    context: dict[str, object] = {"form": form, "address": reader.subscriber.address, "is_saved": True}
    return page(request, "preferences", context | {"consent": CONSENT}, language=language)
