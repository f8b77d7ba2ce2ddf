"""Does the gate look at the bytes of the pictures?"""

import pytest

from cms.artwork.gate import ImagesClean
from cms.artwork.models import Artwork
from foundation.storage import private_store, put
from tests.cms.artwork import pictures
from tests.cms.factories import make_artwork, make_comic

pytestmark = pytest.mark.django_db


@pytest.fixture
def artwork() -> Artwork:
    return make_artwork()


def test_clean_pictures_pass(artwork: Artwork) -> None:
    comic = make_comic(artwork=artwork)

    assert list(ImagesClean()(comic)) == []


def test_a_picture_that_was_changed_behind_our_back_is_named_with_its_field(artwork: Artwork) -> None:
    comic = make_comic(artwork=artwork)
    put(private_store(), artwork.file.name, [pictures.telling_png().getvalue()])

    reasons = list(ImagesClean()(comic))

    assert {reason.code for reason in reasons} == {"picture.metadata"}
    assert "upload it again" in reasons[0].message
    assert {reason.field for reason in reasons} == {use.field for use in comic.pictures()}


def test_a_picture_whose_file_is_gone_is_named(artwork: Artwork) -> None:
    comic = make_comic(artwork=artwork)
    private_store().delete(artwork.file.name)

    reasons = list(ImagesClean()(comic))

    assert "is missing" in reasons[0].message
