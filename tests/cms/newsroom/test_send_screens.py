"""Can staff send an issue in two steps, see who gets what, and watch and steer the sending?"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission

from cms.newsroom.models import Sending
from foundation.jobs.worker import run_until_idle
from tests.cms.factories import make_comic, make_issue, make_translation, make_user
from tests.cms.newsroom.newsletter_service import KEY, NewsletterService, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings: Any) -> Iterator[NewsletterService]:
    with serving(NewsletterService()) as running:
        settings.NEWSLETTER_URL, settings.NEWSLETTER_KEY = running.url, KEY
        yield running


@pytest.fixture
def issue() -> Any:
    """An issue released in English and French."""
    page = make_issue(publish=True)
    make_translation(page, "fr").save_revision().publish()
    return page


def confirm_url(page: Any) -> str:
    return reverse("newsroom:confirm", args=[page.pk])


def confirmed(staff: Client, page: Any, *lists: str) -> dict[str, Any]:
    """Look at the second step; return what its form would post."""
    context = staff.get(confirm_url(page), {"lists": lists, "fallback": "en"}).context
    return {
        "lists": lists,
        "fallback": "en",
        "sending_id": str(context["sending_id"]),
        "versions": context["asked"].versions_token,
    }


def steer(staff: Client, sending: Sending, steering: str) -> str:
    return staff.post(reverse("newsroom:steer", args=[sending.pk, steering]), follow=True).content.decode()


def test_the_lists_are_shown_with_their_subscribers_by_language(
    service: NewsletterService, staff: Client, issue: Any
) -> None:
    response = staff.get(reverse("newsroom:send", args=[issue.pk]))

    assert [column["version"] for column in response.context["columns"]] == ["", "English", "French", ""]
    assert [(row["list"].slug, row["counts"], row["total"]) for row in response.context["rows"]] == [
        ("schools", [0, 5, 30, 120], 155),
        ("youth", [3, 0, 40, 0], 43),
        ("press", [0, 0, 0, 0], 0),
    ]


def test_a_service_that_is_down_is_said_to_be(service: NewsletterService, staff: Client, issue: Any) -> None:
    service.failing = True

    html = staff.get(reverse("newsroom:send", args=[issue.pk])).content.decode()

    assert "The newsletter service has a problem of its own. Try again in a minute." in html
    assert "Next: see who gets what" not in html


def test_nobody_listening_is_said_too(staff: Client, issue: Any, settings: Any) -> None:
    settings.NEWSLETTER_URL = "http://127.0.0.1:9"

    html = staff.get(reverse("newsroom:send", args=[issue.pk])).content.decode()

    assert "The newsletter service does not answer. Try again in a minute." in html


def test_an_issue_that_is_not_released_is_not_sent(service: NewsletterService, staff: Client) -> None:
    page = make_issue()

    html = staff.get(reverse("newsroom:send", args=[page.pk])).content.decode()
    response = staff.post(confirm_url(page), {"lists": ["schools"], "fallback": "en", "sending_id": str(uuid4())})

    assert "No version of this issue is released." in html
    assert response["Location"] == reverse("newsroom:send", args=[page.pk])
    assert not Sending.objects.exists()


def test_the_second_step_says_how_many_get_which_language(
    service: NewsletterService, staff: Client, issue: Any
) -> None:
    response = staff.get(confirm_url(issue), {"lists": ["schools", "youth"], "fallback": "en"})

    rows = [
        (it["name"], it["row"].subscribers, it["version"], it["row"].is_fallback) for it in response.context["readers"]
    ]
    assert rows == [
        ("Dutch (nl-BE)", 120, "English", True),
        ("French", 70, "French", False),
        ("English", 5, "English", False),
        ("Arabic", 3, "English", True),
    ]
    assert "Send to 198 subscribers" in response.content.decode()
    assert not Sending.objects.exists()


def test_no_list_is_no_sending(service: NewsletterService, staff: Client, issue: Any) -> None:
    html = staff.get(confirm_url(issue), {"fallback": "en"}, follow=True).content.decode()

    assert "Choose at least one list." in html


def test_confirming_twice_sends_once(service: NewsletterService, staff: Client, issue: Any) -> None:
    posted = confirmed(staff, issue, "schools")

    first = staff.post(confirm_url(issue), posted)
    again = staff.post(confirm_url(issue), posted, follow=True)
    run_until_idle(["events"])

    sending = Sending.objects.get()
    assert first["Location"] == reverse("newsroom:sending", args=[sending.pk])
    assert again.status_code == 200
    assert sending.list_names == ["Schools in Flanders"]
    assert [release["locale"] for release in sending.request["releases"]] == ["en", "fr"]
    assert list(service.campaigns) == [str(sending.pk)]


def test_a_second_tab_cannot_send_to_the_same_list(service: NewsletterService, staff: Client, issue: Any) -> None:
    one, other = confirmed(staff, issue, "schools"), confirmed(staff, issue, "schools", "youth")

    staff.post(confirm_url(issue), one)
    staff.post(confirm_url(issue), other)

    assert Sending.objects.count() == 1
    assert "has it already" in staff.get(reverse("newsroom:send", args=[issue.pk])).content.decode()


def test_a_release_in_between_asks_the_person_again(service: NewsletterService, staff: Client, issue: Any) -> None:
    posted = confirmed(staff, issue, "schools")
    issue.title = "News, corrected"
    issue.save_revision().publish()

    response = staff.post(confirm_url(issue), posted)

    assert "A version was released or recalled while you looked." in response.content.decode()
    assert not Sending.objects.exists()


@pytest.fixture
def sending(service: NewsletterService, staff: Client, issue: Any) -> Sending:
    """A sending under way."""
    staff.post(confirm_url(issue), confirmed(staff, issue, "schools"))
    run_until_idle(["events"])
    return Sending.objects.get()


def live(staff: Client, sending: Sending) -> str:
    return staff.get(reverse("newsroom:sending-live", args=[sending.pk])).content.decode()


def test_a_sending_is_watched_until_its_end(service: NewsletterService, staff: Client, sending: Sending) -> None:
    at_first = live(staff, sending)
    Sending.objects.update(
        state="finished", audience=155, accepted=150, rejected=2, in_doubt=1, suppressed=2, version=9
    )

    at_last = live(staff, sending)

    assert "Being prepared" in at_first
    assert "data-live-done" not in at_first
    assert "data-live-done" in at_last
    assert "That is 155 people in all." in at_last
    assert '<rect class="sending-accepted" x="0.000" y="0" width="96.774" height="1">' in at_last


def test_a_sending_is_paused_resumed_and_cancelled(service: NewsletterService, staff: Client, sending: Sending) -> None:
    service.advance("sending", pending=155)

    states = []
    for steering in ("pause", "resume", "cancel"):
        steer(staff, sending, steering)
        sending.refresh_from_db()
        states.append(sending.state)

    assert states == ["paused", "sending", "cancelled"]


def test_mails_in_doubt_are_resent_only_on_a_warned_press(
    service: NewsletterService, staff: Client, sending: Sending
) -> None:
    told = service.advance("finished", accepted=150, in_doubt=5)
    Sending.objects.update(state="finished", version=told.version, audience=155, accepted=150, in_doubt=5)

    shown = live(staff, sending)
    home = staff.get("/admin/").content.decode()
    steer(staff, sending, "resend-in-doubt")

    sending.refresh_from_db()
    assert "Whoever had received theirs gets it twice." in shown
    assert "Of 5 mails nobody knows whether they arrived." in home
    assert sending.state == "sending"


def test_steering_that_comes_too_late_says_so(service: NewsletterService, staff: Client, sending: Sending) -> None:
    service.advance("cancelled")

    html = steer(staff, sending, "pause")

    sending.refresh_from_db()
    assert "the sending has moved on meanwhile" in html
    assert sending.state == "cancelled"


def test_steering_while_the_service_is_down_changes_nothing(
    service: NewsletterService, staff: Client, sending: Sending
) -> None:
    service.failing = True

    html = steer(staff, sending, "cancel")

    sending.refresh_from_db()
    assert "Try again in a minute." in html
    assert sending.state == "preparing"


@pytest.mark.parametrize("steering", ["start", "progress-", "delete"])
def test_there_are_no_other_ways_of_steering(steering: str, staff: Client, sending: Sending) -> None:
    response = staff.post(reverse("newsroom:steer", args=[sending.pk, steering]))

    sending.refresh_from_db()
    assert response.status_code == 302
    assert sending.state == "preparing"


def test_who_may_only_edit_may_look_but_not_send(client: Client, sending: Sending, issue: Any) -> None:
    user = make_user("colleague", is_superuser=False)
    group = Group.objects.create(name="Colleagues")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    change = Permission.objects.get(content_type__app_label="wagtailcore", codename="change_page")
    GroupPagePermission.objects.create(group=group, page_id=1, permission=change)
    user.groups.add(group)
    client.force_login(user)

    assert client.get(reverse("newsroom:send", args=[issue.pk])).status_code == 302
    assert "Cancel" not in live(client, sending)
    assert client.post(reverse("newsroom:steer", args=[sending.pk, "cancel"])).status_code == 302
    sending.refresh_from_db()
    assert sending.state == "preparing"


def test_a_stranger_sees_no_sending(client: Client, sending: Sending) -> None:
    client.logout()

    assert client.get(reverse("newsroom:sending", args=[sending.pk])).status_code == 302


def test_publishing_an_issue_offers_to_send_it(staff: Client) -> None:
    from tests.cms.library.forms import form_of

    page = make_issue()
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])

    html = staff.post(url, form_of(page) | {"action-publish": "1"}, follow=True).content.decode()

    assert "The issue is released. Nobody has been mailed yet." in html
    assert reverse("newsroom:send", args=[page.pk]) in html


def test_a_comic_is_not_sent(staff: Client) -> None:
    assert staff.get(reverse("newsroom:send", args=[make_comic().pk])).status_code == 404


def test_an_unknown_sending_is_not_found(staff: Client) -> None:
    assert staff.get(reverse("newsroom:sending", args=[UUID(int=1)])).status_code == 404
