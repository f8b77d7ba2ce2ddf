"""How do partners, their keys, endpoints and messages appear in the admin?"""

from typing import Any, ClassVar

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.permission_policies import ModelPermissionPolicy

from cms.partners import views
from cms.partners.models import ApiKey, Partner, WebhookEndpoint
from foundation.events.models import OutboxDelivery


class DeliveryPolicy(ModelPermissionPolicy):
    """Messages are looked at and sent again, never written by hand."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Ask for the right to see partners, and to change them for sending again."""
        needed = {"view": "partners.view_partner", "replay": "partners.change_partner"}.get(action)
        return bool(needed and user.is_active and user.has_perm(needed))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Say whether one of the actions is allowed."""
        return any(self.user_has_permission(user, action) for action in actions)


class PartnerViewSet(ModelViewSet):
    model = Partner
    name = "partners"
    icon = "globe"
    menu_label = _("Partner sites")
    form_fields: ClassVar = ["name", "site_url", "notes", "is_active"]
    list_display: ClassVar = ["name", "site_url", BooleanColumn("is_active", label=_("Active"))]
    copy_view_enabled = False


class KeyViewSet(ModelViewSet):
    model = ApiKey
    name = views.KEYS
    icon = "key"
    menu_label = _("Keys")
    form_fields: ClassVar = ["partner", "label", "requests_per_minute"]
    list_display: ClassVar = ["label", "partner", "prefix", "requests_per_minute", "created_at", "revoked_at"]
    copy_view_enabled = False
    index_view_class = views.KeyIndexView
    add_view_class = views.KeyCreateView

    def get_urlpatterns(self) -> list[URLPattern]:
        """Add what is done with keys."""
        return [
            *super().get_urlpatterns(),
            path("revoke/<int:pk>/", self.construct_view(views.RevokeKeyView), name="revoke"),
            path("rotate/<int:pk>/", self.construct_view(views.RotateKeyView), name="rotate"),
        ]


class EndpointViewSet(ModelViewSet):
    model = WebhookEndpoint
    name = views.ENDPOINTS
    icon = "link-external"
    menu_label = _("Webhook endpoints")
    form_fields: ClassVar = ["partner", "url", "hears_of_releases", "hears_of_recalls", "is_active"]
    list_display: ClassVar = ["url", "partner", BooleanColumn("is_active", label=_("Active"))]
    copy_view_enabled = False
    index_view_class = views.EndpointIndexView
    add_view_class = views.EndpointCreateView

    def get_urlpatterns(self) -> list[URLPattern]:
        """Add what is done with endpoints."""
        rotate = path("rotate/<int:pk>/", self.construct_view(views.RotateSecretView), name="rotate")
        return [*super().get_urlpatterns(), rotate]


# The foundation speaks no language but English: what staff read is named here.
_STATES = {
    OutboxDelivery.State.PENDING: _("Waiting to be sent"),
    OutboxDelivery.State.DELIVERED: _("Delivered"),
    OutboxDelivery.State.GIVEN_UP: _("Given up"),
}


def _state(delivery: OutboxDelivery) -> str:
    return str(_STATES[OutboxDelivery.State(delivery.state)])


class DeliveryViewSet(ModelViewSet):
    model = OutboxDelivery
    name = views.DELIVERIES
    icon = "mail"
    menu_label = _("Messages")
    form_fields: ClassVar[list[str]] = []
    list_display: ClassVar = [
        Column("event", label=_("Event"), accessor="event.type"),
        Column("subject", label=_("About"), accessor="event.subject"),
        Column("endpoint", label=_("To"), sort_key="endpoint"),
        Column("state", label=_("State"), accessor=_state, sort_key="state"),
        Column("delivered_at", label=_("Delivered at"), sort_key="delivered_at"),
    ]
    list_filter: ClassVar = ["state"]
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields: ClassVar = ["event", "endpoint", "state", "replays", "error", "delivered_at"]
    index_view_class = views.DeliveryIndexView
    inspect_view_class = views.DeliveryInspectView

    def get_urlpatterns(self) -> list[URLPattern]:
        """Add sending again."""
        again = path("replay/<int:pk>/", self.construct_view(views.ReplayView), name="replay")
        return [*super().get_urlpatterns(), again]


class PartnersGroup(ModelViewSetGroup):
    """What concerns partners, in one menu."""

    menu_label = _("Partners")
    menu_icon = "globe"
    menu_order = 500
    items = (PartnerViewSet, KeyViewSet, EndpointViewSet, DeliveryViewSet)
