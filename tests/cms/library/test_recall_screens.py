"""Can staff make a tool disappear in one deliberate step, and watch it go?"""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission

from cms.releases.models import Recall, Release, Withdrawal
from cms.users.models import User
from foundation.events.models import OutboxDelivery
from foundation.jobs.worker import run_until_idle
from foundation.storage import public_store
from tests.cms.factories import make_comic, make_translation, make_user

pytestmark = pytest.mark.django_db
CONFIRMED = {"reason": "The author has withdrawn consent.", "confirmed": "on"}


def recall_url(page: Any) -> str:
    return reverse("releases:recall", args=[page.pk])


def two_languages() -> Any:
    comic = make_comic(publish=True)
    comic.title = "Behind the screens"
    comic.save_revision().publish()
    make_translation(comic, "fr").save_revision().publish()
    return comic


def somebody_who(*codenames: str) -> User:
    user = make_user("colleague", is_superuser=False)
    group = Group.objects.create(name="Colleagues")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for codename in codenames:
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.create(group=group, page_id=1, permission=permission)
    user.groups.add(group)
    return user


def test_each_choice_says_what_would_disappear(staff: Client) -> None:
    response = staff.get(recall_url(two_languages()))

    options = [choice for _option, choice in response.context["options"]]
    assert [str(choice.extent.scope) for choice in options] == ["release", "edition", "tool"]
    assert [[(it.locale, it.number) for it in choice.releases] for choice in options] == [
        [("en", 2)],
        [("en", 1), ("en", 2)],
        [("en", 1), ("en", 2), ("fr", 1)],
    ]
    assert [choice.files > 0 for choice in options] == [False, False, True]
    assert options[0].back_to == 1
    assert "Partners get release 1 again." in response.content.decode()


def test_choices_of_the_same_effect_are_offered_once(staff: Client) -> None:
    response = staff.get(recall_url(make_comic(publish=True)))

    assert [str(choice.extent.scope) for _option, choice in response.context["options"]] == ["tool"]


def test_an_older_release_can_be_chosen_from_the_history(staff: Client) -> None:
    comic = two_languages()

    response = staff.post(f"{recall_url(comic)}?number=1", {"scope": "release", **CONFIRMED})

    assert response.status_code == 302
    gone = Withdrawal.objects.get().release
    assert (gone.locale, gone.number) == ("en", 1)


@pytest.mark.parametrize("missing", ["reason", "confirmed", "scope"])
def test_nothing_is_recalled_without_reason_and_confirmation(missing: str, staff: Client) -> None:
    comic = two_languages()

    response = staff.post(recall_url(comic), {"scope": "tool", **CONFIRMED, missing: ""})

    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()
    assert not Recall.objects.exists()


def test_a_recall_is_watched_until_it_is_complete(staff: Client, editor: User) -> None:
    comic = two_languages()
    keys = [key for release in Release.objects.all() for key in release.assets.values_list("key", flat=True)]

    response = staff.post(recall_url(comic), {"scope": "tool", **CONFIRMED})
    row = Recall.objects.get()
    live = reverse("releases:recall-live", args=[row.pk])
    at_first = staff.get(live).content.decode()
    run_until_idle(["events"])
    OutboxDelivery.objects.update(state=OutboxDelivery.State.DELIVERED, delivered_at=row.recalled_at)
    at_last = staff.get(live).content.decode()

    assert response["Location"] == reverse("releases:recall-progress", args=[row.pk])
    assert (row.reason, row.recalled_by) == ("The author has withdrawn consent.", editor.pk)
    assert "data-live-done" not in at_first
    assert "0 of 1 receivers have been told." in at_first
    assert "The recall is complete." in at_last
    assert not any(public_store().exists(key) for key in keys)
    comic.refresh_from_db()
    assert not comic.live


def test_who_could_not_be_told_is_named(staff: Client) -> None:
    staff.post(recall_url(make_comic(publish=True)), {"scope": "tool", **CONFIRMED})
    OutboxDelivery.objects.filter(event__type="release.recalled").update(state=OutboxDelivery.State.GIVEN_UP)
    run_until_idle(["events"])

    html = staff.get(reverse("releases:recall-progress", args=[Recall.objects.get().pk])).content.decode()

    home = staff.get("/admin/").content.decode()
    assert "1 could not be reached and must be told by a person." in html
    assert "They could not be told of a recall." in home
    assert "The recall is complete." not in html


def test_two_people_recalling_at_once_recall_once(staff: Client) -> None:
    comic = make_comic(publish=True)
    staff.post(recall_url(comic), {"scope": "tool", **CONFIRMED})

    second = staff.post(recall_url(comic), {"scope": "tool", **CONFIRMED})

    assert second.status_code == 200
    assert "there is nothing to recall" in second.content.decode()
    assert Recall.objects.count() == 1


def test_who_may_only_edit_may_not_recall(client: Client) -> None:
    comic = make_comic(publish=True)
    client.force_login(somebody_who("change_page"))

    assert client.get(recall_url(comic)).status_code == 302
    assert client.post(recall_url(comic), {"scope": "tool", **CONFIRMED}).status_code == 302
    assert client.get(reverse("releases:history", args=[comic.pk])).status_code == 200
    assert not Recall.objects.exists()


def test_who_may_publish_finds_the_recall_above_the_editor(client: Client) -> None:
    comic = make_comic(publish=True)
    client.force_login(somebody_who("change_page", "publish_page"))

    html = client.get(reverse("wagtailadmin_pages:edit", args=[comic.pk])).content.decode()

    assert html.count(recall_url(comic)) >= 2
    assert client.post(recall_url(comic), {"scope": "tool", **CONFIRMED}).status_code == 302
    assert Recall.objects.count() == 1
