"""Which screens do partners have in the admin, beside those Wagtail makes of the models?"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.views.generic import CreateView, IndexView, InspectView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.log_actions import log

from cms.partners.actions import make_key, revoke_key, rotate_key, rotate_webhook_secret
from cms.partners.models import ApiKey, WebhookEndpoint
from cms.partners.secrets import webhook_secret
from foundation.events.actions import replay
from foundation.events.models import OutboxDelivery

KEYS = "partner-keys"
ENDPOINTS = "partner-endpoints"
DELIVERIES = "partner-deliveries"


def shown_once(request: HttpRequest, *, secret: str, hint: str, back: str) -> HttpResponse:
    """Show a secret on a page that nothing keeps."""
    context = {"secret": secret, "hint": hint, "back_url": reverse(back), "header_title": _("Copy it now")}
    return render(request, "partners/secret.html", context)


class KeyCreateView(CreateView):
    """Makes a key and shows it, once."""

    def save_instance(self) -> ApiKey:
        """Make the key through the action: the form knows neither prefix nor hash."""
        chosen = self.form.cleaned_data
        key, self.text = make_key(
            chosen["partner"],
            label=chosen["label"],
            requests_per_minute=chosen["requests_per_minute"],
            at=timezone.now(),
        )
        log(instance=key, action="wagtail.create", user=self.request.user)
        return key

    def save_action(self) -> HttpResponse:
        """Show the key."""
        return shown_once(self.request, secret=self.text, hint=str(KEY_HINT), back=f"{KEYS}:index")


class EndpointCreateView(CreateView):
    """Stores an endpoint and shows its secret, once."""

    def save_action(self) -> HttpResponse:
        """Show the secret."""
        hint = str(SECRET_HINT)
        return shown_once(self.request, secret=webhook_secret(self.object), hint=hint, back=f"{ENDPOINTS}:index")


KEY_HINT = gettext_lazy(
    "Send this key as “Authorization: Bearer …”. Nobody can show it again: if it is lost, replace it."
)
SECRET_HINT = gettext_lazy(
    "With this secret the partner checks our signatures (standardwebhooks.com). If it is lost, replace it."
)


class ConfirmedView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Asks before it acts; GET changes nothing."""

    template_name = "partners/confirm.html"
    permission_required = "change"
    model: Any = None
    back = ""
    question: Any = ""
    yes: Any = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what it is about."""
        row = get_object_or_404(self.model, pk=self.kwargs["pk"])
        texts = {"question": self.question, "yes": self.yes, "header_title": str(row)}
        return {**super().get_context_data(**kwargs), **texts, "back_url": reverse(f"{self.back}:index")}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Act on the row."""
        return self.act(request, get_object_or_404(self.model, pk=pk))

    def act(self, request: HttpRequest, row: Any) -> HttpResponse:
        """Do it and answer."""
        raise NotImplementedError


class RevokeKeyView(ConfirmedView):
    model, back = ApiKey, KEYS
    question = gettext_lazy("Revoke this key? The partner's site can't use it any more, from this moment on.")
    yes = gettext_lazy("Yes, revoke it")

    def act(self, request: HttpRequest, row: ApiKey) -> HttpResponse:
        """Revoke the key."""
        revoke_key(row, at=timezone.now())
        log(instance=row, action="wagtail.edit", user=request.user)
        messages.success(request, _("The key was revoked."))
        return redirect(f"{self.back}:index")


class RotateKeyView(ConfirmedView):
    model, back = ApiKey, KEYS
    question = gettext_lazy("Replace this key by a new one? The old one stops working at once.")
    yes = gettext_lazy("Yes, replace it")

    def act(self, request: HttpRequest, row: ApiKey) -> HttpResponse:
        """Revoke the key and show its successor."""
        key, text = rotate_key(row, at=timezone.now())
        log(instance=key, action="wagtail.create", user=request.user)
        return shown_once(request, secret=text, hint=str(KEY_HINT), back=f"{self.back}:index")


class RotateSecretView(ConfirmedView):
    model, back = WebhookEndpoint, ENDPOINTS
    question = gettext_lazy("Replace the secret of this endpoint? Messages are signed with the new one at once.")
    yes = gettext_lazy("Yes, replace it")

    def act(self, request: HttpRequest, row: WebhookEndpoint) -> HttpResponse:
        """Show the new secret."""
        endpoint = rotate_webhook_secret(row)
        log(instance=endpoint, action="wagtail.edit", user=request.user)
        return shown_once(request, secret=webhook_secret(endpoint), hint=str(SECRET_HINT), back=f"{self.back}:index")


class ReplayView(ConfirmedView):
    model, back = OutboxDelivery, DELIVERIES
    permission_required = "replay"
    question = gettext_lazy("Send this message again? A receiver that has heard it before changes nothing.")
    yes = gettext_lazy("Yes, send it again")

    def act(self, request: HttpRequest, row: OutboxDelivery) -> HttpResponse:
        """Queue the delivery again."""
        replay(row.pk)
        messages.success(request, _("The message will be sent again."))
        return redirect(f"{self.back}:inspect", row.pk)


class RowActions(IndexView):
    """A list whose rows have actions of their own: label, icon and the name of the address."""

    row_actions: tuple[tuple[Any, str, str], ...] = ()

    def get_list_more_buttons(self, instance: Any) -> list[Any]:
        """Add ours to Wagtail's."""
        own = [
            MenuItem(label, url=reverse(name, args=[instance.pk]), icon_name=icon, priority=25)
            for label, icon, name in self.row_actions
            if self.has_row_action(instance, name)
        ]
        return [*super().get_list_more_buttons(instance), *own]

    def has_row_action(self, instance: Any, name: str) -> bool:
        """Say whether the action makes sense for the row."""
        return True


class KeyIndexView(RowActions):
    row_actions = (
        (gettext_lazy("Replace"), "rotate", f"{KEYS}:rotate"),
        (gettext_lazy("Revoke"), "cross", f"{KEYS}:revoke"),
    )

    def has_row_action(self, instance: ApiKey, name: str) -> bool:
        """Offer nothing for a key that has ended."""
        return instance.revoked_at is None


class EndpointIndexView(RowActions):
    row_actions = ((gettext_lazy("Replace the secret"), "rotate", f"{ENDPOINTS}:rotate"),)


class DeliveryIndexView(RowActions):
    row_actions = ((gettext_lazy("Send again"), "redirect", f"{DELIVERIES}:replay"),)

    page_title = gettext_lazy("Messages")

    def get_base_queryset(self) -> Any:
        """Show the newest first, with what each is about."""
        return super().get_base_queryset().select_related("event").order_by("-pk")

    def has_row_action(self, instance: OutboxDelivery, name: str) -> bool:
        """Leave alone what is still being tried."""
        return instance.state != OutboxDelivery.State.PENDING


class DeliveryInspectView(InspectView):
    template_name = "partners/delivery.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add every attempt."""
        context = super().get_context_data(**kwargs)
        can_replay = self.object.state != OutboxDelivery.State.PENDING
        return {
            **context,
            "attempts": self.object.attempts.order_by("-pk")[:50],
            "replay_url": reverse(f"{DELIVERIES}:replay", args=[self.object.pk]) if can_replay else "",
        }
