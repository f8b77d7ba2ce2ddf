"""Which screens do staff have for films: list, new film, one film, deletion?"""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.ui.tables import BaseColumn, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.log_actions import log

from cms.films.actions.direct_uploads import takes_direct_uploads
from cms.films.actions.films import FilmInUse, FilmReleased, delete_film
from cms.films.actions.uploads import max_film_bytes
from cms.films.forms import FilmFilterForm
from cms.films.models import Film
from cms.films.queries import is_released, is_used, situation_of
from cms.films.showing import clock, language_name, poster_url, shown_film, shown_tracks
from cms.films.styles import STYLES, scripts
from cms.films.views.texts import upload_texts


class PosterColumn(BaseColumn):
    """The film at a glance."""

    cell_template_name = "films/columns/poster.html"

    def get_cell_context_data(self, instance: Film, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        return {**context, "poster_url": poster_url(instance)}


class SituationColumn(BaseColumn):
    """How far the film is."""

    cell_template_name = "films/columns/situation.html"

    def get_cell_context_data(self, instance: Film, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        return {**context, "situation": situation_of(instance)}


class FactsColumn(BaseColumn):
    """How long it is, or in which languages it can be read."""

    cell_template_name = "films/columns/fact.html"

    def get_cell_context_data(self, instance: Film, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        return {**context, "fact": self.fact(instance)}

    def fact(self, film: Film) -> str:
        return ""


class DurationColumn(FactsColumn):
    def fact(self, film: Film) -> str:
        return clock(film.prepared.duration_s) if film.prepared else ""


class CaptionsColumn(FactsColumn):
    def fact(self, film: Film) -> str:
        if film.has_no_speech:
            return _("Nobody speaks")
        return ", ".join(language_name(track.locale) for track in film.captions.all())


class FilmIndexView(generic.IndexView):
    """All films, the newest first."""

    page_title = gettext_lazy("Films")
    add_item_label = gettext_lazy("Add a film")

    def get_base_queryset(self) -> QuerySet[Film]:
        films: QuerySet[Film] = super().get_base_queryset()
        return films.prefetch_related("captions", "uploads")

    @cached_property
    def columns(self) -> list[Any]:
        return [
            PosterColumn("poster", label=_("Poster")),
            TitleColumn("title", label=_("Title"), sort_key="title", get_url=self.get_edit_url),
            SituationColumn("state", label=_("State")),
            DurationColumn("duration", label=_("Length"), classname="film-roomy"),
            CaptionsColumn("captions", label=_("Captions"), classname="film-roomy"),
            DateColumn("created_at", label=_("Added"), sort_key="created_at", classname="film-roomy"),
        ]

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        context["media"] += STYLES
        return context


class _FilmChoice:
    """What both halves of the chooser share."""

    filter_form_class = FilmFilterForm

    @property
    def columns(self) -> list[Any]:
        choice: Any = super().columns  # type: ignore[misc]
        return [*choice, SituationColumn("state", label=_("State"))]


class FilmChooseView(_FilmChoice, ChooseView):
    """The modal in which a page gets its film."""


class FilmChooseResultsView(_FilmChoice, ChooseResultsView):
    """What the modal shows after a search."""


class FilmCreateView(generic.CreateView):
    """The title first; the file follows on the film's own page."""

    page_title = gettext_lazy("Add a film")
    submit_button_label = gettext_lazy("Save and choose the file")

    def save_instance(self) -> Film:
        self.form.instance.created_by = self.request.user
        film: Film = super().save_instance()
        return film

    def get_success_url(self) -> str:
        return reverse("films:edit", args=[self.object.pk])

    def get_success_message(self, instance: Film) -> str:
        return _("“%(title)s” is saved. Now choose its file.") % {"title": instance.title}

    def get_success_buttons(self) -> list[Any]:
        return []


class FilmEditView(generic.EditView):
    """One film: its file and how far it is, what was made of it, its captions, its title."""

    def get_success_url(self) -> str:
        return reverse("films:edit", args=[self.object.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        film: Film = self.object
        tracks, situation = shown_tracks(film), situation_of(film)
        way = "direct" if takes_direct_uploads() else "tus"
        context["media"] += scripts(way)
        return {
            **context,
            "film": film,
            "situation": situation,
            "situation_data": asdict(situation),
            "can_change": True,
            "shown": shown_film(film),
            "tracks": tracks,
            "missing_languages": _missing(tracks),
            "way": way,
            "uploads_url": reverse("films:direct_uploads" if way == "direct" else "films:uploads"),
            "max_bytes": max_film_bytes(),
            "texts": upload_texts(),
        }


class FilmDeleteView(generic.DeleteView):
    """Only a film that no page uses and no release contains can go."""

    template_name = "films/confirm_delete.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "is_used": is_used(self.object), "is_released": is_released(self.object)}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                log(instance=self.object, action="wagtail.delete", user=self.request.user, deleted=True)
                delete_film(self.object, at=timezone.now())
        except FilmInUse:
            return self._refused(_("A page uses this film: take it out of the page first."))
        except FilmReleased:
            return self._refused(_("This film is public: recall its releases first."))
        messages.success(self.request, self.get_success_message())
        return redirect(self.get_success_url())

    def _refused(self, message: str) -> HttpResponse:
        messages.error(self.request, message)
        return redirect(self.get_delete_url())


def _missing(tracks: Any) -> list[tuple[str, str]]:
    present = {track.locale for track in tracks}
    return [(code, language_name(code)) for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES if code not in present]
