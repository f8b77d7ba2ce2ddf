"""What is a comic made of? Pages of panels, panels with what is said in them.

No block is required by its form: a draft may be saved half-made, the release gate names what is missing.
"""

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import BooleanBlock, CharBlock, ChoiceBlock, ListBlock, StructBlock, TextBlock
from wagtail.images.blocks import ImageChooserBlock


class SpeechBlock(StructBlock):
    """One balloon or one caption box."""

    kind = ChoiceBlock(
        choices=[("speech", _("Speech (a balloon)")), ("narration", _("Narration (a box)"))],
        default="speech",
        label=_("Kind"),
    )
    speaker = CharBlock(
        required=False,
        max_length=80,
        label=_("Who speaks"),
        help_text=_("The name or the role in the story. Leave it empty for narration."),
    )
    text = TextBlock(required=False, rows=2, label=_("Words"), help_text=_("Exactly as drawn in this panel."))

    class Meta:
        icon = "comment"
        label = _("Words")
        form_classname = "struct-block comic-words"
        label_format = "{speaker}: {text}"


class PanelBlock(StructBlock):
    """One panel: its picture, what it shows, and every word in it."""

    artwork = ImageChooserBlock(required=False, label=_("Artwork"))
    description = TextBlock(
        required=False,
        rows=3,
        label=_("What the panel shows"),
        help_text=_(
            "For readers who can't see it: who is there, what happens, which mood. Two sentences are usually enough. "
            "Don't repeat the words of the balloons."
        ),
    )
    speech = ListBlock(
        SpeechBlock(),
        required=False,
        default=[],
        label=_("Words in the panel"),
        help_text=_("Every balloon and box, in reading order."),
    )
    silent = BooleanBlock(
        required=False,
        label=_("Nobody speaks in this panel"),
        help_text=_("Tick it when the panel has no words at all."),
    )

    class Meta:
        icon = "image"
        label = _("Panel")
        form_classname = "struct-block comic-panel"
        label_format = "{description}"


class ComicPageBlock(StructBlock):
    """One page of a comic: its panels in reading order."""

    panels = ListBlock(
        PanelBlock(),
        required=False,
        label=_("Panels"),
        help_text=_("In reading order. Drag a panel by its handle to move it."),
    )

    class Meta:
        icon = "doc-full"
        label = _("Page")
