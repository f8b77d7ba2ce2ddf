"""What does a release keep of a film?"""

from pathlib import Path

import pytest

from cms.films.actions.captions import save_captions
from cms.films.freezing import FilmNotPrepared, frozen_film
from cms.films.models import Film
from cms.releases.assets import BASE_URL, AssetCollector
from foundation.storage import public_store
from tests.cms.factories import CAPTIONS
from tests.cms.films.test_gate import ready_film

pytestmark = pytest.mark.django_db


def published(url: str) -> bytes:
    with public_store().open(url.removeprefix(BASE_URL)) as stream:
        data: bytes = stream.read()
    return data


def test_every_file_lies_in_the_public_store_and_is_remembered(clean_footage: Path) -> None:
    assets = AssetCollector()

    frozen = frozen_film(ready_film(clean_footage), assets, locale="en", poster_alt="A girl at a window.")

    assert (frozen.duration_s, frozen.width, frozen.height, frozen.has_sound) == (2.0, 160, 90, True)
    assert published(frozen.mp4.url) == clean_footage.read_bytes()
    assert b"90p.m3u8" in published(frozen.hls.url)
    assert published(frozen.hls.url.replace("master", "90p"))
    assert (frozen.poster.alt, frozen.poster.width) == ("A girl at a window.", 160)
    assert {source.media_type for source in frozen.poster.sources} == {"image/avif", "image/webp", "image/jpeg"}
    assert frozen.storyboard is not None
    assert (frozen.storyboard.columns, frozen.storyboard.interval_s) == (1, 2)
    urls = {frozen.mp4.url, frozen.hls.url, frozen.storyboard.asset.url, frozen.captions[0].asset.url}
    assert urls <= {BASE_URL + file.key for file in assets.files}


def test_the_captions_of_the_edition_come_first_and_make_the_transcript(clean_footage: Path) -> None:
    film = ready_film(clean_footage)
    save_captions(film, "ar", "WEBVTT\n\n00:00.000 --> 00:01.000\nالشاشة لا تحميك.\n")
    save_captions(film, "fr", "WEBVTT\n\n00:00.000 --> 00:01.000\n<v Nour>Un écran ne protège pas.\n")

    frozen = frozen_film(film, AssetCollector(), locale="fr")

    assert [(track.locale, track.label) for track in frozen.captions] == [
        ("fr", "français"),
        ("ar", "العربيّة"),
        ("en", "English"),
    ]
    assert frozen.transcript == "Nour: Un écran ne protège pas."
    assert published(frozen.captions[1].asset.url).decode().endswith("00:00:01.000\nالشاشة لا تحميك.\n")


def test_a_written_transcript_is_kept_as_it_is(clean_footage: Path) -> None:
    frozen = frozen_film(ready_film(clean_footage), AssetCollector(), locale="en", transcript=" Nour enters. ")

    assert frozen.transcript == "Nour enters."


def test_a_film_that_was_never_prepared_cannot_be_frozen() -> None:
    film = Film.objects.create(title="Empty")
    save_captions(film, "en", CAPTIONS)

    with pytest.raises(FilmNotPrepared):
        frozen_film(film, AssetCollector(), locale="en")
