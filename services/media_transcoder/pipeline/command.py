"""Which single command encodes a film? One decode, all rungs, the sound and the storyboard.

x264's ``veryfast`` with three changes, measured at equal VMAF on real footage: ``trellis=1`` takes 8 % off the bytes,
``subme=1`` and ``me=dia`` a fifth off the time, ``aq-strength=0.8`` pays for them. One thread per encoder wastes least:
the rungs run beside each other. The figures are in docs/performance.md.
"""

from pathlib import Path
from typing import Any

import ffmpeg

from services.media_transcoder.pipeline import chunks, graph
from services.media_transcoder.pipeline.planned import EncodePlan, PicturePlan, Rung, SoundPlan

PRESET = "veryfast"
X264 = {"trellis": "1", "subme": "1", "me": "dia", "aq-strength": "0.8"}
TILES = "tile-%04d.png"
SOUND = "sound.mp4"


def encode_command(plan: EncodePlan, *, ffmpeg_path: str, threads: int, source: Path, target: Path) -> list[str]:
    """Return the arguments that encode ``source`` into the folder ``target``; progress comes on standard output."""
    film = graph.source_of(source, plan)
    rungs, tiles = graph.pictures(film, plan)
    end_s = chunks.end_s(plan)
    outputs = [
        output(stream, target / f"{rung.name}.mp4", t=end_s, **video_options(rung, plan.picture, threads))
        for stream, rung in zip(rungs, plan.rungs, strict=True)
    ]
    if plan.sound:
        outputs.append(sound_output(film, plan, plan.sound, target))
    outputs.append(output(tiles, target / TILES, **tile_options(plan)))
    command: list[str] = ffmpeg.merge_outputs(*outputs).compile(cmd=base_command(ffmpeg_path), overwrite_output=True)
    return command


def base_command(ffmpeg_path: str) -> list[str]:
    """Return what every run of ffmpeg begins with."""
    return [ffmpeg_path, "-hide_banner", "-nostdin", "-nostats", "-loglevel", "error", "-progress", "pipe:1"]


def sound_output(film: Any, plan: EncodePlan, sound: SoundPlan, target: Path) -> Any:
    """The whole sound, alone in its file."""
    options = sound_options(sound, plan.segment_s)
    return output(graph.sound(film, sound), target / SOUND, t=chunks.end_s(plan), **options)


def output(stream: Any, path: Path, **options: Any) -> Any:
    """Nothing of the source's tags, chapters or dates goes along, nor of the tools that wrote the file."""
    clean = {"map_metadata": "-1", "map_chapters": "-1", "fflags": "+bitexact"}
    return ffmpeg.output(stream, f"file:{path}", **clean, **options)


def video_options(rung: Rung, picture: PicturePlan, threads: int) -> dict[str, Any]:
    """Keyframes stand on the same pictures in all rungs and nowhere else; an edit list (``delay_moov``) begins at zero.

    A cut between them still gets an intra picture: with ``min-keyint`` beyond the distance of the forced ones, x264
    makes it one that is no keyframe.
    """
    gop = picture.gop_frames
    x264 = {**X264, "keyint": str(4 * gop), "min-keyint": str(2 * gop)}
    return {
        "c:v": "libx264",
        "preset": PRESET,
        "crf": rung.crf,
        "maxrate": f"{rung.max_kbps}k",
        "bufsize": f"{2 * rung.max_kbps}k",
        "pix_fmt": "yuv420p",
        "force_key_frames": f"expr:gte(n,n_forced*{gop})",
        "forced-idr": 1,
        "x264-params": ":".join(f"{key}={value}" for key, value in x264.items()),
        "threads": threads,
        "flags:v": "+bitexact",
        "bsf:v": "filter_units=remove_types=6",
        "fps_mode": "passthrough",
        "f": "mp4",
        "movflags": "+cmaf+delay_moov+frag_keyframe+skip_trailer",
    }


def sound_options(plan: SoundPlan, segment_s: float) -> dict[str, Any]:
    """AAC begins with 1024 samples of priming before time zero; an edit list (``delay_moov``) leaves them out."""
    return {
        "c:a": "aac",
        "b:a": f"{plan.kbps}k",
        "flags:a": "+bitexact",
        "f": "mp4",
        "movflags": "+cmaf+delay_moov+skip_trailer",
        "frag_duration": round(segment_s * 1_000_000),
    }


def tile_options(plan: EncodePlan, *, taken: int = 0) -> dict[str, Any]:
    """Up to as many tiles as the storyboard holds, without the ``taken`` first ones."""
    board = plan.storyboard
    return {"frames:v": board.columns * board.rows - taken, "c:v": "png", "fps_mode": "passthrough", "f": "image2"}
