"""Stage ``package``: playlists for streaming, the film as one file, poster and storyboard. No film is encoded again."""

from pathlib import Path

import ffmpeg

from foundation.contracts.base import Contract
from foundation.contracts.transcoding import VideoRendition
from services.media_transcoder.pipeline import boxes
from services.media_transcoder.pipeline.command import SOUND, base_command
from services.media_transcoder.pipeline.context import Film
from services.media_transcoder.pipeline.encode import progress_reader, run_ffmpeg
from services.media_transcoder.pipeline.errors import Broken, Refused
from services.media_transcoder.pipeline.fragments import Track, read_track
from services.media_transcoder.pipeline.planned import EncodePlan, Rung
from services.media_transcoder.pipeline.playlists import Variant, average_bps, master_playlist, media_playlist
from services.media_transcoder.pipeline.poster import best_moment
from services.media_transcoder.pipeline.refusals import DAMAGED
from services.media_transcoder.pipeline.scrub import scrub
from services.media_transcoder.pipeline.storyboard import write_storyboard
from services.media_transcoder.pipeline.workdir import write_whole

HLS = "hls"
MASTER = "hls/master.m3u8"
MP4 = "film.mp4"
POSTER = "poster.jpg"
STORYBOARD = "storyboard.jpg"
_PROGRESSIVE_SIDE = 720  # phones and school networks play this well


class Packaged(Contract):
    """What lies in the folder ``output`` now."""

    renditions: tuple[VideoRendition, ...]
    duration_s: float


def package(film: Film, plan: EncodePlan) -> Packaged:
    """Lay out ``output`` as it will be published; raises Refused when nothing could be decoded."""
    names = [rung.name for rung in plan.rungs] + ([SOUND.removesuffix(".mp4")] if plan.sound else [])
    tracks = {name: _moved(film, f"{name}.mp4") for name in names}
    variants = [Variant(rung, tracks[rung.name], f"{rung.name}.m3u8") for rung in plan.rungs]
    sound = tracks.get(SOUND.removesuffix(".mp4"))
    _write_playlists(film.work.output, variants, sound, plan)
    film.progress("package", 0.2)
    _write_film(film, progressive_rung(plan.rungs), sound)
    _write_stills(film, plan, variants[0].track)
    rate = float(plan.picture.frame_rate.exact)
    return Packaged(
        renditions=tuple(
            VideoRendition(
                name=v.rung.name,
                width=v.rung.width,
                height=v.rung.height,
                video_kbps=round(average_bps(v.track) / 1000),
                frame_rate=round(rate, 3),
            )
            for v in variants
        ),
        duration_s=round(max(track.duration_s for track in tracks.values()), 3),
    )


def progressive_rung(rungs: tuple[Rung, ...]) -> Rung:
    """Return the best rung within 1280 × 720 (either way up), else the smallest."""
    return next((rung for rung in rungs if min(rung.width, rung.height) <= _PROGRESSIVE_SIDE), rungs[-1])


def _moved(film: Film, name: str) -> Track:
    """Scrub a file of the encoder and move it to where it is published from; a killed predecessor may have done so."""
    made, target = film.work.path / "encoded" / name, film.work.output / HLS / name
    target.parent.mkdir(exist_ok=True)
    try:
        if made.exists():
            scrub(made)
            made.replace(target)
        return read_track(target)
    except boxes.BadBoxes as error:
        raise Refused(DAMAGED) from error


def _write_playlists(output: Path, variants: list[Variant], sound: Track | None, plan: EncodePlan) -> None:
    for track in [variant.track for variant in variants] + ([sound] if sound else []):
        name = track.name.removesuffix(".mp4")
        write_whole(output / HLS / f"{name}.m3u8", media_playlist(track).encode())
    channels = plan.sound.channels if plan.sound else 0
    master = master_playlist(variants, plan.picture.frame_rate, sound, channels)
    write_whole(output / MASTER, master.encode())


def _write_film(film: Film, rung: Rung, sound: Track | None) -> None:
    """Put one rung and the sound into one file with its index in front."""
    folder = film.work.output / HLS
    streams = [ffmpeg.input(f"file:{(folder / name).resolve()}") for name in _inputs(rung, sound)]
    target = film.work.path / "film.part.mp4"
    output = ffmpeg.output(
        *streams,
        f"file:{target.resolve()}",
        c="copy",
        map_metadata="-1",
        map_chapters="-1",
        fflags="+bitexact",
        movflags="+faststart",
        f="mp4",
    )
    _run(film, output.compile(cmd=base_command(film.tools.ffmpeg), overwrite_output=True))
    scrub(target)
    target.replace(film.work.output / MP4)


def _inputs(rung: Rung, sound: Track | None) -> list[str]:
    return [f"{rung.name}.mp4", *([sound.name] if sound else [])]


def _write_stills(film: Film, plan: EncodePlan, top: Track) -> None:
    sprite = film.work.output / STORYBOARD
    write_storyboard(film.work.path / "encoded", plan.storyboard, sprite)
    second = best_moment(sprite, plan.storyboard, top.duration_s)
    target = film.work.path / "poster.part.jpg"
    picture = ffmpeg.input(f"file:{(film.work.output / HLS / top.name).resolve()}", ss=f"{second:.3f}").video
    picture = picture.filter("scale", out_color_matrix="bt601", out_range="pc").filter("format", "yuv420p")
    still = {"frames:v": 1, "c:v": "mjpeg", "q:v": 3, "flags:v": "+bitexact", "update": 1, "f": "image2"}
    output = ffmpeg.output(picture, f"file:{target.resolve()}", map_metadata="-1", fflags="+bitexact", **still)
    _run(film, output.compile(cmd=base_command(film.tools.ffmpeg), overwrite_output=True))
    target.replace(film.work.output / POSTER)


def _run(film: Film, command: list[str]) -> None:
    """Our own files come in here, so a failure is ours."""
    finished = run_ffmpeg(command, film=film, on_line=progress_reader(lambda _: film.progress("package", 0.5)))
    if finished.code != 0:
        raise Broken("The prepared film could not be put together.")
