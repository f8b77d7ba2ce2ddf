"""Where do the gate and our screens meet Wagtail's admin?"""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page

from cms.releases.attention import HOOK as ATTENTION_HOOK
from cms.releases.attention import AttentionPanel, blocked_schedules, recalls_unheard
from cms.releases.buttons import release_buttons
from cms.releases.gate import GateClosed
from cms.releases.history import standing_of
from cms.releases.pages import ReleasablePage
from cms.releases.refusal import refused, tell
from cms.releases.schedule import REFUSED
from cms.releases.welcome import WelcomePanel


@hooks.register("before_publish_page")
def ask_the_gate(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse the button before Wagtail publishes; the draft has been saved by now."""
    edition = page.get_latest_revision_as_object()
    return _refusal_of(request, edition) if isinstance(edition, ReleasablePage) else None


@hooks.register("before_bulk_action")
def ask_the_gate_for_all(
    request: HttpRequest, action_type: str, objects: list[Page], action: Any
) -> HttpResponse | None:
    """Publish all of the chosen pages or none: say of each what is missing."""
    if action_type != "publish":
        return None
    refusals = list(_refusals(_chosen(objects, action)))
    for refusal in refusals:
        tell(request, refusal)
    return redirect(action.next_url) if refusals else None


@hooks.register("after_unpublish_page")
def say_it_was_recalled(request: HttpRequest, page: Page) -> None:
    """Tell what taking offline has meant."""
    if isinstance(page.specific, ReleasablePage):
        messages.warning(request, _("Its releases were recalled: partners are told, and its files are being deleted."))


@hooks.register("after_publish_page")
def say_which_release_is_out(request: HttpRequest, page: Page) -> None:
    """Tell the number, also where nothing had changed and the former release stays."""
    if page.live and isinstance(page.specific, ReleasablePage):
        standing = standing_of(page.specific.tool_id, page.specific.language)
        if standing and standing.latest:
            button = messages.button(reverse("releases:history", args=[page.pk]), _("All releases"))
            text = _("Partners now read release %(number)d.") % {"number": standing.latest.number}
            messages.info(request, text, buttons=[button])


@hooks.register("after_copy_page")
def say_the_copy_is_a_draft(request: HttpRequest, page: Page, new_page: Page) -> None:
    """Tell why a copy isn't live although its original is."""
    if isinstance(page.specific, ReleasablePage):
        messages.info(request, _("The copy is a draft. Publish it when nothing is missing."))


@hooks.register("register_log_actions")
def name_refusals(actions: LogActionRegistry) -> None:
    """Show in the history of a page why it was not published at its time."""

    @actions.register_action(REFUSED)
    class RefusalFormatter(LogFormatter):
        label = gettext_lazy("Not published")

        def format_message(self, entry: Any) -> str:
            reasons = " ".join(entry.data.get("reasons", []))
            return _("Not published at its time. %(reasons)s") % {"reasons": reasons}


def _refusal_of(request: HttpRequest, edition: ReleasablePage) -> HttpResponse | None:
    try:
        edition.refuse_unless_ready()
    except GateClosed as refusal:
        return refused(request, refusal)
    return None


def _chosen(objects: list[Page], action: Any) -> list[Page]:
    chosen = list(objects)
    if action.cleaned_form.cleaned_data.get("include_descendants"):
        for page in objects:
            chosen += page.get_descendants().not_live()
    return chosen


def _refusals(pages: list[Page]) -> Any:
    for page in pages:
        edition = page.get_latest_revision_as_object()
        if isinstance(edition, ReleasablePage) and not edition.alias_of_id:
            reasons = edition.gate_reasons()
            if reasons:
                yield GateClosed(reasons, page_id=edition.pk, title=edition.title)


@hooks.register("register_admin_urls")
def screens() -> list[URLPattern | URLResolver]:
    """Mount the screens about releases."""
    return [path("releases/", include("cms.releases.urls"))]


@hooks.register("register_icons")
def icons(known: list[str]) -> list[str]:
    """Add our own drawings."""
    return [*known, *(f"releases/icons/{name}.svg" for name in ("comic", "film", "issue", "recall", "release", "send"))]


@hooks.register("insert_global_admin_css")
def styles() -> str:
    """Style our columns, panels and screens wherever they appear."""
    return format_html('<link rel="stylesheet" href="{}">', static("releases/admin.css"))


@hooks.register("register_page_header_buttons")
def header_buttons(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Offer the releases of an edition above its editor."""
    yield from release_buttons(page, user)


@hooks.register("register_page_listing_more_buttons")
def listing_buttons(page: Page, user: Any, next_url: str | None = None) -> Iterator[Button]:
    """Offer the same in the list of pages."""
    yield from release_buttons(page, user)


@hooks.register("construct_homepage_panels")
def greet(request: HttpRequest, panels: list[Any]) -> None:
    """Show what needs attention first, then what can be begun and what came out."""
    panels += [AttentionPanel(request), WelcomePanel(request)]


hooks.register(ATTENTION_HOOK, recalls_unheard)
hooks.register(ATTENTION_HOOK, blocked_schedules)
