"""How does an edition look in the preview? As on a partner's site, in its own language and direction."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.text import capfirst

if TYPE_CHECKING:
    from cms.releases.pages import ReleasablePage as _Page
else:
    _Page = object


class PreviewedInItsLanguage(_Page):
    """Mixed into a page: its preview speaks the language of the content, not that of the member of staff."""

    preview_template: ClassVar[str]

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return self.preview_template

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        with translation.override(self.language):
            response: HttpResponse = super().serve_preview(request, mode_name)
            return response.render() if hasattr(response, "render") else response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        language = translation.get_language_info(self.language)
        return {
            **super().get_context(request, *args, **kwargs),
            "terms": [term.in_locale(self.locale) for term in (*self.themes.all(), *self.audiences.all())],
            "licence": self.licence and self.licence.in_locale(self.locale),
            "direction": "rtl" if language["bidi"] else "ltr",
            "kind_name": capfirst(self._meta.verbose_name),
        }
