"""Does an empty CMS get what it needs to begin with, once, and nobody an empty password?"""

import pytest
from django.contrib.auth import get_user_model
from wagtail.models import Locale, Page

from cms.library.models import HomePage
from cms.taxonomy.models import Licence
from infra.local.beginnings import PasswordMissing, begin
from infra.local.staff import FIRST_MEMBER

pytestmark = pytest.mark.django_db
PASSWORD = "bright-otter-sings-low"


def test_beginning_twice_makes_everything_once() -> None:
    begin(password=PASSWORD)
    first = (Page.objects.count(), Licence.objects.count(), get_user_model().objects.count())

    begin(password="another one")

    assert (Page.objects.count(), Licence.objects.count(), get_user_model().objects.count()) == first
    assert HomePage.objects.count() == Locale.objects.count() == 5
    assert get_user_model().objects.get(username=FIRST_MEMBER).check_password(PASSWORD)


def test_the_first_member_of_staff_gets_no_empty_password() -> None:
    with pytest.raises(PasswordMissing):
        begin(password="")

    assert not get_user_model().objects.exists()
    assert not HomePage.objects.exists()
