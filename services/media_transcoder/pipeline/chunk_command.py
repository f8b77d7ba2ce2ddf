"""Which command encodes one chunk of a film, and which its sound?

A chunk is decoded from a keyframe at or before its first picture, with the timestamps of the whole film, and put onto
the same grid of pictures; what lies outside the chunk is dropped there, before anything is scaled or encoded.
"""

from pathlib import Path
from typing import Any

import ffmpeg

from services.media_transcoder.pipeline import chunks, graph
from services.media_transcoder.pipeline.chunks import SEAM_PICTURES, Chunk
from services.media_transcoder.pipeline.command import (
    TILES,
    base_command,
    output,
    sound_output,
    tile_options,
    video_options,
)
from services.media_transcoder.pipeline.cutting import seek_s
from services.media_transcoder.pipeline.planned import EncodePlan, SoundPlan

SEAMS = "seams.txt"
_ORIGINAL_TIMES = ["-copyts", "-start_at_zero"]


def chunk_command(
    plan: EncodePlan, chunk: Chunk, *, ffmpeg_path: str, threads: int, source: Path, target: Path
) -> list[str]:
    """Return the arguments that make all rungs of ``chunk``, its tiles, and hashes of the pictures at its ends."""
    inside, seams = _pictures(source, plan, chunk)
    top = graph.finished(inside, plan.picture, plan.rungs[0])
    *rungs, last = graph.sizes(top, plan)
    outputs = []
    taken, until = (chunks.tiles_before(plan, picture) for picture in (chunk.start, chunk.end))
    if taken < until:
        parts = last.filter_multi_output("split", 2)
        last, options = parts[0], tile_options(plan, taken=taken) | {"start_number": taken + 1}
        outputs.append(output(graph.tiles(parts[1], plan, taken=taken), target / TILES, **options))
    from_zero = [rung.filter("setpts", f"PTS-{chunk.start}") for rung in (*rungs, last)]
    made = [
        output(stream, target / f"{rung.name}.mp4", **video_options(rung, plan.picture, threads))
        for stream, rung in zip(from_zero, plan.rungs, strict=True)
    ]
    hashes = {"c:v": "rawvideo", "f": "framehash", "hash": "md5", "fps_mode": "passthrough"}
    outputs = [*made, *outputs, output(seams, target / SEAMS, **hashes)]
    return _compiled(outputs, [*base_command(ffmpeg_path), *(_ORIGINAL_TIMES if chunk.start else [])])


def sound_command(plan: EncodePlan, sound: SoundPlan, *, ffmpeg_path: str, source: Path, target: Path) -> list[str]:
    """Return the arguments that make the whole sound: AAC begins with priming, so it is never cut."""
    film = graph.source_of(source, plan)
    return _compiled([sound_output(film, plan, sound, target)], base_command(ffmpeg_path))


def _pictures(source: Path, plan: EncodePlan, chunk: Chunk) -> tuple[Any, Any]:
    """Return the pictures of the chunk, and those at its ends that its neighbours decode as well."""
    if chunk.start:
        film = graph.source_of(source, plan, ss=f"{seek_s(plan, chunk.start):.6f}", noaccurate_seek=None)
        grid = graph.on_grid(film[str(plan.picture.index)], plan.picture)
    else:
        grid = graph.on_grid(graph.source_of(source, plan)[str(plan.picture.index)], plan.picture, start_time=0)
    parts = grid.filter_multi_output("split", 2)
    beyond = chunk.end + (0 if chunk.is_last else SEAM_PICTURES)
    seams = parts[1].filter("trim", start_pts=chunk.start, end_pts=beyond)
    seams = seams.filter("select", f"lt(pts,{chunk.start + SEAM_PICTURES})+gte(pts,{chunk.end})")
    return parts[0].filter("trim", start_pts=chunk.start, end_pts=chunk.end), seams


def _compiled(outputs: list[Any], begin: list[str]) -> list[str]:
    command: list[str] = ffmpeg.merge_outputs(*outputs).compile(cmd=begin, overwrite_output=True)
    return command
