"""What does a person see when the gate is closed, and is everything they wrote kept?"""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Workflow, WorkflowPage, WorkflowTask

from cms.library.models import ComicPage
from cms.releases.models import Release
from tests.cms.factories import make_comic, make_tools, make_user
from tests.cms.releases.test_publishing import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_user())
    return client


def told(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def test_the_button_lists_the_reasons_and_keeps_the_draft(staff: Client) -> None:
    page = make_comic()
    form = form_of(page, credit="", summary="", title="What I wrote just now")

    response = staff.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form | {"action-publish": "1"})

    page.refresh_from_db()
    edit_url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert (response.status_code, response["Location"]) == (302, edit_url)
    assert f'<a href="{edit_url}#' in told(response)
    assert "Say who made it." in told(response)
    assert "Write a summary" in told(response)
    assert not page.live
    assert page.get_latest_revision_as_object().title == "What I wrote just now"


def test_a_new_page_that_is_published_too_early_is_kept_as_a_draft(staff: Client) -> None:
    template = make_comic()
    form = form_of(template, title="New and incomplete", slug="new", credit="")
    add = reverse("wagtailadmin_pages:add", args=["library", "comicpage", make_tools().pk])

    response = staff.post(add, form | {"action-publish": "1"})

    page = ComicPage.objects.get(slug="new")
    assert response["Location"] == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert "Say who made it." in told(response)
    assert (page.live, page.title) == (False, "New and incomplete")
    assert page.get_latest_revision() is not None
    assert not Release.objects.exists()


def test_a_new_page_that_is_complete_is_created_and_released_at_once(staff: Client) -> None:
    template = make_comic()
    form = form_of(template, title="New and complete", slug="new")
    add = reverse("wagtailadmin_pages:add", args=["library", "comicpage", make_tools().pk])

    staff.post(add, form | {"action-publish": "1"})

    page = ComicPage.objects.get(slug="new")
    assert page.live
    assert Release.objects.get().tool_id == page.tool_id


def test_bulk_publishing_names_every_page_that_is_not_ready_and_publishes_none(staff: Client) -> None:
    ready, first, second = make_comic(title="Ready"), make_comic(title="First", credit=""), make_comic(title="Second")
    second.summary = ""
    second.save_revision()
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    response = staff.post(f"{url}?id={ready.pk}&id={first.pk}&id={second.pk}")

    assert response.status_code == 302
    assert "First" in told(response)
    assert "Second" in told(response)
    assert not Release.objects.exists()


def test_an_approval_that_would_publish_too_early_is_undone_and_explained(staff: Client) -> None:
    page = make_comic(credit="")
    task = GroupApprovalTask.objects.create(name="Four eyes")
    task.groups.set(Group.objects.all())
    workflow = Workflow.objects.create(name="Check")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.create(workflow=workflow, page=page)
    state = workflow.start(page, make_user("translator"))
    action = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.current_task_state.pk])

    response = staff.post(action, {"next": "/admin/"})

    state.refresh_from_db()
    assert response["Location"] == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert "Say who made it." in told(response)
    assert state.status == "in_progress"
    assert not Release.objects.exists()


def test_unpublishing_says_that_it_was_a_recall(staff: Client) -> None:
    page = make_comic(publish=True)

    address = reverse("wagtailadmin_pages:unpublish", args=[page.pk])
    asked = staff.get(address).content.decode()
    response = staff.post(address)

    assert "This recalls its releases in this language" in asked
    assert "Its releases were recalled" in told(response)


def test_who_released_is_kept(staff: Client) -> None:
    page = make_comic()

    staff.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form_of(page) | {"action-publish": "1"})

    assert Release.objects.get().released_by == int(staff.session["_auth_user_id"])
