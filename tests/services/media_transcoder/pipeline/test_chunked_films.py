"""Is a film made in chunks the film that one run makes: every picture once, at its moment, and no seam to be seen?"""

import re
import struct
import subprocess
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from services.media_transcoder.pipeline import boxes
from services.media_transcoder.pipeline.assembly import encode
from services.media_transcoder.pipeline.context import Film
from services.media_transcoder.pipeline.ffmpeg_path import default_ffmpeg
from services.media_transcoder.pipeline.fragments import Track, read_track
from services.media_transcoder.pipeline.joining import SeamVisible, join_track
from services.media_transcoder.pipeline.planned import EncodePlan
from services.media_transcoder.pipeline.playlists import average_bps, peak_bps
from services.media_transcoder.pipeline.stages import look
from tests.services.media_transcoder import films
from tests.services.media_transcoder.conftest import film_on_its_way
from tests.services.media_transcoder.shared import FILMS, needs_shared

SECONDS = 11  # two cuts, at 4 and 8 seconds: a segment is the shortest chunk
SHORT_CHUNKS_S = 2.0
MOVING = f"testsrc2=s=192x108:r={{rate}}:d={SECONDS}"  # no picture is like another
SAME_FILM_DB = 30.0  # two encodings of one picture are closer than this, two neighbouring pictures are not
X264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "12", "-pix_fmt", "yuv420p")
BESIDE = ("-f", "lavfi", "-i", f"sine=d={SECONDS}", "-c:a", "aac")


def moving(rate: str = "30") -> tuple[str, ...]:
    return "-f", "lavfi", "-i", MOVING.format(rate=rate)


def made(folder: Path, name: str, *arguments: str) -> Path:
    films.ffmpeg(*arguments, str(folder / name))
    return folder / name


def plain(folder: Path) -> Path:
    return made(folder, "plain.mp4", *moving("30000/1001"), *BESIDE, *X264, "-g", "25")


def open_groups(folder: Path) -> Path:
    """Keyframes are followed by pictures that are shown before them and lean on what lies before them."""
    return made(folder, "open.mp4", *moving(), *X264, "-g", "37", "-x264-params", "open-gop=1:bframes=4:b-pyramid=2")


def hevc(folder: Path) -> Path:
    options = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "open-gop=1:keyint=50:log-level=none")
    return made(folder, "hevc.mp4", *moving("25"), *options)


def variable_rate(folder: Path) -> Path:
    keep = "select='if(lt(t,5),mod(n,3),mod(n,2))'"
    return made(folder, "variable.mkv", *moving(), "-vf", keep, "-fps_mode", "vfr", *X264, "-g", "20")


def edit_list(folder: Path) -> Path:
    """The file holds more than its edit list shows, and its timestamps begin below zero."""
    whole = made(folder, "whole.mp4", *moving(), *BESIDE, *X264, "-g", "30", "-bf", "3")
    return made(folder, "cut.mp4", "-ss", "0.7", "-i", str(whole), "-c", "copy")


def interlaced(folder: Path) -> Path:
    options = ("-c:v", "mpeg2video", "-b:v", "4M", "-flags", "+ilme+ildct", "-g", "12", "-bf", "2")
    return made(folder, "interlaced.mkv", *moving("50"), "-vf", "interlace,setfield=tff", *options)


def late_picture(folder: Path) -> Path:
    return made(folder, "late.mp4", *BESIDE[:4], "-itsoffset", "0.5", *moving(), *X264, "-g", "30", "-c:a", "aac")


def turned_and_deep(folder: Path) -> Path:
    """Ten bits in the colours of HDR, to be shown on its side, with keyframes far apart."""
    hdr = (
        "-pix_fmt",
        "yuv420p10le",
        "-color_primaries",
        "bt2020",
        "-color_trc",
        "smpte2084",
        "-colorspace",
        "bt2020nc",
    )
    coded = made(folder, "deep.mp4", *moving(), *X264, *hdr, "-g", "250")
    return made(folder, "turned.mp4", "-display_rotation", "90", "-i", str(coded), "-c", "copy")


