"""How do the words of the taxonomy appear in the admin?"""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import LocaleColumn
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cms.taxonomy.models import Audience, Licence, Theme


class ThemeViewSet(SnippetViewSet):
    model = Theme
    icon = "tag"
    menu_label = _("Themes")
    list_display: ClassVar = ["name", "code", LocaleColumn()]
    panels: ClassVar = [FieldPanel("name"), FieldPanel("code")]


class AudienceViewSet(SnippetViewSet):
    model = Audience
    icon = "group"
    menu_label = _("Audiences")
    list_display: ClassVar = ["name", "code", LocaleColumn()]
    panels: ClassVar = [FieldPanel("name"), FieldPanel("code")]


class LicenceViewSet(SnippetViewSet):
    model = Licence
    icon = "key"
    menu_label = _("Licences")
    list_display: ClassVar = ["name", "code", LocaleColumn()]
    panels: ClassVar = [FieldPanel("name"), FieldPanel("code"), FieldPanel("url")]


class TaxonomyGroup(SnippetViewSetGroup):
    """Themes, audiences and licences, in one menu."""

    menu_label = _("Words")
    menu_icon = "tag"
    menu_order = 450
    items = (ThemeViewSet, AudienceViewSet, LicenceViewSet)
