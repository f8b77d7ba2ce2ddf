"""What do films add to Wagtail's admin?"""

from wagtail import hooks

from cms.films.viewsets import FilmChooserViewSet, FilmViewSet, film_chooser_viewset, film_viewset


@hooks.register("register_admin_viewset")
def register_films() -> list[FilmViewSet | FilmChooserViewSet]:
    return [film_viewset, film_chooser_viewset]
