"""What does the first screen offer whom?"""

import pytest
from django.test import Client
from django.urls import reverse

from tests.cms.factories import make_comic

pytestmark = pytest.mark.django_db


def test_staff_can_begin_each_kind_from_the_first_screen(staff: Client) -> None:
    page = make_comic()
    index = page.get_parent()

    shown = staff.get("/admin/").content.decode()

    assert f'href="/admin/pages/add/library/comicpage/{index.pk}/"' in shown
    assert f'href="/admin/pages/add/library/filmpage/{index.pk}/"' in shown
    assert 'href="/admin/films/new/"' in shown


def test_what_came_out_last_leads_to_its_releases(staff: Client) -> None:
    page = make_comic()
    before = staff.get("/admin/").content.decode()
    page.save_revision().publish()

    after = staff.get("/admin/").content.decode()

    assert "Out last" not in before
    assert f'<a href="{reverse("releases:history", args=[page.pk])}" lang="en">{page.title}</a>' in after
    assert "en, release 1," in after
