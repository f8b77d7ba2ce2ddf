"""What happens in the CMS after its backup? A tool is recalled; another one is released and recalled."""

import django

django.setup()

from django.utils import timezone  # noqa: E402 - Django must be set up first

from cms.library.models import ComicPage  # noqa: E402
from cms.releases.actions import recall  # noqa: E402

now = timezone.now()
released = ComicPage.objects.get(live=True)
recall(released.translation_key, scope="tool", reason="A face can be seen.", by=None, at=now)
draft = ComicPage.objects.get(slug="draft")
draft.save_revision().publish()
recall(draft.translation_key, scope="edition", locale="en", reason="Too early.", by=None, at=now)
