"""How do the demo's comic and newsletters become pages, and the pages releases? As translations of one another."""

import uuid
from io import BytesIO
from typing import Any

from django.core.files.images import ImageFile
from wagtail.models import Locale

from cms.artwork.models import Artwork
from cms.library.models import ComicPage, HomePage, ToolIndexPage
from cms.newsroom.models import IssuePage, NewsroomPage
from cms.releases.models import Edition
from cms.releases.pages import ReleasablePage
from cms.taxonomy.models import Audience, Licence, Theme
from cms.users.models import User
from infra.local.beginnings import fixed_id
from infra.local.demo.content.comic import COMIC_EN, COMICS, Comic, Panel
from infra.local.demo.content.issues import COMIC, CREDIT, FILM, ISSUES, Issue
from infra.local.demo.drawing.panels import png

COMIC_ID = fixed_id("tool:no-shield-comic")
FILM_ID = fixed_id("tool:no-shield.mp4")
COVER = "no-shield"


def release_page(page: ReleasablePage, *, under: type[Any], user: User) -> None:
    """Save ``page`` as a draft below its index and publish it, unless it was released before."""
    locale = Locale.objects.get(pk=page.locale_id)
    if Edition.objects.filter(tool_id=page.translation_key, locale=locale.language_code).exists():
        return
    model = type(page)
    draft = model.objects.filter(translation_key=page.translation_key, locale=locale).first()
    if draft is None:
        home = HomePage.objects.get(locale=locale)
        page.live = False
        under.objects.child_of(home).get().add_child(instance=page)
        draft = page
    draft.save_revision(user=user).publish(user=user)
    print(f"Released: {page.title} ({locale.language_code}).", flush=True)


def common(tool_id: uuid.UUID, code: str, *, licence: str, themes: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the fields that all kinds of pages have."""
    locale = Locale.objects.get(language_code=code)
    return {
        "translation_key": tool_id,
        "locale": locale,
        "licence": Licence.objects.get(code=licence, locale=locale),
        "themes": list(Theme.objects.filter(code__in=themes, locale=locale)),
        "audiences": list(Audience.objects.filter(code__in=("young-people", "teachers"), locale=locale)),
        "changelog": "First release.",
    }


def draw_panels(user: User) -> dict[str, Artwork]:
    """Return the panels of the comic by name, drawn if they are new."""
    return {panel.artwork: make_artwork(panel, user) for page in COMIC_EN.pages for panel in page}


def release_comic(drawn: dict[str, Artwork], user: User) -> None:
    """Release the comic in every language it is told in; all of them show the same panels."""
    for code, comic in COMICS.items():
        page = ComicPage(
            title=comic.title,
            slug=comic.slug,
            summary=comic.summary,
            credit=comic.credit,
            cover=drawn[COVER],
            cover_description=comic.cover_description,
            pages=_blocks(comic, drawn),
            **common(COMIC_ID, code, licence="cc-by-4.0", themes=("cyberbullying", "asking-for-help")),
        )
        release_page(page, under=ToolIndexPage, user=user)


def make_artwork(panel: Panel, user: User) -> Artwork:
    title = f"No shield: {panel.artwork}"
    known: Artwork | None = Artwork.objects.filter(title=title).first()
    if known:
        return known
    drawn = ImageFile(BytesIO(png(panel.artwork)), name=f"{panel.artwork}.png")
    texts = {"title": title, "description": panel.description, "credit": COMIC_EN.credit}
    artwork = Artwork(file=drawn, uploaded_by_user=user, **texts)
    artwork.save()
    print(f"Drawn: {panel.artwork}.", flush=True)
    return artwork


def _blocks(comic: Comic, drawn: dict[str, Artwork]) -> list[dict[str, Any]]:
    return [
        {"type": "page", "value": {"panels": [_item(_panel(panel, drawn)) for panel in page]}} for page in comic.pages
    ]


def _panel(panel: Panel, drawn: dict[str, Artwork]) -> dict[str, Any]:
    lines = [
        {"kind": "speech" if speaker else "narration", "speaker": speaker, "text": text}
        for speaker, text in panel.lines
    ]
    return {
        "artwork": drawn[panel.artwork].pk,
        "description": panel.description,
        "speech": [_item(line) for line in lines],
        "silent": not lines,
    }


def _item(value: dict[str, Any]) -> dict[str, Any]:
    return {"type": "item", "value": value, "id": str(uuid.uuid4())}


def release_issues(user: User) -> None:
    """Release the four newsletters; they point at the tools in their own language."""
    for issue in ISSUES:
        for code, edition in issue.editions.items():
            tool_id = fixed_id(f"issue:{issue.issued_on}")
            page = IssuePage(
                title=edition.title,
                slug=edition.slug,
                summary=edition.summary,
                credit=CREDIT[code],
                issued_on=issue.issued_on,
                introduction=edition.introduction,
                items=_items(edition, code),
                **common(tool_id, code, licence="cc-by-4.0"),
            )
            release_page(page, under=NewsroomPage, user=user)


def _items(issue: Issue, code: str) -> list[dict[str, Any]]:
    ids = {COMIC: COMIC_ID, FILM: FILM_ID}
    return [
        {
            "type": "item",
            "value": {
                "heading": item.heading,
                "text": item.text,
                "tool": _page_of(ids[item.tool], code) if item.tool else None,
                "picture": None,
                "picture_description": "",
            },
        }
        for item in issue.items
    ]


def _page_of(tool_id: uuid.UUID, code: str) -> int:
    from wagtail.models import Page

    return int(Page.objects.get(translation_key=tool_id, locale__language_code=code).pk)
