"""Does every film of others (phones, cameras, torture) come out upright, in sync and clean?

The oracle is ffmpeg's own reading of the source: its picture at the same second, turned by its own autorotation, and
the loudness of its sound over time.
"""

from array import array
from collections.abc import Callable
from pathlib import Path
from shutil import copyfile

import av
import pytest
from PIL import Image

from foundation.contracts.transcoding import FilmManifest
from services.media_transcoder.pipeline.probe import probe
from services.media_transcoder.pipeline.validate import validate
from tests.services.media_transcoder import films, measuring
from tests.services.media_transcoder.conftest import Prepared
from tests.services.media_transcoder.shared import FILMS, needs_shared

LONG_S = 20.0  # longer films are cut, without encoding, to their first seconds
SHOWN = {  # width, height, pictures per second and sound, as a person would describe the film
    "ax_hlg10-color-test.mp4": (1920, 1080, 30, True),
    "ax_internal_emulator_transformer_output_270_rotated.mp4": (720, 1280, 29.97, True),
    "ax_long_1080p_lowbitrate.mp4": (1920, 1080, 30, True),
    "ax_pixel-motion-photo-2-hevc-tracks.mp4": (768, 1024, 30, False),
    "ax_portrait_4k60.mp4": (1080, 1920, 30, True),
    "ax_sample_edit_list.mp4": (1080, 1920, 29.97, True),
    "ax_sample_with_increasing_timestamps_360p.mp4": (640, 360, 30, True),
    "gopro_karma.mp4": (854, 480, 29.97, True),
    "intel_one-by-one-person.mp4": (768, 432, 10, False),
    "torture_av_offset_800ms.mp4": (1280, 720, 30, True),
    "torture_gps_udta.mp4": (1280, 720, 30, True),
    "torture_hdr_pq.mov": (1280, 720, 30, True),
    "torture_noaudio.mp4": (1280, 720, 30, False),
    "torture_odd_853x481_444.mp4": (852, 480, 30, True),
    "torture_portrait.mp4": (720, 1280, 30, True),
    "torture_rot90.mp4": (720, 1280, 30, True),
    "torture_silent_audio.mp4": (1280, 720, 30, True),
    "torture_surround51.mp4": (1280, 720, 30, True),
    "torture_vfr.mp4": (1280, 720, 30, True),
    "wagtail_small.mp4": (560, 320, 30, True),
}
TRACES = [
    b"+51.5335",
    b"+48.8583",
    b"Mia Example",
    b"com.android",
    b"GoPro",
    b"HandBrake",
    b"firmware",
    b"Lavf",
    b"Lavc",
]
HDR = {"ax_hlg10-color-test.mp4", "ax_sample_edit_list.mp4", "torture_hdr_pq.mov"}  # brighter or darker than decoded


@needs_shared
def test_every_film_is_looked_at() -> None:
    assert {path.name for path in FILMS.iterdir()} == set(SHOWN)


@needs_shared
@pytest.mark.slow
@pytest.mark.parametrize("name", SHOWN)
def test_a_film_is_upright_in_sync_and_clean(name: str, tmp_path: Path, prepared: Callable[[Path], Prepared]) -> None:
    source = _shortened(FILMS / name, tmp_path)

    manifest, output = prepared(source)

    top = manifest.renditions[0]
    assert (manifest.width, manifest.height, round(top.frame_rate, 2), manifest.has_sound) == SHOWN[name]
    _assert_same_pictures(source, output, manifest, tmp_path, most=40 if name in HDR else 7)
    if manifest.has_sound:
        assert _sound_shift_s(source, output / "film.mp4") == pytest.approx(0, abs=0.03)
    for path in output.rglob("*.*"):
        assert [trace for trace in TRACES if trace in path.read_bytes()] == []


def _shortened(film: Path, folder: Path) -> Path:
    target = folder / film.name
    if validate(probe(film, sha256="0" * 64)).duration_s <= LONG_S:
        copyfile(film, target)
    else:
        films.ffmpeg("-t", "4", "-i", str(film), "-map", "0", "-c", "copy", str(target))
    return target


def _assert_same_pictures(source: Path, output: Path, manifest: FilmManifest, folder: Path, *, most: float) -> None:
    """Compare pictures of the MP4, of the smallest stream and the poster with the source's at the same seconds."""
    track = validate(probe(source, sha256="0" * 64)).video
    seconds = [track.start_s + share * (track.duration_s or 0) for share in (0.1, 0.6)]
    for second in seconds:
        expected = _source_picture(source, track.index, second, folder)
        for name in ("film.mp4", f"hls/{manifest.renditions[-1].name}.mp4"):
            made = measuring.picture_at(output / name, second, folder)
            assert (made.width > made.height) == (expected.width > expected.height)
            assert measuring.difference(made, expected) < most, (name, second)


def _source_picture(source: Path, index: int, second: float, folder: Path) -> Image.Image:
    target = folder / f"source-{second}.png"
    films.ffmpeg(
        *("-i", str(source), "-ss", str(second), "-map", f"0:{index}", "-frames:v", "1", "-update", "1", str(target))
    )
    with Image.open(target) as picture:
        return picture.convert("RGB")


def _sound_shift_s(source: Path, made: Path) -> float:
    """Return by how much the sound of ``made`` is late: the shift at which the loudness of both agrees best."""
    step_s = 0.01
    one, other = _loudness(source, step_s), _loudness(made, step_s)
    length = min(len(one), len(other))
    if max(one, default=0) < 0.001:
        return 0.0  # digital silence fits everywhere
    longest = min(30, length // 4)
    shifts = range(-longest, longest + 1)
    return step_s * min(shifts, key=lambda shift: (_distance(one[:length], other[:length], shift), abs(shift)))


def _distance(one: list[float], other: list[float], shift: int) -> float:
    pairs = [(one[n], other[n + shift]) for n in range(len(one)) if 0 <= n + shift < len(other)]
    return sum((left - right) ** 2 for left, right in pairs) / max(1, len(pairs))


def _loudness(path: Path, step_s: float) -> list[float]:
    """Return the mean of the absolute samples of each step, from the film's zero, scaled to a loudest step of 1."""
    sums: list[float] = []
    with av.open(str(path)) as film:
        zero_s = (film.start_time or 0) / av.time_base
        for start_s, rate, samples in measuring.heard(film):
            _add(sums, start_s - zero_s, rate, samples, step_s)
    loudest = max(sums, default=0) or 1
    return [value / loudest for value in sums] if loudest > 1 else sums


def _add(sums: list[float], start_s: float, rate: int, samples: "array[float]", step_s: float) -> None:
    for number in range(0, len(samples), 16):
        step = int((start_s + number / rate) / step_s)
        if step >= 0:
            sums += [0.0] * (step + 1 - len(sums))
            sums[step] += abs(samples[number])
