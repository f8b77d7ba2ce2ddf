"""Where is a film cut, and does every picture and every tile belong to exactly one chunk?"""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.contracts.transcoding import StoryboardPlan
from services.media_transcoder.pipeline.chunks import chunks_of, regular_cuts, shares, tiles_before
from services.media_transcoder.pipeline.planned import EncodePlan, Expected
from services.media_transcoder.pipeline.rate import gop_frames
from tests.services.media_transcoder.pipeline.examples import planned, sound, video

RATES = st.sampled_from([10.0, 12.5, 23.976, 24.0, 25.0, 29.97, 30.0, 59.94])


def lasting(seconds: float, rate: float = 30.0) -> EncodePlan:
    plan = planned(video(average_rate=rate, base_rate=rate), sound())
    return plan.model_copy(
        update={"expected": Expected(picture_end_s=seconds, sound_end_s=seconds, whole_s=seconds), "cuts": ()}
    )


@pytest.mark.parametrize(
    ("seconds", "cuts"), [(9, ()), (90, ()), (91, (1800,)), (150, (1800,)), (151, (1800, 3600)), (600, None)]
)
def test_a_film_is_cut_about_every_minute_and_a_short_one_not_at_all(
    seconds: float, cuts: tuple[int, ...] | None
) -> None:
    expected = cuts if cuts is not None else tuple(range(1800, 18000, 1800))

    assert regular_cuts(lasting(seconds), chunk_s=60) == expected


@given(rate=RATES, seconds=st.floats(1, 4 * 3600), chunk_s=st.sampled_from([1.0, 5.0, 60.0]))
def test_chunks_begin_with_segments_and_leave_out_no_picture(rate: float, seconds: float, chunk_s: float) -> None:
    plan = lasting(seconds, rate)
    cut = plan.model_copy(update={"cuts": regular_cuts(plan, chunk_s=chunk_s)})

    chunks = chunks_of(cut)

    assert chunks[0].start == 0
    assert all(one.end == other.start for one, other in pairwise(chunks))
    assert all(chunk.start % gop_frames(plan.picture.frame_rate) == 0 for chunk in chunks)
    assert [chunk.is_last for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
    assert chunks[-1].end >= seconds * plan.picture.frame_rate.exact
    sound_share, chunk_shares = shares(cut)
    assert sound_share + sum(chunk_shares) == pytest.approx(1)
    assert min(chunk_shares) > 0


@given(rate=RATES, interval_s=st.floats(1, 144).map(lambda value: round(value, 1)), cut=st.integers(1, 400_000))
def test_a_tile_is_taken_before_a_cut_or_after_it(rate: float, interval_s: float, cut: int) -> None:
    """As ffmpeg's ``select`` counts: the first picture whose time is not before that of the tile."""
    board = StoryboardPlan(columns=10, rows=10, tile_width=160, tile_height=90, interval_s=interval_s)
    plan = lasting(100, rate).model_copy(update={"storyboard": board})
    tick_s = plan.picture.frame_rate.denominator / plan.picture.frame_rate.numerator

    taken = tiles_before(plan, cut)

    assert taken == 100 or (cut - 1) * tick_s < taken * interval_s
    assert (cut - 1) * tick_s >= (taken - 1) * interval_s
