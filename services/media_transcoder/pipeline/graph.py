"""Which filters turn the source into every rung, the sound and the storyboard, decoding once?

Written with ffmpeg-python, which escapes and numbers; ``compile()`` gives the command, our own runner runs it.
"""

from pathlib import Path
from typing import Any

import ffmpeg

from services.media_transcoder.pipeline.planned import EncodePlan, PicturePlan, Rung, SoundPlan
from services.media_transcoder.pipeline.whitelist import demuxer_options

# Reference white of HDR is 203 cd/m² (ITU-R BT.2408 §2): it becomes 1.0, so that faces keep their brightness.
# Highlights up to 1000 cd/m² are rolled off above it.
_REFERENCE_WHITE = 203
_PEAK = round(1000 / _REFERENCE_WHITE, 2)

_TURNS: dict[int, tuple[tuple[str, dict[str, Any]], ...]] = {
    0: (),
    1: (("transpose", {"dir": "clock"}),),
    2: (("hflip", {}), ("vflip", {})),
    3: (("transpose", {"dir": "cclock"}),),
}


def source_of(path: Path, plan: EncodePlan, **options: Any) -> Any:
    """Return the input: one demuxer, local files only, known decoders, turned by us and not by ffmpeg."""
    return ffmpeg.input(f"file:{path}", f=plan.demuxer, noautorotate=None, **demuxer_options(plan.demuxer), **options)


def pictures(source: Any, plan: EncodePlan) -> tuple[list[Any], Any]:
    """Return one stream per rung, largest first, each scaled from the one above it, and the tiles of the storyboard."""
    rungs = sizes(upright(source[str(plan.picture.index)], plan.picture, plan.rungs[0]), plan)
    parts = rungs[-1].filter_multi_output("split", 2)
    return [*rungs[:-1], parts[0]], tiles(parts[1], plan)


def sizes(top: Any, plan: EncodePlan) -> list[Any]:
    """Return one stream per rung: ``top`` itself, and each smaller one scaled from the one above it."""
    current, rungs = top, []
    for below in plan.rungs[1:]:
        parts = current.filter_multi_output("split", 2)
        rungs.append(parts[0])
        current = parts[1].filter("scale", below.width, below.height, flags="bicubic")
    return [*rungs, current]


def upright(stream: Any, picture: PicturePlan, top: Rung) -> Any:
    """Constant rate from zero on, and everything that makes a picture ready to be shown."""
    return finished(on_grid(stream, picture, start_time=0), picture, top)


def on_grid(stream: Any, picture: PicturePlan, **begin: Any) -> Any:
    """Whole pictures at a constant rate; picture number n has the timestamp n, wherever decoding began."""
    if picture.is_interlaced:
        stream = stream.filter("bwdif", mode="send_frame", deint="interlaced")
    rate = picture.frame_rate
    return stream.filter("fps", fps=f"{rate.numerator}/{rate.denominator}", **begin)


def finished(stream: Any, picture: PicturePlan, top: Rung) -> Any:
    """The top rung's size, BT.709, upright, square pixels; nothing attached to frames.

    Frames carry more than pixels (display matrix, closed captions, mastering data): all of it would reach the files.
    """
    stream = _turned(_coloured(stream, picture, top), picture)
    stream = stream.filter("sidedata", mode="delete").filter("setsar", 1)
    return stream.filter("setparams", range="tv", color_primaries="bt709", color_trc="bt709", colorspace="bt709")


def _coloured(stream: Any, picture: PicturePlan, top: Rung) -> Any:
    """Scale and convert before turning, while there are fewer pixels to turn."""
    is_sideways = picture.orientation.quarter_turns % 2
    size = (top.height, top.width) if is_sideways else (top.width, top.height)
    if picture.tone == "standard":
        return stream.filter("scale", *size, **_standard(picture)).filter("format", "yuv420p")
    stream = stream.filter("scale", *size, flags="bicubic")
    found = picture.colour
    given = {"pin": found.primaries, "tin": found.transfer, "min": found.matrix, "rin": int(picture.is_full_range)}
    linear = {"t": "linear", "p": "bt709", "m": "gbr", "npl": _REFERENCE_WHITE}
    stream = stream.filter("zscale", **given, **linear).filter("format", "gbrpf32le")
    if picture.tone == "high":
        stream = stream.filter("tonemap", tonemap="mobius", desat=0, peak=_PEAK)
    return stream.filter("zscale", t="bt709", m="bt709", p="bt709", r="tv").filter("format", "yuv420p")


def _standard(picture: PicturePlan) -> dict[str, Any]:
    options: dict[str, Any] = {"flags": "bicubic", "out_color_matrix": "bt709", "out_range": "tv"}
    if picture.matrix:
        options |= {"in_color_matrix": picture.matrix, "in_range": "pc" if picture.is_full_range else "tv"}
    return options


def _turned(stream: Any, picture: PicturePlan) -> Any:
    if picture.orientation.is_mirrored:
        stream = stream.filter("hflip")
    for name, options in _TURNS[picture.orientation.quarter_turns]:
        stream = stream.filter(name, **options)
    return stream


def tiles(stream: Any, plan: EncodePlan, *, taken: int = 0) -> Any:
    """The first picture at or after each interval, after the ``taken`` first ones. They are put together later: with
    ``tile``, which gives its only picture at the end of the film, ffmpeg reports no progress until then.
    """
    board = plan.storyboard
    number = f"(selected_n+{taken})" if taken else "selected_n"
    stream = stream.filter("select", f"gte(t,{number}*{board.interval_s})")
    return stream.filter("scale", board.tile_width, board.tile_height, flags="area").filter("format", "rgb24")


def sound(source: Any, plan: SoundPlan) -> Any:
    """Start at zero and fill gaps with silence, so that late sound stays late.

    Surround is mixed down by ITU-R BS.775 and scaled so that it can't clip.
    """
    layout = "mono" if plan.channels == 1 else "stereo"
    return source[str(plan.index)].filter(
        "aresample", 48000, ochl=layout, rematrix_maxval=1, **{"async": 1, "first_pts": 0}
    )
