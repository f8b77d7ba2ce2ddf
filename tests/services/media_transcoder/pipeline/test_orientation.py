"""Is every film upright, whichever of the eight ways its camera was held or mirrored?"""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.media_transcoder.pipeline.inspector import orientation_of
from services.media_transcoder.pipeline.probe import probe
from tests.services.media_transcoder import films, measuring
from tests.services.media_transcoder.conftest import Prepared

UNIT = 1 << 16


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("marked")
    return films.film(folder / "marked.mp4", picture=films.pictures(size="192x108", seconds=0.5), beep=None)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("mirror", ["", "-display_hflip", "-display_vflip"])
def test_a_film_is_shown_as_its_matrix_says(
    degrees: int, mirror: str, marked: Path, tmp_path: Path, prepared: Callable[[Path], Prepared]
) -> None:
    source = tmp_path / "turned.mp4"
    flags = [mirror] if mirror else []
    films.ffmpeg(*flags, "-display_rotation", str(degrees), "-i", str(marked), "-c", "copy", str(source))
    expected = measuring.picture_at(source, 0.2, tmp_path)  # turned by ffmpeg itself

    manifest, output = prepared(source)

    made = measuring.picture_at(output / "film.mp4", 0.2, tmp_path)
    poster = measuring.picture_at(output / "poster.jpg", 0, tmp_path)
    assert made.size == poster.size == expected.size == (manifest.width, manifest.height)
    for corner in films.CORNERS:
        assert _close(measuring.colour(made, corner), measuring.colour(expected, corner))
        assert _close(measuring.colour(poster, corner), measuring.colour(expected, corner))
    facts = probe(output / "film.mp4", sha256="0" * 64)
    assert facts.video[0].orientation.quarter_turns == 0  # turned in the pixels, no matrix left


@given(
    turns=st.integers(0, 3),
    is_mirrored=st.booleans(),
)
def test_any_matrix_of_a_turn_is_understood(turns: int, is_mirrored: bool) -> None:
    a, b = [(UNIT, 0), (0, UNIT), (-UNIT, 0), (0, -UNIT)][turns]
    c, d = -b, a
    if is_mirrored:
        a, b = -a, -b

    found = orientation_of((a, b, 0, c, d, 0, 0, 0, 1 << 30))

    assert found == {"quarter_turns": turns, "is_mirrored": is_mirrored}


def _close(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(left - right) <= 12 for left, right in zip(one, other, strict=True))
