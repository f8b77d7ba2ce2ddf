"""How do tests get pages that the gate lets through, and staff who edit them?

Everything is real: pictures drawn by Pillow, a film of the shape the transcoder makes, the page tree of a language.
"""

import struct
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.core.files.images import ImageFile
from PIL import Image, ImageDraw
from wagtail.models import Locale, Page, Site

from cms.artwork.models import Artwork
from cms.films.models import CaptionTrack, Film, FilmState, manifest_data
from cms.library.models import ComicPage, FilmPage, HomePage, ToolIndexPage
from cms.newsroom.models import IssuePage, NewsroomPage
from cms.taxonomy.models import Audience, Licence, Theme
from cms.users.models import User
from foundation.contracts.transcoding import FilmFile, FilmManifest, VideoRendition
from foundation.storage import private_store, put

CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:01.500\nA screen doesn't protect you.\n"


def make_user(username: str = "editor", *, is_superuser: bool = True, **fields: Any) -> User:
    return User.objects.create_user(username, password="pass", is_superuser=is_superuser, is_staff=True, **fields)


def make_locale(code: str) -> Locale:
    return Locale.objects.get_or_create(language_code=code)[0]


def make_home(locale: str = "en") -> HomePage:
    """Return the root of a language; the first one replaces Wagtail's welcome page."""
    known: HomePage | None = HomePage.objects.filter(locale__language_code=locale).first()
    if known:
        return known
    root = Page.get_first_root_node()
    other = HomePage.objects.first()
    fields: dict[str, Any] = {"translation_key": other.translation_key} if other else {}
    home: HomePage = root.add_child(
        instance=HomePage(title=f"Home {locale}", slug=f"home-{locale}", locale=make_locale(locale), **fields)
    )
    if other is None:
        Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": home})
    return home


def make_tools(locale: str = "en") -> ToolIndexPage:
    page: ToolIndexPage = _child_of_home(ToolIndexPage, locale)
    return page


def make_newsroom(locale: str = "en") -> NewsroomPage:
    page: NewsroomPage = _child_of_home(NewsroomPage, locale)
    return page


