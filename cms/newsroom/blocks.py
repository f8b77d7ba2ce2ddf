"""What is an issue made of? Items: a heading, a text, the tool it points at, a picture."""

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import CharBlock, PageChooserBlock, RichTextBlock, StructBlock, TextBlock
from wagtail.images.blocks import ImageChooserBlock

RICH_TEXT_FEATURES = ["bold", "italic", "link", "ul", "ol", "h3"]
"""What the contract of an issue allows: p, a, b, i, ul, ol, li, h3, br."""


class ItemBlock(StructBlock):
    """One article of an issue."""

    heading = CharBlock(required=False, max_length=150, label=_("Heading"))
    text = RichTextBlock(required=False, features=RICH_TEXT_FEATURES, label=_("Text"))
    tool = PageChooserBlock(
        required=False,
        page_type=["library.ComicPage", "library.FilmPage"],
        label=_("Tool"),
        help_text=_("The comic or film this item is about. Readers get the link to it in their own language."),
    )
    picture = ImageChooserBlock(required=False, label=_("Picture"))
    picture_description = TextBlock(
        required=False,
        rows=2,
        label=_("What the picture shows"),
        help_text=_("For readers who can't see it. Needed when there is a picture."),
    )

    class Meta:
        icon = "pilcrow"
        label = _("Item")
        label_format = "{heading}"
