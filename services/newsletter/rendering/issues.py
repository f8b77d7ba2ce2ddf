"""How is an issue drawn? From the release payload of one language, without the items that were withdrawn."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from foundation.contracts.release import IssueItem, ReleasePayload
from services.newsletter.rendering.mails import PREFERENCES_MARK, UNSUBSCRIBE_MARK, Drawn, draw
from services.newsletter.rendering.markup import clean_html, clean_text, plain_text
from services.newsletter.rendering.pictures import MailPicture, mail_picture


@dataclass(frozen=True)
class DrawnItem:
    """One article as the templates show it."""

    heading: str
    html: SafeString
    text: str
    picture: MailPicture | None
    kind: str
    link: str
    is_withdrawn: bool = False


@dataclass(frozen=True)
class Occasion:
    """Where an issue is shown: in a mail, with places for the reader's own links, or on the archive page, without."""

    archive_url: str
    is_mail: bool = True


def draw_issue(
    payload: ReleasePayload, occasion: Occasion, *, withdrawn: Collection[int] = (), unlinked: Collection[int] = ()
) -> Drawn:
    """Draw an issue; ``withdrawn`` and ``unlinked`` are positions of items.

    A mail leaves a withdrawn item out silently, the archive says that it was withdrawn.
    """
    if payload.issue is None:
        raise ValueError("This release is not an issue.")
    items = [
        _drawn(item, payload, is_withdrawn=number in withdrawn, is_linked=number not in unlinked)
        for number, item in enumerate(payload.issue.items)
        if not (occasion.is_mail and number in withdrawn)
    ]
    introduction = clean_html(payload.issue.introduction)
    context: dict[str, Any] = {
        "title": clean_text(payload.title),
        "preheader": clean_text(payload.summary),
        "issued_on": payload.issue.issued_on,
        "introduction": mark_safe(introduction),  # noqa: S308 - cleaned in the line above
        "introduction_text": plain_text(introduction),
        "cover": mail_picture(payload.cover, base_url=settings.DELIVERY_PUBLIC_URL),
        "items": items,
        "credit": clean_text(payload.credit),
        "is_mail": occasion.is_mail,
        "archive_url": occasion.archive_url,
        "subscribe_url": f"{settings.NEWSLETTER_URL}/subscribe/",
        "unsubscribe_url": f"{settings.NEWSLETTER_URL}/unsubscribe/{UNSUBSCRIBE_MARK}",
        "preferences_url": f"{settings.NEWSLETTER_URL}/preferences/{PREFERENCES_MARK}",
    }
    return draw("issue", context, subject=context["title"], locale=payload.locale, direction=payload.direction)


def _drawn(item: IssueItem, payload: ReleasePayload, *, is_withdrawn: bool, is_linked: bool) -> DrawnItem:
    if is_withdrawn:
        return DrawnItem("", SafeString(""), "", None, "", "", is_withdrawn=True)
    html = clean_html(item.text)
    is_linked = is_linked and item.tool_id is not None
    return DrawnItem(
        heading=clean_text(item.heading),
        html=mark_safe(html),  # noqa: S308 - cleaned two lines above
        text=plain_text(html),
        picture=mail_picture(item.picture, base_url=settings.DELIVERY_PUBLIC_URL),
        kind=item.tool_kind or "",
        link=f"{settings.READER_URL}/tools/{item.tool_id}?lang={payload.locale}" if is_linked else "",
    )
