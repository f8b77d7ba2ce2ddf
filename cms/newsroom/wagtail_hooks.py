"""Where does the newsroom meet Wagtail's admin?"""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from cms.newsroom import queries
from cms.newsroom.models import IssuePage, NewsroomPage, Sending
from cms.releases.attention import HOOK as ATTENTION_HOOK
from cms.releases.attention import MOST, Attention
from cms.releases.views.editor import EditionViewSet
from cms.releases.views.listing import EditionIndexViewSet
from cms.releases.welcome import HOOK as WELCOME_HOOK
from cms.releases.welcome import Beginning, place_to_add


@hooks.register("register_admin_urls")
def screens() -> list[URLPattern | URLResolver]:
    """Mount the screens about sendings."""
    return [path("newsroom/", include("cms.newsroom.urls"))]


@hooks.register("register_admin_viewset")
def viewsets() -> list[EditionViewSet | EditionIndexViewSet]:
    """Edit issues with a checklist beside them, list them with the state of their releases."""
    return [
        EditionViewSet("issues", model=IssuePage, icon="issue"),
        EditionIndexViewSet("newsrooms", model=NewsroomPage, icon="issue"),
    ]


@hooks.register("register_page_header_buttons")
def header_buttons(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Offer to send above the editor of an issue."""
    yield from send_button(page, user)


@hooks.register("register_page_listing_more_buttons")
def listing_buttons(page: Page, user: Any, next_url: str | None = None) -> Iterator[Button]:
    """Offer the same in the list of pages."""
    yield from send_button(page, user)


@hooks.register("after_publish_page")
def offer_to_send(request: HttpRequest, page: Page) -> None:
    """Say what comes next."""
    if isinstance(page.specific, IssuePage) and page.live:
        button = messages.button(reverse("newsroom:send", args=[page.pk]), _("Send…"))
        messages.info(request, _("The issue is released. Nobody has been mailed yet."), buttons=[button])


@hooks.register(ATTENTION_HOOK)
def sendings_in_trouble(request: HttpRequest) -> Iterator[Attention]:
    """Sendings that wait for a person's decision."""
    for sending in queries.sendings_that_need_a_person()[:MOST]:
        url = reverse("newsroom:sending", args=[sending.pk])
        yield Attention(sending.title, _problem_of(sending), url, "send")


def send_button(page: Page, user: Any) -> Iterator[Button]:
    """Yield "Send" to whoever may publish the issue."""
    if isinstance(page, IssuePage) and page.pk and page.permissions_for_user(user).can_publish():
        yield Button(_("Send"), reverse("newsroom:send", args=[page.pk]), icon_name="send", priority=61)


def _problem_of(sending: Sending) -> str:
    if sending.in_doubt:
        return _("Of %(n)d mails nobody knows whether they arrived.") % {"n": sending.in_doubt}
    return _("The newsletter service did not answer.")


@hooks.register(WELCOME_HOOK)
def issue_to_begin(request: HttpRequest) -> Iterator[Beginning]:
    """An issue, where this person may add one."""
    if url := place_to_add(request, NewsroomPage, IssuePage):
        yield Beginning(_("Write an issue"), _("Release it, then send it to the lists."), url, "issue", 40)
