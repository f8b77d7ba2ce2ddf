"""Which screens does the admin have for the library?"""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks

from cms.films.models import Film, FilmState
from cms.library.models import ComicPage, FilmPage, ToolIndexPage
from cms.releases.attention import HOOK as ATTENTION_HOOK
from cms.releases.attention import MOST, Attention
from cms.releases.views.editor import EditionViewSet
from cms.releases.views.listing import EditionIndexViewSet
from cms.releases.welcome import HOOK as WELCOME_HOOK
from cms.releases.welcome import Beginning, place_to_add


@hooks.register("register_admin_viewset")
def viewsets() -> list[EditionViewSet | EditionIndexViewSet]:
    """Edit comics and films with a checklist beside them, list them with the state of their releases."""
    return [
        EditionViewSet("comics", model=ComicPage, icon="comic"),
        EditionViewSet("film-pages", model=FilmPage, icon="film"),
        EditionIndexViewSet("tools", model=ToolIndexPage, icon="folder-open-inverse"),
    ]


@hooks.register(ATTENTION_HOOK)
def films_in_trouble(request: HttpRequest) -> Iterator[Attention]:
    """Films that were refused or could not be prepared."""
    for film in Film.objects.filter(state__in=[FilmState.REFUSED, FilmState.FAILED])[:MOST]:
        yield Attention(film.title, _("The film could not be prepared."), film.get_absolute_url(), "film")


@hooks.register(WELCOME_HOOK)
def tools_to_begin(request: HttpRequest) -> Iterator[Beginning]:
    """A comic, a film and its page, as far as this person may add them."""
    if comic := place_to_add(request, ToolIndexPage, ComicPage):
        yield Beginning(_("Write a comic"), _("Panels, and what is said in them."), comic, "comic", 10)
    if request.user.has_perm("films.add_film"):
        text = _("It is prepared for the web while you write its captions.")
        yield Beginning(_("Upload a film"), text, reverse("films:add"), "film", 20)
    if film := place_to_add(request, ToolIndexPage, FilmPage):
        yield Beginning(_("Publish a film"), _("A page with title, transcript and licence."), film, "film", 30)
