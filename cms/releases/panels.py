"""How are the fields that every edition has laid out in the editor?"""

from django.forms import CheckboxSelectMultiple, Select
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, Panel, TabbedInterface
from wagtail.models import Page

ABOUT_PANELS: tuple[Panel, ...] = (
    MultiFieldPanel(
        [FieldPanel("licence", widget=Select), FieldPanel("credit")], heading=_("Rights and credit"), icon="key"
    ),
    FieldPanel("themes", widget=CheckboxSelectMultiple, icon="tag"),
    FieldPanel("audiences", widget=CheckboxSelectMultiple, icon="group"),
)
RELEASE_PANELS: tuple[Panel, ...] = (
    MultiFieldPanel([FieldPanel("changelog"), FieldPanel("change_class")], heading=_("This release"), icon="release"),
)


def edition_tabs(content: list[Panel]) -> TabbedInterface:
    """Return the editor of a kind of edition: its content, what is said about it, what changes with this release."""
    return TabbedInterface(
        [
            ObjectList(content, heading=_("Content")),
            ObjectList([*ABOUT_PANELS], heading=_("About")),
            ObjectList([*RELEASE_PANELS], heading=_("Release")),
            ObjectList([FieldPanel("slug"), *Page.settings_panels], heading=_("Settings")),
        ]
    )
