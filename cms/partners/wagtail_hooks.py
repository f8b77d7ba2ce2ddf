"""Where do partners join Wagtail's admin?"""

from typing import Any

from django.contrib.auth.models import Permission
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from cms.partners.viewsets import DeliveryPolicy, PartnersGroup
from foundation.events.models import OutboxDelivery

register_permission_policy(OutboxDelivery, DeliveryPolicy(OutboxDelivery))


@hooks.register("register_admin_viewset")
def partners() -> PartnersGroup:
    """Add the screens."""
    return PartnersGroup()


@hooks.register("register_permissions")
def rights() -> Any:
    """Let groups be given rights on partners, keys and endpoints."""
    models = ["partner", "apikey", "webhookendpoint"]
    return Permission.objects.filter(content_type__app_label="partners", content_type__model__in=models)
