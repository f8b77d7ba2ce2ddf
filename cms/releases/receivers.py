"""What does a recall mean for the pages of the editors, and what do their pages mean for the releases?"""

from typing import Any

from django.dispatch import receiver
from wagtail.models import Page, Revision
from wagtail.signals import page_unpublished

from cms.releases.models import Recall, RecallScope
from cms.releases.pages import ReleasablePage, recall_edition
from cms.releases.signals import recalled


@receiver(recalled)
def take_pages_offline(recall: Recall, withdrawn: tuple[str, ...], **kwargs: Any) -> None:
    """Turn the pages of editions that have no release left into drafts, and forget what was scheduled."""
    pages = Page.objects.filter(translation_key=recall.tool_id, alias_of=None)
    for page in pages.filter(locale__language_code__in=withdrawn).specific():
        page.unpublish()
    if recall.scope == RecallScope.EDITION:
        pages = pages.filter(locale__language_code=recall.locale)
    if recall.scope != RecallScope.RELEASE:
        ids = [str(pk) for pk in pages.values_list("pk", flat=True)]
        Revision.page_revisions.filter(object_id__in=ids).update(approved_go_live_at=None)


@receiver(page_unpublished)
def recall_what_went_offline(instance: Page, **kwargs: Any) -> None:
    """Recall an edition whose page was unpublished as a plain page, or is being deleted."""
    if isinstance(instance, ReleasablePage) and not instance.alias_of_id:
        recall_edition(instance)
