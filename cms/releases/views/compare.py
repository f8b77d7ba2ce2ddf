"""What differs between two releases of a tool?"""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from cms.releases.comparison import differences
from cms.releases.models import Release
from cms.releases.views.base import EditionScreen


class CompareView(EditionScreen):
    """``?before=…&after=…`` are primary keys of releases of this tool."""

    template_name = "releases/compare.html"
    page_title = _("Compare releases")
    header_icon = "release"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        before, after = self._release("before"), self._release("after")
        return super().get_context_data(**kwargs) | {
            "before": before,
            "after": after,
            "differences": differences(bytes(before.payload), bytes(after.payload)),
        }

    def _release(self, name: str) -> Release:
        pk = self.request.GET.get(name, "")
        found = Release.objects.filter(tool_id=self.page.tool_id)
        release = found.filter(pk=int(pk)).first() if pk.isascii() and pk.isdecimal() else None
        if release is None:
            raise Http404
        return release
