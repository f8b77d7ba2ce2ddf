"""What can be read in the browser? Every issue that was sent, but for what was withdrawn."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from foundation.web.keys import public
from foundation.web.problems import problem
from services.newsletter.campaigns.models import Variant
from services.newsletter.campaigns.variants import draw_for_archive
from services.newsletter.pages.language import language_for, page
from services.newsletter.rendering.languages import spoken

_POLICY = (
    "default-src 'none'; img-src {pictures}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


@public
@require_safe
def archive(request: HttpRequest, campaign_id: UUID, locale: str) -> HttpResponse:
    """Show an issue as it was sent; one that was recalled answers 410 and says so."""
    variant = Variant.objects.filter(campaign_id=campaign_id, locale=locale).first()
    if variant is None:
        return page(request, "missing", {}, language=language_for(request), status=404)
    if variant.is_recalled:
        return page(request, "withdrawn", {}, language=spoken(locale), status=410)
    response = HttpResponse(draw_for_archive(variant).html, headers={"Content-Language": locale})
    response["Content-Security-Policy"] = _POLICY.format(pictures=settings.DELIVERY_PUBLIC_URL)
    response["Cache-Control"] = "public, max-age=60, must-revalidate"  # a recall must be able to win
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer programs and people each in their way."""
    if request.path.startswith("/v1/"):
        return problem(404, "Not found", "There is nothing at this address; see /v1/lists and /v1/campaigns.")
    return page(request, "missing", {}, language=language_for(request), status=404)
