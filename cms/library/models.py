"""Which pages does the library have? A home per language, its index of tools, comics and films."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.search import index

from cms.artwork.gate import ImagesClean
from cms.films.freezing import frozen_film, own_poster
from cms.films.gate import FILM_CHECKS
from cms.films.queries import situation_of
from cms.films.showing import shown_film
from cms.library.blocks import ComicPageBlock
from cms.library.checks import ComicHasPanels, PanelsHaveArtwork, PanelsHaveTheirWords, ToolHasCover, placed_panels
from cms.library.freezing import frozen_comic
from cms.releases.assets import AssetCollector
from cms.releases.fields import BlocksField
from cms.releases.forms import EditionForm
from cms.releases.gate import Check, PictureUse
from cms.releases.pages import ReleasablePage
from cms.releases.panels import edition_tabs
from cms.releases.preview import PreviewedInItsLanguage


class HomePage(Page):
    """The root of one language."""

    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["library.ToolIndexPage", "newsroom.NewsroomPage"]
    page_description = _("The root of everything in one language.")
    preview_modes: ClassVar[list[tuple[str, str]]] = []
    promote_panels: ClassVar = [FieldPanel("slug")]

    class Meta:
        verbose_name = _("home")
        verbose_name_plural = _("homes")


class ToolIndexPage(Page):
    """Where the tools of one language are kept."""

    parent_page_types: ClassVar[list[str]] = ["library.HomePage"]
    subpage_types: ClassVar[list[str]] = ["library.ComicPage", "library.FilmPage"]
    page_description = _("Keeps the tools of one language.")
    preview_modes: ClassVar[list[tuple[str, str]]] = []
    promote_panels: ClassVar = [FieldPanel("slug")]

    class Meta:
        verbose_name = _("tools")
        verbose_name_plural = _("tools")


class ComicPage(PreviewedInItsLanguage, ReleasablePage):
    """A comic in one language: the same artwork in all of them, the words in this one."""

    kind: ClassVar = "comic"

    cover = models.ForeignKey(
        "artwork.Artwork", verbose_name=_("cover"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cover_description = models.TextField(
        _("what the cover shows"),
        blank=True,
        max_length=1000,
        help_text=_("For readers who can't see it, in the language of this comic."),
    )
    pages = BlocksField(
        [("page", ComicPageBlock())],
        blank=True,
        verbose_name=_("pages"),
        help_text=_("One after the other, as they are read. A web comic may be a single page with all its panels."),
    )

    checks: ClassVar[tuple[Check, ...]] = (
        *ReleasablePage.checks,
        ImagesClean(),
        ToolHasCover(),
        ComicHasPanels(),
        PanelsHaveArtwork(),
        PanelsHaveTheirWords(),
    )
    parent_page_types: ClassVar[list[str]] = ["library.ToolIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = _(
        "Pages of panels, each with its artwork, its words and a description for those who can't see it."
    )
    preview_template = "library/preview/comic.html"
    base_form_class = EditionForm

    edit_handler = edition_tabs(
        [
            *Page.content_panels,
            FieldPanel("summary"),
            MultiFieldPanel([FieldPanel("cover"), FieldPanel("cover_description")], heading=_("Cover"), icon="image"),
            FieldPanel("pages"),
        ]
    )
    search_fields: ClassVar = [
        *ReleasablePage.search_fields,
        index.SearchField("summary"),
        index.SearchField("credit"),
        index.SearchField("pages"),
    ]

    class Meta:
        verbose_name = _("comic")
        verbose_name_plural = _("comics")

    def pictures(self) -> Iterable[PictureUse]:
        if self.cover:
            yield PictureUse(self.cover, self.cover_description, "cover_description", str(_("the cover")))
        for panel in placed_panels(self.pages):
            if panel.value["artwork"]:
                yield PictureUse(
                    panel.value["artwork"], panel.value["description"], f"{panel.path}.description", panel.label
                )

    def freeze(self, assets: AssetCollector) -> dict[str, Any]:
        return {
            "cover": assets.picture(self.cover, self.cover_description),
            "comic": frozen_comic(self.pages, assets),
        }


class FilmPage(PreviewedInItsLanguage, ReleasablePage):
    """A film in one language: its captions, its transcript and what is said about it."""

    kind: ClassVar = "film"

    film = models.ForeignKey(
        "films.Film",
        verbose_name=_("film"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Upload the film, or choose one that another language uses already."),
    )
    transcript = models.TextField(
        _("transcript"),
        blank=True,
        help_text=_("Everything that is said, by whom, and what must be heard or seen to understand it."),
    )
    poster = models.ForeignKey(
        "artwork.Artwork",
        verbose_name=_("another poster"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Shown before the film starts. Leave it empty to use a picture of the film."),
    )
    poster_description = models.TextField(
        _("what the poster shows"),
        blank=True,
        max_length=1000,
        help_text=_("For readers who can't see it, whether it is a picture of the film or another one."),
    )

    checks: ClassVar[tuple[Check, ...]] = (*ReleasablePage.checks, ImagesClean(), *FILM_CHECKS)
    parent_page_types: ClassVar[list[str]] = ["library.ToolIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = _("A film with captions and a transcript.")
    preview_template = "library/preview/film.html"
    base_form_class = EditionForm

    edit_handler = edition_tabs(
        [
            *Page.content_panels,
            FieldPanel("summary", heading=_("Synopsis")),
            FieldPanel("film"),
            FieldPanel("transcript"),
            MultiFieldPanel(
                [FieldPanel("poster"), FieldPanel("poster_description")], heading=_("Poster"), icon="image"
            ),
        ]
    )
    search_fields: ClassVar = [
        *ReleasablePage.search_fields,
        index.SearchField("summary"),
        index.SearchField("credit"),
        index.SearchField("transcript"),
    ]

    class Meta:
        verbose_name = _("film")
        verbose_name_plural = _("films")

    def pictures(self) -> Iterable[PictureUse]:
        if self.film:
            yield PictureUse(self.poster, self.poster_description, "poster_description", str(_("the poster")))

    def freeze(self, assets: AssetCollector) -> dict[str, Any]:
        chosen: Any = self.film  # the gate lets no page through without one
        alt = self.poster_description
        poster = assets.picture(self.poster, alt) if self.poster else own_poster(chosen, assets, alt=alt)
        film = frozen_film(chosen, assets, locale=self.language, poster=poster, transcript=self.transcript)
        return {"cover": poster, "film": film}

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        shown = shown_film(self.film) if self.film else None
        situation = situation_of(self.film) if self.film else None
        return {**super().get_context(request, *args, **kwargs), "shown": shown, "situation": situation}
