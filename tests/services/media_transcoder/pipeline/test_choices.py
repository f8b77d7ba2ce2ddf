"""Are the right tracks chosen, and is everything about the result decided from them?"""

import pytest

from services.media_transcoder.pipeline import refusals
from services.media_transcoder.pipeline.errors import Refused
from services.media_transcoder.pipeline.facts import Colour
from services.media_transcoder.pipeline.plan import filled, sound_plan, storyboard_plan, tone_of
from services.media_transcoder.pipeline.validate import main_sound, main_video, validate
from tests.services.media_transcoder.pipeline.examples import facts, planned, sound, video


def test_a_motion_photo_is_its_film_and_not_its_larger_still() -> None:
    moving = video(width=1024, height=768, frames=58, duration_s=2.1)
    still = video(index=1, width=2048, height=1536, frames=1, duration_s=0.5)
    slow = video(index=2, width=2048, height=1536, frames=3, duration_s=0.5)

    assert main_video(facts(still, slow, moving)) == moving


def test_of_two_tracks_of_one_length_the_default_and_then_the_larger_is_shown() -> None:
    proxy, full = video(width=640, height=360), video(index=1)
    extra = video(index=2, width=3840, height=2160, is_default=False)

    assert main_video(facts(proxy, full, extra)) == full


def test_the_cover_of_a_recording_is_no_film() -> None:
    with pytest.raises(Refused, match=refusals.NO_PICTURE):
        main_video(facts(video(is_cover=True), sound()))


def test_commentary_and_unreadable_sound_are_not_chosen() -> None:
    spatial = sound(index=1, codec="apac", is_decodable=False)
    commentary = sound(index=2, is_special=True)
    second = sound(index=4, is_default=False)
    main = sound(index=3)

    assert main_sound((spatial, commentary, second, main)) == main


def test_sound_that_can_only_be_lost_is_a_refusal() -> None:
    with pytest.raises(Refused, match=refusals.UNKNOWN_SOUND):
        main_sound((sound(is_decodable=False),))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"duration_s": 4 * 3600 + 1.0}, refusals.TOO_LONG),
        ({"duration_s": 0.05}, refusals.TOO_SHORT),
        ({"is_decodable": False}, refusals.UNKNOWN_CODEC),
        ({"width": 9000}, refusals.TOO_MANY_PIXELS),
        ({"width": 8000, "height": 8000}, refusals.TOO_MANY_PIXELS),
    ],
)
def test_limits_are_refusals(changes: dict[str, float], sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        validate(facts(video(**changes)))

    assert str(refused.value) == sentence


def test_sound_decides_the_length_when_it_is_longer() -> None:
    late = sound(start_s=1.5)

    assert validate(facts(video(), late)).duration_s == 11.5


@pytest.mark.parametrize(
    ("colour", "tone"),
    [
        (Colour(primaries=9, transfer=16, matrix=9), "high"),
        (Colour(primaries=9, transfer=18, matrix=9), "high"),
        (Colour(primaries=9, transfer=14, matrix=9), "wide"),
        (Colour(primaries=12, transfer=1, matrix=1), "wide"),
        (Colour(primaries=5, transfer=6, matrix=5), "standard"),
        (Colour(), "standard"),
    ],
)
def test_only_hdr_is_tone_mapped(colour: Colour, tone: str) -> None:
    assert tone_of(colour) == tone


def test_hdr_that_forgot_its_other_tags_is_taken_as_bt2020() -> None:
    assert filled(Colour(transfer=16)) == Colour(primaries=9, transfer=16, matrix=9)
    assert filled(Colour(primaries=12, transfer=99, matrix=1)) == Colour(primaries=12, transfer=1, matrix=1)


def test_colours_nobody_named_are_read_as_players_read_them() -> None:
    unknown = Colour()

    assert planned(video(colour=unknown)).picture.matrix == "bt709"
    assert planned(video(colour=unknown, width=640, height=480)).picture.matrix == "smpte170m"
    assert planned(video(colour=unknown, pixel_format="gbrp")).picture.matrix == ""
    assert planned(video(colour=unknown, pixel_format="yuvj420p")).picture.is_full_range is True


def test_mono_stays_mono_and_everything_else_becomes_stereo() -> None:
    assert sound_plan(sound(channels=1, layout="mono")).channels == 1
    assert sound_plan(sound(channels=6, layout="5.1")).model_dump() == {
        "index": 1,
        "channels": 2,
        "kbps": 128,
    }


@pytest.mark.parametrize(
    ("seconds", "shape"), [(0.3, (1, 1, 1.0)), (4.0, (4, 1, 1.0)), (17.06, (10, 2, 1.0)), (362.0, (10, 10, 3.7))]
)
def test_the_storyboard_has_a_hundred_tiles_at_the_most(seconds: float, shape: tuple[int, int, float]) -> None:
    board = storyboard_plan(video(), seconds)

    assert (board.columns, board.rows, board.interval_s) == shape
    assert (board.tile_width, board.tile_height) == (160, 90)
