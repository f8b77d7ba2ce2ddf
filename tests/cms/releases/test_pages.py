"""What do copies, aliases, unpublishing and deleting mean for what is public?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Page

from cms.library.models import ComicPage
from cms.releases.actions import recall
from cms.releases.gate import GateClosed
from cms.releases.models import Edition, Recall, Release
from cms.releases.publishing import prepare
from foundation.storage import public_store
from tests.cms.factories import make_comic, make_tools, make_translation, make_user

pytestmark = pytest.mark.django_db


def latest_of(page: Page) -> Release | None:
    return Edition.objects.get(tool_id=page.translation_key, locale=page.locale.language_code).latest


def test_a_page_that_is_added_as_live_begins_as_a_draft() -> None:
    page = make_tools().add_child(instance=ComicPage(title="Added in a shell", live=True))

    page.refresh_from_db()
    assert (page.live, page.live_revision) == (False, None)
    assert not Release.objects.exists()


@pytest.mark.parametrize("keep_live", [True, False])
def test_a_copy_is_a_draft_of_another_tool(keep_live: bool) -> None:
    page = make_comic(publish=True)

    copy = page.copy(update_attrs={"slug": "a-copy"}, keep_live=keep_live)

    copy.refresh_from_db()
    assert (copy.live, copy.live_revision) == (False, None)
    assert copy.tool_id != page.tool_id
    assert Release.objects.count() == 1
    copy.get_latest_revision().publish()
    assert latest_of(copy) is not None


def test_an_alias_has_no_release_whatever_happens_to_its_original() -> None:
    page = make_comic(publish=True)

    alias = page.create_alias(update_slug="an-alias")
    page.title = "Another title"
    page.save_revision().publish()

    alias.refresh_from_db()
    assert (alias.live, alias.title) == (True, "Another title")
    assert set(Release.objects.values_list("tool_id", flat=True)) == {page.tool_id}
    alias.unpublish()
    page.refresh_from_db()
    assert page.live
    assert latest_of(page) is not None


def test_an_alias_that_becomes_a_page_of_its_own_is_a_draft() -> None:
    alias = make_comic(publish=True, credit="Somebody").create_alias(update_slug="an-alias")

    ConvertAliasPageAction(alias).execute()

    alias.refresh_from_db()
    assert (alias.alias_of_id, alias.live, alias.live_revision) == (None, False, None)
    assert Release.objects.count() == 1
    alias.get_latest_revision().publish()
    assert latest_of(alias) is not None


def test_a_translation_is_a_draft_until_it_is_published_as_an_edition_of_the_same_tool() -> None:
    page = make_comic(publish=True)

    french = make_translation(page, "fr")
    assert not french.live
    french.get_latest_revision().publish()

    assert set(Release.objects.values_list("tool_id", "locale")) == {(page.tool_id, "en"), (page.tool_id, "fr")}


def by_page(page: Page) -> None:
    page.unpublish()


def by_plain_page(page: Page) -> None:
    Page.objects.get(pk=page.pk).unpublish()


def by_queryset(page: Page) -> None:
    Page.objects.filter(pk=page.pk).unpublish()


def by_save(page: Page) -> None:
    page.live = False
    page.save()


def by_expiry(page: Page) -> None:
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(seconds=1))
    call_command("publish_scheduled")


def by_deleting(page: Page) -> None:
    page.delete()


def by_deleting_the_plain_page(page: Page) -> None:
    Page.objects.get(pk=page.pk).delete()


def by_deleting_the_parent(page: Page) -> None:
    page.get_parent().delete()


@pytest.mark.parametrize(
    "take_offline",
    [
        by_page,
        by_plain_page,
        by_queryset,
        by_save,
        by_expiry,
        by_deleting,
        by_deleting_the_plain_page,
        by_deleting_the_parent,
    ],
)
def test_taking_a_page_offline_recalls_its_edition_whatever_the_path(take_offline: Callable[[Page], None]) -> None:
    page = make_comic(publish=True)
    tool_id = page.tool_id

    take_offline(page)

    row = Recall.objects.get()
    assert (row.tool_id, row.scope, row.locale) == (tool_id, "edition", "en")
    assert Edition.objects.get().latest is None


def test_who_took_a_page_offline_is_kept() -> None:
    page = make_comic(publish=True)
    user = make_user()

    page.unpublish(user=user)

    assert Recall.objects.get().recalled_by == user.pk


def test_taking_one_language_offline_leaves_the_others() -> None:
    page = make_comic(publish=True)
    french = make_translation(page, "fr")
    french.get_latest_revision().publish()

    page.unpublish()

    assert latest_of(page) is None
    assert latest_of(french) is not None


def test_a_recall_turns_the_pages_of_every_language_into_drafts_and_empties_the_schedule() -> None:
    page = make_comic(publish=True)
    french = make_translation(page, "fr")
    french.go_live_at = timezone.now() + timedelta(days=1)
    french.save_revision().publish()
    assert french.revisions.filter(approved_go_live_at__isnull=False).exists()

    recall(page.tool_id, scope="tool", reason="A face can be seen.", by=None, at=timezone.now())

    page.refresh_from_db()
    assert not page.live
    assert not french.revisions.filter(approved_go_live_at__isnull=False).exists()
    assert Recall.objects.count() == 1


def test_a_page_can_be_published_again_after_a_recall_also_unchanged() -> None:
    page = make_comic(publish=True)
    recall(page.tool_id, scope="tool", reason="A mistake.", by=None, at=timezone.now())
    page.refresh_from_db()

    page.get_latest_revision().publish()

    page.refresh_from_db()
    release = latest_of(page)
    assert page.live
    assert release is not None
    assert release.number == 2
    assert all(public_store().exists(key) for key in release.assets.values_list("key", flat=True))


def test_saving_a_live_page_without_publishing_releases_nothing() -> None:
    page = make_comic(publish=True)

    page.title = "Changed in a shell"
    page.save()

    release = latest_of(page)
    assert release is not None
    assert (release.number, release.title) == (1, "Behind the screen")


def test_publishing_unchanged_content_makes_no_second_release() -> None:
    page = make_comic(publish=True)

    page.save_revision().publish()

    assert Release.objects.count() == 1


def test_a_live_page_that_is_made_incomplete_keeps_its_release(settings: Any) -> None:
    page = make_comic(publish=True)
    page.credit = ""
    revision = page.save_revision()

    with pytest.raises(GateClosed) as refusal:
        revision.publish()

    page.refresh_from_db()
    assert [reason.field for reason in refusal.value.reasons] == ["credit"]
    assert page.live
    assert page.credit == "The peer experts of Antwerp"
    assert page.get_latest_revision_as_object().credit == ""
    assert Release.objects.count() == 1


def test_a_picture_that_can_not_be_read_refuses_the_release_and_leaves_nothing() -> None:
    page = make_comic()
    assert page.cover is not None
    page.cover.file.storage.write(page.cover.file.name, [b"no picture"])

    with pytest.raises(GateClosed, match="upload it again"):
        page.get_latest_revision().publish()

    page.refresh_from_db()
    assert not page.live
    assert not Edition.objects.exists()


@pytest.mark.parametrize("publish", [lambda revision: revision.publish(), lambda revision: by_action(revision)])
def test_files_that_disappear_before_the_release_are_copied_again(
    publish: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_comic()
    prepared = []

    def prepare_and_lose(edition: Any) -> Any:
        prepared.append(prepare(edition))
        if len(prepared) == 1:
            public_store().delete(prepared[0].files[0].key)
        return prepared[-1]

    monkeypatch.setattr("cms.releases.pages.prepare", prepare_and_lose)

    publish(page.get_latest_revision())

    assert len(prepared) == 2
    assert all(public_store().exists(file.key) for file in prepared[1].files)
    assert latest_of(page) is not None


def by_action(revision: Any) -> None:
    PublishPageRevisionAction(revision).execute()
