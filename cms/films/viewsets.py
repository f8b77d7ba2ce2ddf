"""Under which addresses do films appear in the admin, and how are they chosen for a page?"""

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet

from cms.films.models import Film
from cms.films.views import captions, direct_uploads, films, media, situation, uploads


class FilmViewSet(ModelViewSet):
    """The menu "Films"."""

    name = "films"
    model = Film
    icon = "media"
    menu_label = _("Films")
    menu_order = 250
    add_to_admin_menu = True
    copy_view_enabled = False
    panels = [FieldPanel("title"), FieldPanel("has_no_speech")]
    index_view_class = films.FilmIndexView
    add_view_class = films.FilmCreateView
    edit_view_class = films.FilmEditView
    delete_view_class = films.FilmDeleteView
    edit_template_name = "films/film.html"
    delete_template_name = "films/confirm_delete.html"
    list_filter = ["state"]
    search_fields = ["title"]

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("uploads/", uploads.UploadsView.as_view(), name="uploads"),
            path("uploads/<uuid:upload_id>/", uploads.UploadView.as_view(), name="upload"),
            path("direct/", direct_uploads.DirectUploadsView.as_view(), name="direct_uploads"),
            path("direct/<uuid:upload_id>/", direct_uploads.DirectUploadView.as_view(), name="direct_upload"),
            path(
                "direct/<uuid:upload_id>/complete/",
                direct_uploads.CompletionView.as_view(),
                name="complete_direct_upload",
            ),
            path("situation/<uuid:pk>/", situation.situation, name="situation"),
            path("result/<uuid:pk>/", situation.result, name="result"),
            path("retry/<uuid:pk>/", situation.retry, name="retry"),
            path("files/<uuid:pk>/<path:path>", media.prepared_file, name="file"),
            path("captions/<uuid:pk>/<slug:locale>.vtt", media.captions_file, name="captions_file"),
            path("captions/<uuid:pk>/<slug:locale>/", captions.CaptionsView.as_view(), name="captions"),
            path("captions/<uuid:pk>/<slug:locale>/remove/", captions.remove, name="remove_captions"),
        ]


class FilmChooserViewSet(ChooserViewSet):
    """How a page gets its film."""

    model = Film
    icon = "media"
    choose_one_text = _("Choose a film")
    choose_another_text = _("Choose another film")
    edit_item_text = _("Open this film")
    choose_view_class = films.FilmChooseView
    choose_results_view_class = films.FilmChooseResultsView
    form_fields = ["title"]
    creation_tab_label = _("New film")
    create_action_label = _("Create the film, then open it to upload its file")


film_viewset = FilmViewSet()
film_chooser_viewset = FilmChooserViewSet("film_chooser")
