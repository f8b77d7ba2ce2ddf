"""Does every way of publishing in Wagtail lead through the gate and end in a release, or in nothing?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Task, Workflow, WorkflowPage, WorkflowTask

from cms.library.models import ComicPage
from cms.releases.gate import GateClosed
from cms.releases.models import Change, Edition, Release
from foundation.events.models import OutboxEvent
from tests.cms.factories import make_comic, make_user

pytestmark = pytest.mark.django_db
Publish = Callable[[ComicPage, Client], Any]


def by_shell(page: ComicPage, client: Client) -> None:
    page.get_latest_revision().publish()


def by_page(page: ComicPage, client: Client) -> None:
    page.publish(page.get_latest_revision())


def by_wagtails_action(page: ComicPage, client: Client) -> None:
    PublishPageRevisionAction(page.get_latest_revision()).execute()


def by_save(page: ComicPage, client: Client) -> None:
    page.live = True
    page.save()


def by_button(page: ComicPage, client: Client) -> Any:
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form_of(page) | {"action-publish": "1"})


def by_bulk_action(page: ComicPage, client: Client) -> Any:
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    return client.post(f"{url}?id={page.pk}")


def by_bulk_action_on_the_parent(page: ComicPage, client: Client) -> Any:
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    return client.post(f"{url}?id={page.get_parent().pk}", {"include_descendants": "on"})


def by_schedule(page: ComicPage, client: Client) -> None:
    page.revisions.update(approved_go_live_at=timezone.now() - timedelta(seconds=1))
    call_command("publish_scheduled")


def by_workflow(page: ComicPage, client: Client) -> Any:
    task = Task.objects.create(name="Four eyes")
    workflow = Workflow.objects.create(name="Check")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.create(workflow=workflow, page=page)
    state = workflow.start(page, make_user("translator"))
    return state.current_task_state.approve(user=make_user("checker"))


PATHS: tuple[Publish, ...] = (
    by_shell,
    by_page,
    by_wagtails_action,
    by_save,
    by_button,
    by_bulk_action,
    by_bulk_action_on_the_parent,
    by_schedule,
    by_workflow,
)


def form_of(page: ComicPage, **changes: Any) -> dict[str, Any]:
    """Return what the editor of a page would post."""
    from wagtail.test.utils.form_data import nested_form_data, streamfield

    panels = [
        {
            "artwork": panel["artwork"] and panel["artwork"].pk,
            "description": panel["description"],
            "silent": panel["silent"] and "on",
            "speech": _list([dict(line) for line in panel["speech"]]),
        }
        for block in page.pages
        for panel in block.value["panels"]
    ]
    fields = {
        "title": page.title,
        "slug": page.slug,
        "summary": page.summary,
        "licence": page.licence_id or "",
        "credit": page.credit,
        "cover": page.cover_id or "",
        "cover_description": page.cover_description,
        "change_class": page.change_class,
        "changelog": page.changelog,
        "comment_notifications": "",
        "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 0},
        "pages": streamfield([("page", {"panels": _list(panels)})]),
    }
    return {
        name: value for name, value in nested_form_data({**fields, **changes}).items() if value not in (None, False)
    }


def _list(values: list[dict[str, Any]]) -> dict[str, Any]:
    items = {str(i): {"value": value, "order": str(i), "deleted": "", "type": "item"} for i, value in enumerate(values)}
    return {"count": str(len(values)), **items}


def attempted(publish: Publish, page: ComicPage, client: Client) -> Any:
    """Return the answer, or the refusal where there is nobody to answer to."""
    try:
        return publish(page, client)
    except GateClosed as refusal:
        return refusal


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_user())
    return client


@pytest.mark.parametrize("publish", PATHS, ids=lambda path: path.__name__)
def test_a_complete_page_is_released_whatever_the_path(publish: Publish, staff: Client) -> None:
    page = make_comic()

    publish(page, staff)

    page.refresh_from_db()
    release = Release.objects.get(tool_id=page.tool_id)
    assert (page.live, release.number, release.title) == (True, 1, page.title)
    assert Edition.objects.get(tool_id=page.tool_id).latest == release
    assert Change.objects.values_list("cursor", "type", "number").get() == (1, "released", 1)
    assert OutboxEvent.objects.get().type == "release.created"


@pytest.mark.parametrize("publish", PATHS, ids=lambda path: path.__name__)
def test_an_incomplete_page_is_refused_whatever_the_path(publish: Publish, staff: Client) -> None:
    page = make_comic(credit="", cover_description="IMG_1234.jpg")

    outcome = attempted(publish, page, staff)

    if isinstance(outcome, GateClosed):
        assert {reason.field for reason in outcome.reasons} >= {"credit", "cover_description"}
    else:
        assert outcome is None or outcome.status_code == 302
    page.refresh_from_db()
    assert not page.live
    assert page.live_revision is None
    for model in (Release, Edition, Change, OutboxEvent):
        assert not model.objects.exists()