SOURCES: dict[str, Callable[[Path], Path]] = {
    "plain": plain,
    "open groups": open_groups,
    "HEVC": hevc,
    "variable rate": variable_rate,
    "edit list": edit_list,
    "interlaced": interlaced,
    "late picture": late_picture,
    "turned, HDR": turned_and_deep,
}
Encodings = tuple[EncodePlan, Path, Path]


def both_ways(source: Path, folder: Path) -> Encodings:
    """Return the plan with cuts, what the chunks gave, and what one run gave."""
    film = _chunked_film(source, folder / "chunked")
    plan, _ = look(film)
    encode(film, plan)
    whole = film_on_its_way(source, folder / "whole")
    whole.work.open_for("the same")
    encode(whole, plan.model_copy(update={"cuts": ()}))
    return plan, film.work.path / "encoded", whole.work.path / "encoded"


@pytest.mark.parametrize("name", SOURCES)
def test_chunks_join_to_the_film_that_one_run_makes(name: str, tmp_path: Path) -> None:
    plan, chunked, whole = both_ways(SOURCES[name](tmp_path), tmp_path)

    assert len(plan.cuts) == 2
    _assert_same_film(plan, chunked, whole)
    top = f"{plan.rungs[0].name}.mp4"
    assert (chunked / top).read_bytes() != (whole / top).read_bytes()  # it was made in chunks, not in one run


def _assert_same_film(plan: EncodePlan, chunked: Path, whole: Path) -> None:
    assert {path.name for path in chunked.iterdir()} == {path.name for path in whole.iterdir()}
    for path in chunked.iterdir():
        if path.name.startswith(("tile-", "sound")):
            assert path.read_bytes() == (whole / path.name).read_bytes(), path.name
    for rung in plan.rungs:
        one, other = read_track(chunked / f"{rung.name}.mp4"), read_track(whole / f"{rung.name}.mp4")
        assert timing(one) == timing(other)
        assert moof_numbers(chunked / one.name) == list(range(1, len(one.segments) + 1))
        likeness = likeness_db(chunked / one.name, whole / one.name)
        assert len(likeness) == one.samples == other.samples
        assert min(likeness) > SAME_FILM_DB


def timing(track: Track) -> list[tuple[int, ...]]:
    segments = [(s.decode_time, s.duration, s.samples, s.keyframes, s.first_shown) for s in track.segments]
    return [(track.timescale, track.skipped, track.header_bytes), *segments]


def moof_numbers(path: Path) -> list[int]:
    data = path.read_bytes()
    moofs = [data[box.start : box.end] for box in boxes.top_level(path) if box.kind == b"moof"]
    return [struct.unpack_from(">I", moof, moof.find(b"mfhd") + 8)[0] for moof in moofs]


