"""Is the rate constant, at most 30, and as even as the camera's?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.media_transcoder.pipeline.planned import FrameRate
from services.media_transcoder.pipeline.rate import frame_rate, gop_frames
from tests.services.media_transcoder.pipeline.examples import video


@pytest.mark.parametrize(
    ("average", "base", "rate"),
    [
        (30.0, 30.0, (30, 1)),
        (29.97, 30000 / 1001, (30000, 1001)),
        (29.99, 29.99, (30, 1)),  # a phone's clock
        (23.976, 24000 / 1001, (24000, 1001)),
        (24.0, 24.0, (24, 1)),
        (50.0, 50.0, (25, 1)),
        (59.94, 60000 / 1001, (30000, 1001)),
        (60.06, 60.0, (30, 1)),
        (240.0, 240.0, (30, 1)),
        (10.0, 10.0, (10, 1)),
        (19.25, 30.0, (30, 1)),  # variable: what the camera aimed at
        (27.6, 120.0, (30, 1)),
        (18.2, 1000.0, (30, 1)),  # a browser's clock of milliseconds
        (12.5, 0.0, (25, 2)),
        (0.0, 0.0, (30, 1)),
        (1.0, 1.0, (5, 1)),
    ],
)
def test_the_rate_is_what_the_camera_meant(average: float, base: float, rate: tuple[int, int]) -> None:
    assert frame_rate(video(average_rate=average, base_rate=base)) == FrameRate(numerator=rate[0], denominator=rate[1])


@given(average=st.floats(0, 300), base=st.floats(0, 100_000))
def test_any_rate_is_played_by_phones_and_cut_into_segments_of_four_seconds(average: float, base: float) -> None:
    rate = frame_rate(video(average_rate=average, base_rate=base))

    assert 4.9 < float(rate.exact) < 30.2
    assert 3.8 < gop_frames(rate) / rate.exact < 4.2
