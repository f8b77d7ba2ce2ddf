"""Do the streams hold what the playlists promise, and do all sizes switch at the same pictures?"""

import re
from pathlib import Path

import av
import pytest

from services.media_transcoder.pipeline.errors import Broken
from services.media_transcoder.pipeline.evidence import check_playlist
from services.media_transcoder.pipeline.fragments import Segment, Track, read_track
from services.media_transcoder.pipeline.playlists import average_bps, media_playlist, peak_bps
from services.media_transcoder.pipeline.verify import check_in_step

ATTRIBUTE = re.compile(r'([A-Z-]+)=("[^"]*"|[^,]*)')


def streams_of(master: Path) -> list[tuple[str, dict[str, str]]]:
    """Return the uri and attributes of each variant."""
    lines = master.read_text().splitlines()
    return [
        (lines[number + 1], {name: value.strip('"') for name, value in ATTRIBUTE.findall(line)})
        for number, line in enumerate(lines)
        if line.startswith("#EXT-X-STREAM-INF:")
    ]


def test_the_master_names_every_size_with_what_players_choose_by(plain_result: Path) -> None:
    hls = plain_result / "hls"
    sound = read_track(hls / "sound.mp4")

    streams = streams_of(hls / "master.m3u8")

    assert [uri for uri, _ in streams] == ["360p.m3u8", "270p.m3u8"]
    for uri, found in streams:
        track = read_track(hls / uri.replace(".m3u8", ".mp4"))
        with av.open(str(hls / track.name)) as film:
            context = film.streams.video[0].codec_context
            assert found["RESOLUTION"] == f"{context.width}x{context.height}"
        assert found["CODECS"] == f"{track.codec},mp4a.40.2"
        assert re.fullmatch(r"avc1\.6400[0-9A-F]{2}", track.codec)
        assert found["FRAME-RATE"] == "30.000"
        assert int(found["BANDWIDTH"]) == peak_bps(track) + peak_bps(sound)
        assert int(found["AVERAGE-BANDWIDTH"]) == average_bps(track) + average_bps(sound)
        assert found["AUDIO"] == "sound"
    assert '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound"' in (hls / "master.m3u8").read_text()


def test_every_range_is_one_segment_that_begins_with_a_keyframe(plain_result: Path) -> None:
    for name in ("360p", "270p"):
        playlist = plain_result / "hls" / f"{name}.m3u8"
        check_playlist(playlist)
        text = playlist.read_text()
        assert re.findall(r"#EXTINF:([\d.]+),", text) == ["4.00000", "4.00000", "1.00000"]
        assert "#EXT-X-TARGETDURATION:4\n" in text
        data = playlist.with_suffix(".mp4").read_bytes()
        for size, start in re.findall(r"#EXT-X-BYTERANGE:(\d+)@(\d+)", text):
            assert data[int(start) + 4 : int(start) + 8] == b"moof"
            assert int(start) + int(size) <= len(data)


def test_keyframes_stand_where_segments_begin_and_nowhere_else(plain_result: Path) -> None:
    found = {}
    for name in ("360p", "270p"):
        with av.open(str(plain_result / "hls" / f"{name}.mp4")) as film:
            stream = film.streams.video[0]
            packets = [(packet.pts, packet.is_keyframe) for packet in film.demux(stream) if packet.pts is not None]
            assert stream.time_base
            keys = [float(pts * stream.time_base) for pts, is_keyframe in packets if is_keyframe]
            found[name] = (len(packets), keys)

    assert found == dict.fromkeys(found, (270, [0.0, 4.0, 8.0]))


def test_the_one_file_has_its_index_in_front_and_the_same_pictures(plain_result: Path) -> None:
    data = (plain_result / "film.mp4").read_bytes()

    assert data.find(b"moov") < data.find(b"mdat")
    with av.open(str(plain_result / "film.mp4")) as film, av.open(str(plain_result / "hls" / "360p.mp4")) as rung:
        copied, encoded = (
            [bytes(packet) for packet in file.demux(file.streams.video[0]) if packet.size] for file in (film, rung)
        )
        assert copied == encoded  # nothing was encoded again


def test_a_playlist_that_leaves_out_bytes_is_noticed(plain_result: Path, tmp_path: Path) -> None:
    playlist = tmp_path / "360p.m3u8"
    playlist.with_suffix(".mp4").write_bytes((plain_result / "hls" / "360p.mp4").read_bytes() + b"more")
    playlist.write_text((plain_result / "hls" / "360p.m3u8").read_text())

    with pytest.raises(Broken, match="does not reach the end"):
        check_playlist(playlist)
    playlist.write_text(playlist.read_text().replace("@0", "@1"))
    with pytest.raises(Broken, match="leaves out a part"):
        check_playlist(playlist)


def track(*durations: int, **changes: int) -> Track:
    segments = [
        Segment(number * 100, 100, sum(durations[:number]), duration, duration, changes.get("keyframes", 1), 2)
        for number, duration in enumerate(durations)
    ]
    return Track("360p.mp4", 30, "avc1.64001E", changes.get("skipped", 2), 100, 1000, tuple(segments))


def test_sizes_that_are_out_of_step_are_noticed() -> None:
    check_in_step([track(120, 30), track(120, 30)], None)

    for wrong in (track(120, 29), track(90, 60), track(120, 30, keyframes=2), track(120, 30, skipped=0)):
        with pytest.raises(Broken):
            check_in_step([track(120, 30), wrong], None)


def test_a_short_last_segment_does_not_raise_the_peak() -> None:
    assert peak_bps(track(120, 120, 3)) == 200
    assert peak_bps(track(3)) == 8000
    assert media_playlist(track(120, 3)).count("#EXTINF") == 2
