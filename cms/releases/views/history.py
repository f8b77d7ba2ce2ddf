"""What was released of a tool, in every language, and when, and why?"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale

from cms.releases import history, queries
from cms.releases.models import Release
from cms.releases.views.base import EditionScreen


class ReleaseHistoryView(EditionScreen):
    template_name = "releases/history.html"
    page_title = _("Releases")
    header_icon = "release"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        releases = list(queries.releases_of(self.page.tool_id))
        names = history.staff_names(release.released_by for release in releases)
        rows = [_row(release, names) for release in releases]
        languages = {locale.language_code: str(locale) for locale in Locale.objects.all()}
        codes = sorted({release.locale for release in releases}, key=lambda code: (code != self.page.language, code))
        return super().get_context_data(**kwargs) | {
            "editions": [
                {
                    "code": code,
                    "name": languages.get(code, code),
                    "rows": [row for row in rows if row["locale"] == code],
                }
                for code in codes
            ],
            "standing": history.standing_of(self.page.tool_id, self.page.language),
            "may_recall": self.page.permissions_for_user(self.request.user).can_publish(),
        }


def _row(release: Release, names: dict[int | None, str]) -> dict[str, Any]:
    withdrawal = getattr(release, "withdrawal", None)
    return {
        "release": release,
        "locale": release.locale,
        "by": names.get(release.released_by, ""),
        "recall": withdrawal.recall if withdrawal else None,
        "address": release_address(release.tool_id, release.locale, release.number),
    }


def release_address(tool_id: UUID, locale: str, number: int) -> str:
    """Where anybody reads this release."""
    return f"{settings.DELIVERY_URL}/v1/tools/{tool_id}/releases/{locale}/{number}"
