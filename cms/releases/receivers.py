"""What does a recall mean for the pages of the editors, and what do their pages mean for the releases?"""

from typing import Any
from uuid import UUID

from django.dispatch import receiver
from wagtail.models import Page, Revision
from wagtail.signals import page_unpublished

from cms.releases.pages import ReleasablePage, recall_edition
from cms.releases.signals import editions_withdrawn


@receiver(editions_withdrawn)
def take_pages_offline(tool_id: UUID, locales: tuple[str, ...], **kwargs: Any) -> None:
    """Turn the pages of editions that have no release left into drafts, and forget what was scheduled for them."""
    pages = Page.objects.filter(translation_key=tool_id, locale__language_code__in=locales, alias_of=None)
    for page in pages.specific():
        page.unpublish()
        Revision.page_revisions.filter(object_id=str(page.pk)).update(approved_go_live_at=None)


@receiver(page_unpublished)
def recall_what_went_offline(instance: Page, **kwargs: Any) -> None:
    """Recall an edition whose page was unpublished as a plain page, or is being deleted."""
    if isinstance(instance, ReleasablePage) and not instance.alias_of_id:
        recall_edition(instance)
