"""How are the captions of a film added, corrected and removed?"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.films.actions.captions import remove_captions, save_captions
from cms.films.forms import CaptionForm
from cms.films.models import Film
from cms.films.showing import language_name, shown_film
from cms.films.styles import STYLES
from cms.films.views.situation import changeable_film

EXAMPLE = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n"


class CaptionsView(WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]
    """The captions of a film in one language."""

    form_class = CaptionForm
    template_name = "films/captions.html"
    header_icon = "openquote"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.film: Film = changeable_film(request, kwargs["pk"])
        self.locale_code: str = kwargs["locale"]
        if self.locale_code not in dict(settings.WAGTAIL_CONTENT_LANGUAGES):
            raise Http404
        self.track = self.film.captions.filter(locale=self.locale_code).first()

    def get_initial(self) -> dict[str, Any]:
        return {"text": self.track.vtt if self.track else EXAMPLE}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "film": self.film}

    def form_valid(self, form: CaptionForm) -> HttpResponse:
        save_captions(self.film, self.locale_code, form.cleaned_data["vtt"])
        message = _("The captions in %(language)s are saved.") % {"language": language_name(self.locale_code)}
        messages.success(self.request, message)
        return redirect(f"{reverse('films:edit', args=[self.film.pk])}#captions")

    def get_page_subtitle(self) -> str:
        return _("Captions in %(language)s") % {"language": language_name(self.locale_code)}

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("films:index"), "label": _("Films")},
            {"url": reverse("films:edit", args=[self.film.pk]), "label": self.film.title},
            {"url": "", "label": self.get_page_subtitle()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.update(
            film=self.film,
            shown=shown_film(self.film),
            locale_code=self.locale_code,
            track=self.track,
            action_url=self.request.path,
            submit_button_label=_("Save captions"),
            submit_button_active_label=_("Saving…"),
            form_is_multipart=True,
            media=STYLES + context["form"].media,
        )
        return context


@require_POST
def remove(request: HttpRequest, pk: UUID, locale: str) -> HttpResponse:
    """Remove the captions in one language."""
    film = changeable_film(request, pk)
    remove_captions(film, locale)
    messages.success(request, _("The captions in %(language)s are removed.") % {"language": language_name(locale)})
    return redirect(f"{reverse('films:edit', args=[film.pk])}#captions")
