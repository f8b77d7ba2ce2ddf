"""How does publishing a page in Wagtail become a release, whatever the path?

Wagtail publishes in many ways: the button, bulk publishing, the schedule, a workflow, a shell. All of them end by
saving the page as live, so the gate and the release stand there, in ``save``, in the same transaction. ``publish``
adds that the whole of a publication is one transaction, and that the gate is also asked when something is scheduled.
Going offline is a recall (docs/adr/0008).
"""

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.models import Page, Revision

from cms.releases.actions import recall, release_edition
from cms.releases.assets import AssetCollector
from cms.releases.errors import NothingToRecall
from cms.releases.feed import lock_feed
from cms.releases.gate import BASE_CHECKS, Check, GateClosed, PictureUse, Reason, reasons_against
from cms.releases.models import ChangeClass, RecallScope
from cms.releases.publishing import (
    Publication,
    StoredState,
    acting,
    acting_user_id,
    as_refusal,
    changes_state,
    prepare,
    publication_of,
    under_way,
    with_files,
)
from foundation.contracts.release import Kind

DRAFT_FIELDS = ("live", "live_revision", "has_unpublished_changes")


class ReleasablePage(Page):
    """A page that is an edition of a tool. Its public face is its releases: nobody outside reads the page.

    A new page, a copy too, begins as a draft. An alias is a signpost for editors and has no release.
    """

    summary = models.TextField(_("summary"), blank=True, max_length=600, help_text=_("Two sentences for lists."))
    licence = models.ForeignKey(
        "taxonomy.Licence",
        verbose_name=_("licence"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    credit = models.CharField(
        _("credit"), max_length=255, blank=True, help_text=_("Who made it. Use pseudonyms for minors.")
    )
    themes = ParentalManyToManyField("taxonomy.Theme", verbose_name=_("themes"), blank=True, related_name="+")
    audiences = ParentalManyToManyField("taxonomy.Audience", verbose_name=_("audiences"), blank=True, related_name="+")
    changelog = models.CharField(
        _("what has changed"), max_length=500, blank=True, help_text=_("One line for partners, about the next release.")
    )
    change_class = models.CharField(
        _("kind of change"), max_length=20, choices=ChangeClass.choices, default=ChangeClass.MEANING
    )

    kind: ClassVar[Kind]
    checks: ClassVar[tuple[Check, ...]] = BASE_CHECKS
    exclude_fields_in_copy: ClassVar = ["changelog"]

    class Meta:
        abstract = True

    @property
    def tool_id(self) -> UUID:
        """Return what all languages of the tool share."""
        return UUID(str(self.translation_key))

    @property
    def language(self) -> str:
        """Return the language of this edition."""
        return str(self.locale.language_code)

    def pictures(self) -> Iterable[PictureUse]:
        """Return every picture the edition shows, with the alternative text it has there."""
        return ()

    def freeze(self, assets: AssetCollector) -> dict[str, Any]:
        """Return what is particular to this kind: members of ReleasePayload such as ``comic`` or ``cover``."""
        raise NotImplementedError

    def gate_reasons(self) -> tuple[Reason, ...]:
        """Return why this edition, as it is in memory, may not be released."""
        return reasons_against(self, self.checks)

    def refuse_unless_ready(self) -> None:
        """Raise GateClosed if there is a reason to."""
        reasons = self.gate_reasons()
        if reasons:
            raise GateClosed(reasons, page_id=self.pk, title=self.title)

    def publish(self, revision: Revision, user: Any = None, **options: Any) -> None:
        """Publish or schedule ``revision``: all of it in one transaction, or GateClosed and nothing."""
        edition = revision.as_object()
        if edition.alias_of_id:
            super().publish(revision, user=user, **options)
            return
        edition.refuse_unless_ready()
        with as_refusal(edition):
            with_files(lambda: self._publish(edition, revision, user, options))

    def unpublish(self, *args: Any, user: Any = None, **options: Any) -> None:
        """Take the page offline, which recalls its edition in the name of ``user``."""
        with acting(user):
            super().unpublish(*args, user=user, **options)

    def _publish(self, edition: "ReleasablePage", revision: Revision, user: Any, options: dict[str, Any]) -> None:
        is_scheduled = edition.go_live_at is not None and edition.go_live_at > timezone.now()
        publication = (
            None if is_scheduled else Publication(self.pk, prepare(edition), user.pk if user else acting_user_id())
        )
        with transaction.atomic(), under_way(publication):
            lock_feed()
            super().publish(revision, user=user, **options)

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save; where that publishes the edition, release it, and where it takes it offline, recall it."""
        fields = kwargs.get("update_fields")
        if not self.alias_of_id and fields and "alias_of_id" in fields:
            return self._save_what_was_an_alias(*args, **kwargs)
        if self.alias_of_id or not changes_state(fields):
            return super().save(*args, **kwargs)
        stored = StoredState.of(self)
        if stored is None or not (stored.live or self.live):
            return self._save_as_draft(*args, **kwargs)
        if stored.becomes_published(self):
            return self._save_and_release(*args, **kwargs)
        if stored.becomes_withdrawn(self):
            return self._save_and_recall(*args, **kwargs)
        return super().save(*args, **kwargs)

    def _save_as_draft(self, *args: Any, **kwargs: Any) -> Any:
        """A page has been released before it is live, and never the other way round."""
        self._begin_as_draft()
        return super().save(*args, **kwargs)

    def _begin_as_draft(self) -> None:
        self.live = False
        self.live_revision = None
        self.has_unpublished_changes = True

    def _save_what_was_an_alias(self, *args: Any, **kwargs: Any) -> Any:
        """An alias that becomes a page of its own begins as a draft, as every page does."""
        self._begin_as_draft()
        kwargs["update_fields"] = [*kwargs["update_fields"], *DRAFT_FIELDS]
        return super().save(*args, **kwargs)

    def _save_and_release(self, *args: Any, **kwargs: Any) -> Any:
        publication = publication_of(self.pk)
        if publication:
            return self._save_as(publication, *args, **kwargs)
        self.refuse_unless_ready()
        with as_refusal(self):
            return with_files(
                lambda: self._save_as(Publication(self.pk, prepare(self), acting_user_id()), *args, **kwargs)
            )

    def _save_as(self, publication: Publication, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            lock_feed()
            saved = super().save(*args, **kwargs)
            release_edition(publication.prepared, by=publication.user_id, at=timezone.now())
        return saved

    def _save_and_recall(self, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            lock_feed()
            saved = super().save(*args, **kwargs)
            recall_edition(self)
        return saved


def recall_edition(page: ReleasablePage) -> None:
    """Recall what is still public of an edition whose page went offline."""
    reason = gettext("The page was taken offline in the CMS.")
    try:
        recall(
            page.tool_id,
            scope=RecallScope.EDITION,
            locale=page.language,
            reason=reason,
            by=acting_user_id(),
            at=timezone.now(),
        )
    except NothingToRecall:
        return