def likeness_db(one: Path, other: Path) -> list[float]:
    """Return the PSNR of each pair of pictures, which are matched by their timestamps."""
    graph = "[0:v][1:v]psnr=stats_file=-:eof_action=endall"
    command = [default_ffmpeg(), "-v", "error", "-i", str(one), "-i", str(other), "-lavfi", graph, "-f", "null", "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [float(value) for value in re.findall(r"psnr_avg:(\S+)", said)]


def test_neighbouring_pictures_are_told_apart(tmp_path: Path) -> None:
    """The measure of these tests: a film that is one picture late at a seam would not pass."""
    source = plain(tmp_path)
    late = made(tmp_path, "late.mp4", "-i", str(source), "-vf", "setpts=PTS-1001/30000/TB,trim=start_frame=1", *X264)

    assert min(likeness_db(source, late)) < SAME_FILM_DB


def test_a_stream_without_an_index_is_not_cut(tmp_path: Path) -> None:
    for name, codec in (("film.ts", X264), ("film.avi", ("-c:v", "mpeg4", "-q:v", "5", "-bf", "2"))):
        plan, _ = look(_chunked_film(made(tmp_path, name, *moving(), *codec, "-g", "30"), tmp_path / name[-3:]))
        assert plan.cuts == ()


def test_a_film_with_one_keyframe_is_not_decoded_again_and_again(tmp_path: Path) -> None:
    source = made(tmp_path, "one.mp4", "-f", "lavfi", "-i", "testsrc2=s=64x64:d=40", *X264, "-g", "9999")

    plan, _ = look(_chunked_film(source, tmp_path / "work"))

    assert plan.cuts == (100, 200)  # up to twelve seconds behind the keyframe, and no further on


def test_an_index_that_lies_about_its_keyframes_is_found_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A decoder of MPEG-4 part 2 begins anywhere without complaint, on grey."""
    source = made(
        tmp_path, "lying.mp4", *moving(), "-c:v", "mpeg4", "-q:v", "4", "-g", "600", "-sc_threshold", "1000000000"
    )
    _call_keyframes(source, [1, 61, 121, 181, 241])

    plan, chunked, whole = both_ways(source, tmp_path)

    assert plan.cuts == (120, 240)
    assert [record.reason for record in caplog.records if hasattr(record, "reason")] == [
        "other pictures follow chunk 0"
    ]
    for path in whole.iterdir():
        assert path.read_bytes() == (chunked / path.name).read_bytes()


def _call_keyframes(path: Path, samples: list[int]) -> None:
    """Rewrite the table of sync samples (``stss``, ISO/IEC 14496-12 §8.6.2), taking room from the free box before."""
    data = path.read_bytes()
    moov = next(box for box in boxes.top_level(path) if box.kind == b"moov")
    at = data.index(b"stss", moov.start) - 4
    (size,) = struct.unpack_from(">I", data, at)
    table = struct.pack(f">I4sII{len(samples)}I", 16 + 4 * len(samples), b"stss", 0, len(samples), *samples)
    grown = bytearray(data[:at] + table + data[at + size :])
    for name in (b"moov", b"trak", b"mdia", b"minf", b"stbl"):
        place = data.index(name, moov.start) - 4
        (old,) = struct.unpack_from(">I", grown, place)
        struct.pack_into(">I", grown, place, old + len(table) - size)
    path.write_bytes(grown)


def test_chunks_that_are_coded_in_another_way_are_not_joined(tmp_path: Path) -> None:
    fragments = ("-t", "1", "-movflags", "+cmaf+delay_moov+frag_keyframe+skip_trailer", "-f", "mp4")
    one = made(tmp_path, "one.mp4", *moving(), *X264, *fragments)
    high = made(tmp_path, "high.mp4", *moving(), *X264, "-refs", "5", *fragments)
    slow = made(tmp_path, "slow.mp4", *moving("15"), *X264, *fragments)

    for other in (high, slow):
        with pytest.raises(SeamVisible):
            join_track(map(nullcontext, (one, other)), tmp_path / "joined.mp4")


def test_noise_that_takes_all_bits_there_are_keeps_its_bounds_at_the_joints(tmp_path: Path) -> None:
    """The encoder may take its buffer of two seconds in any four: no more than that where it begins anew."""
    noise = ("-f", "lavfi", "-i", f"testsrc2=s=192x108:d={SECONDS},noise=alls=100:allf=t")
    source = made(tmp_path, "noise.mp4", *noise, "-c:v", "mpeg4", "-q:v", "2", "-g", "25")

    plan, chunked, whole = both_ways(source, tmp_path)

    rung = plan.rungs[0]
    one, other = (read_track(folder / f"{rung.name}.mp4") for folder in (chunked, whole))
    assert average_bps(one) > 900 * rung.max_kbps  # or the test shows nothing
    assert peak_bps(one) <= 1500 * rung.max_kbps
    assert peak_bps(one) <= 1.25 * peak_bps(other)


@needs_shared
def test_a_film_of_a_camera_is_joined_in_every_size(tmp_path: Path) -> None:
    camera = FILMS / "ax_sample_with_increasing_timestamps_360p.mp4"

    plan, chunked, whole = both_ways(made(tmp_path, "film.mp4", "-t", "7", "-i", str(camera), "-c", "copy"), tmp_path)

    assert (len(plan.cuts), len(plan.rungs)) == (1, 2)
    _assert_same_film(plan, chunked, whole)


def _chunked_film(source: Path, work: Path) -> Film:
    film = film_on_its_way(source, work)
    return replace(film, tools=replace(film.tools, chunk_s=SHORT_CHUNKS_S))
