"""How does Wagtail's admin become that of the house? Its colours, and nothing in it that the house doesn't use."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.auth import require_admin_access

UNUSED_MENU_ITEMS = frozenset({"documents"})


@hooks.register("insert_global_admin_css")
def house_style() -> SafeString:
    """Load our style after Wagtail's."""
    return format_html('<link rel="stylesheet" href="{}">', static("config/admin.css"))


@hooks.register("construct_main_menu")
def hide_documents(request: HttpRequest, menu_items: list[Any]) -> None:
    """Offer no documents: what is published are tools."""
    menu_items[:] = [item for item in menu_items if item.name not in UNUSED_MENU_ITEMS]


@hooks.register("construct_homepage_summary_items", order=999)
def count_no_documents(request: HttpRequest, summary_items: list[Any]) -> None:
    """Leave documents out of the figures of the first screen."""
    summary_items[:] = [item for item in summary_items if type(item).__name__ != "DocumentsSummaryItem"]


@hooks.register("before_serve_document")
def documents_are_for_staff(document: Any, request: HttpRequest) -> HttpResponse | None:
    """Answer nobody else, whatever the collection says."""

    @require_admin_access
    def let_in(request: HttpRequest) -> None:
        return None

    answer: HttpResponse | None = let_in(request)
    return answer
