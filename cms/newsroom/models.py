"""What are an issue and its sendings?"""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index

from cms.artwork.gate import ImagesClean
from cms.newsroom.blocks import RICH_TEXT_FEATURES, ItemBlock
from cms.newsroom.checks import ISSUE_CHECKS, placed_items
from cms.newsroom.freezing import frozen_issue
from cms.releases.assets import AssetCollector
from cms.releases.fields import BlocksField
from cms.releases.forms import EditionForm
from cms.releases.gate import Check, PictureUse
from cms.releases.pages import ReleasablePage
from cms.releases.panels import edition_tabs
from cms.releases.preview import PreviewedInItsLanguage


class NewsroomPage(Page):
    """Where the issues of one language are kept."""

    parent_page_types: ClassVar[list[str]] = ["library.HomePage"]
    subpage_types: ClassVar[list[str]] = ["newsroom.IssuePage"]
    page_description = _("Keeps the newsletter issues of one language.")
    preview_modes: ClassVar[list[tuple[str, str]]] = []
    promote_panels: ClassVar = [FieldPanel("slug")]

    class Meta:
        verbose_name = _("newsroom")
        verbose_name_plural = _("newsrooms")


class IssuePage(PreviewedInItsLanguage, ReleasablePage):
    """An issue of the newsletter in one language."""

    kind: ClassVar = "issue"

    issued_on = models.DateField(_("date of the issue"), default=timezone.localdate)
    introduction = RichTextField(
        _("introduction"),
        blank=True,
        features=RICH_TEXT_FEATURES,
        help_text=_("Greets the reader and says what is in the issue, in a few sentences."),
    )
    items = BlocksField([("item", ItemBlock())], blank=True, verbose_name=_("items"))

    checks: ClassVar[tuple[Check, ...]] = (*ReleasablePage.checks, ImagesClean(), *ISSUE_CHECKS)
    parent_page_types: ClassVar[list[str]] = ["newsroom.NewsroomPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = _("A newsletter issue: an introduction and items that point at tools.")
    preview_template = "newsroom/preview/issue.html"
    base_form_class = EditionForm

    edit_handler = edition_tabs(
        [
            *Page.content_panels,
            FieldPanel("issued_on"),
            FieldPanel("summary"),
            FieldPanel("introduction"),
            FieldPanel("items"),
        ]
    )
    search_fields: ClassVar = [
        *ReleasablePage.search_fields,
        index.SearchField("introduction"),
        index.SearchField("items"),
    ]

    class Meta:
        verbose_name = _("newsletter issue")
        verbose_name_plural = _("newsletter issues")

    def pictures(self) -> tuple[PictureUse, ...]:
        return tuple(
            PictureUse(
                image=item.value["picture"],
                alt=item.value["picture_description"],
                field=f"{item.path}.picture_description",
                label=_("Picture of item %(number)d") % {"number": item.number},
            )
            for item in placed_items(self.items)
            if item.value["picture"]
        )

    def freeze(self, assets: AssetCollector) -> dict[str, Any]:
        return {"issue": frozen_issue(self, assets)}


class Sending(models.Model):
    """The sending of an issue to lists: what was asked for, and how far the newsletter service has got.

    The primary key is the Idempotency-Key of the request. ``request`` is a CampaignRequest,
    ``list_names`` what its lists were called then. The counts are those of its campaign:
    audience = accepted + rejected + in_doubt + suppressed + pending.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("Asked for")
        PREPARING = "preparing", _("Being prepared")
        SENDING = "sending", _("Being sent")
        PAUSED = "paused", _("Paused")
        FINISHED = "finished", _("Finished")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        REFUSED = "refused", _("Refused")
        UNANSWERED = "unanswered", _("Not answered")

    UNDER_WAY: ClassVar = (State.REQUESTED, State.PREPARING, State.SENDING, State.PAUSED)
    CAME_TO_NOTHING: ClassVar = (State.FAILED, State.CANCELLED, State.REFUSED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issue_id = models.UUIDField(db_index=True)
    title = models.CharField(max_length=255)
    request = models.JSONField()
    list_names = models.JSONField(default=list)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    requested_at = models.DateTimeField()
    campaign_id = models.UUIDField(null=True, unique=True)
    version = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=State, default=State.REQUESTED)
    message = models.CharField(max_length=1000, blank=True)
    audience = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    in_doubt = models.PositiveIntegerField(default=0)
    suppressed = models.PositiveIntegerField(default=0)
    pending = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sending")
        verbose_name_plural = _("sendings")
        ordering: ClassVar = ["-requested_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(audience=F("accepted") + F("rejected") + F("in_doubt") + F("suppressed") + F("pending")),
                name="newsroom_every_mail_is_counted",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY

    @property
    def may_be_resent(self) -> bool:
        """Whether those in doubt may be mailed once more."""
        return self.in_doubt > 0 and self.state in {self.State.SENDING, self.State.PAUSED, self.State.FINISHED}