def make_artwork(
    title: str = "Two friends at a table", *, colour: str = "#0b5c6b", size: tuple[int, int] = (160, 120)
) -> Artwork:
    picture = Image.new("RGB", size, colour)
    ImageDraw.Draw(picture).ellipse([size[0] // 4, size[1] // 4, size[0] * 3 // 4, size[1] * 3 // 4], fill="#fbf8f3")
    content = BytesIO()
    picture.save(content, "PNG")
    content.seek(0)
    artwork = Artwork(title=title, description=f"{title}, drawn.")
    artwork.file = ImageFile(content, name="drawing.png")  # type: ignore[assignment]  # as Django takes it
    artwork.save()
    return artwork


def make_comic(*, locale: str = "en", publish: bool = False, user: User | None = None, **fields: Any) -> ComicPage:
    """Return a comic with one page of two panels that the gate lets through, as a draft or released."""
    artwork = fields.pop("artwork", None) or make_artwork()
    defaults = {
        **_common(locale),
        "title": "Behind the screen",
        "summary": "Two friends find out that a screen doesn't protect them.",
        "cover": artwork,
        "cover_description": "Two friends at a table, each with a telephone.",
        "pages": comic_pages([panel(artwork), panel(artwork, words=[], silent=True)]),
    }
    page: ComicPage = _save(ComicPage, make_tools(locale), {**defaults, **fields}, publish=publish, user=user)
    return page


def comic_pages(*pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what a ``pages`` field holds: lists of panels."""
    return [{"type": "page", "id": str(uuid4()), "value": {"panels": [_item(it) for it in panels]}} for panels in pages]


def panel(
    artwork: Artwork | None,
    description: str = "A girl looks at her telephone and smiles.",
    *,
    words: list[tuple[str, str]] | None = None,
    silent: bool = False,
) -> dict[str, Any]:
    lines = [("Nour", "Nobody can see me here.")] if words is None else words
    return {
        "artwork": artwork.pk if artwork else None,
        "description": description,
        "speech": [_item({"kind": "speech", "speaker": who, "text": text}) for who, text in lines],
        "silent": silent,
    }


def make_film(*, locale: str = "en", title: str = "The message", ready: bool = True) -> Film:
    """Return a film as the transcoder leaves it, captioned in ``locale``; or one without a file."""
    if not ready:
        return Film.objects.create(title=title)
    prefix = f"renditions/{uuid4().hex}"
    manifest = FilmManifest(
        profile_version=1,
        source_sha256="a" * 64,
        duration_s=2.0,
        width=640,
        height=360,
        has_sound=True,
        renditions=(VideoRendition(name="360p", width=640, height=360, video_kbps=400, frame_rate=25.0),),
        storyboard=None,
        files=tuple(_film_file(prefix, *file) for file in _film_files()),
    )
    film = Film.objects.create(
        title=title,
        state=FilmState.READY,
        prepared_prefix=prefix,
        manifest=manifest_data(manifest),
        master_sha256="a" * 64,
    )
    CaptionTrack.objects.create(film=film, locale=locale, vtt=CAPTIONS)
    return film


def make_film_page(*, locale: str = "en", publish: bool = False, user: User | None = None, **fields: Any) -> FilmPage:
    """Return a film in one language that the gate lets through, as a draft or released."""
    defaults = {
        **_common(locale),
        "title": "The message",
        "summary": "A film about a message that should never have been sent.",
        "transcript": "Nour: A screen doesn't protect you.",
        "poster_description": "A girl in front of a dark window.",
    }
    if "film" not in fields:
        defaults["film"] = make_film(locale=locale)
    page: FilmPage = _save(FilmPage, make_tools(locale), {**defaults, **fields}, publish=publish, user=user)
    return page


def make_issue(*, locale: str = "en", publish: bool = False, user: User | None = None, **fields: Any) -> IssuePage:
    """Return an issue with one item, pointing at ``tool`` if there is one, that the gate lets through."""
    tool = fields.pop("tool", None)
    defaults = {
        **_common(locale),
        "title": "News from the project",
        "summary": "What the young people have made since the summer.",
        "introduction": "<p>Hello! Here is what is new.</p>",
        "items": issue_items([issue_item(tool=tool)]),
    }
    page: IssuePage = _save(IssuePage, make_newsroom(locale), {**defaults, **fields}, publish=publish, user=user)
    return page


def issue_items(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"type": "item", "id": str(uuid4()), "value": item} for item in items]


def issue_item(
    heading: str = "A new comic", text: str = "<p>Read it together.</p>", *, tool: Page | None = None
) -> dict[str, Any]:
    return {
        "heading": heading,
        "text": text,
        "tool": tool.pk if tool else None,
        "picture": None,
        "picture_description": "",
    }


def make_translation(page: Page, locale: str) -> Any:
    """Return the draft that copying for translation makes, ready to be translated."""
    make_tools(locale)
    make_newsroom(locale)
    return page.copy_for_translation(make_locale(locale)).specific


def make_licence(locale: str = "en") -> Licence:
    fields = {"name": "CC BY-NC-SA 4.0", "url": "https://creativecommons.org/licenses/by-nc-sa/4.0/"}
    return Licence.objects.get_or_create(code="cc-by-nc-sa-4.0", locale=make_locale(locale), defaults=fields)[0]


def make_theme(code: str = "sexting", *, locale: str = "en", name: str = "Sexting") -> Theme:
    return Theme.objects.get_or_create(code=code, locale=make_locale(locale), defaults={"name": name})[0]


def make_audience(code: str = "teenagers", *, locale: str = "en", name: str = "Teenagers") -> Audience:
    return Audience.objects.get_or_create(code=code, locale=make_locale(locale), defaults={"name": name})[0]


def _common(locale: str) -> dict[str, Any]:
    return {"locale": make_locale(locale), "licence": make_licence(locale), "credit": "The peer experts of Antwerp"}


def _save(model: Any, parent: Page, fields: dict[str, Any], *, publish: bool, user: User | None) -> Any:
    page = parent.add_child(instance=model(**fields))
    revision = page.save_revision(user=user)
    if publish:
        revision.publish(user=user)
    return model.objects.get(pk=page.pk)


def _child_of_home(model: Any, locale: str) -> Any:
    known = model.objects.filter(locale__language_code=locale).first()
    if known:
        return known
    other = model.objects.first()
    fields: dict[str, Any] = {"translation_key": other.translation_key} if other else {}
    title = str(model._meta.verbose_name)
    return make_home(locale).add_child(instance=model(title=title.capitalize(), locale=make_locale(locale), **fields))


def _item(value: dict[str, Any]) -> dict[str, Any]:
    return {"type": "item", "id": str(uuid4()), "value": value}


def _film_files() -> tuple[tuple[str, str, str, bytes], ...]:
    poster = BytesIO()
    Image.new("RGB", (640, 360), "#1c2430").save(poster, "WEBP")
    box = struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 0)
    playlist = b"#EXTM3U\n"
    return (
        ("hls/master.m3u8", "hls-master", "application/vnd.apple.mpegurl", playlist + uuid4().hex.encode()),
        ("hls/360p.m3u8", "hls-playlist", "application/vnd.apple.mpegurl", playlist),
        ("hls/360p.mp4", "hls-media", "video/mp4", box),
        ("film.mp4", "mp4", "video/mp4", box),
        ("poster.webp", "poster", "image/webp", poster.getvalue()),
    )


def _film_file(prefix: str, path: str, role: Any, media_type: str, content: bytes) -> FilmFile:
    stored = put(private_store(), f"{prefix}/{path}", [content])
    return FilmFile(path=path, role=role, media_type=media_type, size_bytes=stored.size_bytes, sha256=stored.sha256)
