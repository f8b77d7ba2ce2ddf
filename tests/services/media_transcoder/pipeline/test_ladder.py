"""Is every rung within the source, in its shape, even, and called what people call it?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.media_transcoder.pipeline.ladder import LADDER, rungs_for, shown_size
from tests.services.media_transcoder.pipeline.examples import turned, video


@pytest.mark.parametrize(
    ("size", "turns", "aspect", "ladder"),
    [
        ((1920, 1080), 0, 1.0, {"1080p": (1920, 1080), "720p": (1280, 720), "480p": (854, 480), "270p": (480, 270)}),
        ((3840, 2160), 1, 1.0, {"1080p": (1080, 1920), "720p": (720, 1280), "480p": (480, 854), "270p": (270, 480)}),
        ((1080, 1920), 0, 1.0, {"1080p": (1080, 1920), "720p": (720, 1280), "480p": (480, 854), "270p": (270, 480)}),
        ((1920, 804), 0, 1.0, {"1080p": (1920, 804), "720p": (1280, 536), "480p": (854, 358), "270p": (480, 202)}),
        ((1024, 768), 0, 1.0, {"768p": (1024, 768), "480p": (640, 480), "270p": (360, 270)}),
        ((854, 480), 0, 1.0, {"480p": (854, 480), "270p": (480, 270)}),
        ((853, 481), 0, 1.0025, {"480p": (852, 480), "270p": (478, 270)}),
        ((560, 320), 0, 1.0, {"320p": (560, 320)}),
        ((720, 576), 0, 64 / 45, {"576p": (1024, 576), "480p": (854, 480), "270p": (480, 270)}),
        ((720, 480), 0, 8 / 9, {"540p": (720, 540), "270p": (360, 270)}),
        ((17, 17), 0, 1.0, {"16p": (16, 16)}),
    ],
)
def test_the_ladder_fits_the_film(
    size: tuple[int, int], turns: int, aspect: float, ladder: dict[str, tuple[int, int]]
) -> None:
    track = video(width=size[0], height=size[1], aspect=aspect, orientation=turned(turns))

    assert {rung.name: (rung.width, rung.height) for rung in rungs_for(track)} == ladder


@given(
    width=st.integers(16, 8192),
    height=st.integers(16, 8192),
    turns=st.integers(0, 3),
    aspect=st.floats(0.5, 2.0),
)
def test_no_rung_is_larger_than_the_source_or_of_another_shape(
    width: int, height: int, turns: int, aspect: float
) -> None:
    track = video(width=width, height=height, aspect=aspect, orientation=turned(turns))
    shown = shown_size(track)

    rungs = rungs_for(track)

    assert len({rung.name for rung in rungs}) == len(rungs)
    assert [rung.width * rung.height for rung in rungs] == sorted((r.width * r.height for r in rungs), reverse=True)
    for rung in rungs:
        assert rung.width % 2 == rung.height % 2 == 0
        assert rung.width <= shown[0] + 0.5
        assert rung.height <= shown[1] + 0.5
        assert max(min(rung.width, rung.height), max(rung.width, rung.height) * 9 / 16) <= LADDER[0] + 1
        assert rung.width / shown[0] == pytest.approx(rung.height / shown[1], abs=2 / min(shown))
