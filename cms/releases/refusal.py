"""How is a refusal told to the person who wanted to publish?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.admin import messages

from cms.releases.gate import GateClosed, Reason


def refused(request: HttpRequest, refusal: GateClosed) -> HttpResponse:
    """Say why, and lead back to the page, whose draft is kept."""
    tell(request, refusal)
    if refusal.page_id is None:
        return redirect("wagtailadmin_explore_root")
    return redirect("wagtailadmin_pages:edit", refusal.page_id)


def tell(request: HttpRequest, refusal: GateClosed) -> None:
    """Add a message that lists the reasons, each a link to the field it is about."""
    edit_url = reverse("wagtailadmin_pages:edit", args=[refusal.page_id]) if refusal.page_id else ""
    lead = _("“%(title)s” was not published. Everything you wrote is kept as a draft. To publish it:")
    messages.error(
        request,
        format_html("{} <ul>{}</ul>", lead % {"title": refusal.title}, _items(refusal.reasons, edit_url)),
    )


def anchor_of(field: str) -> str:
    """Return the fragment by which ``live.js`` finds ``field`` in the editor, also inside blocks."""
    return f"#:w:contentpath={field}" if field else ""


def _items(reasons: tuple[Reason, ...], edit_url: str) -> SafeString:
    return format_html_join(
        "", '<li><a href="{}">{}</a></li>', ((edit_url + anchor_of(reason.field), reason.message) for reason in reasons)
    )
