"""Do the rungs show what the storyboard shows? Runs as a program of its own on a leash.

A file that was damaged on its way may decode without an error. The storyboard is drawn before encoding, so pictures of
a rung that differ from its tiles were damaged after it.

Usage: python -m services.media_transcoder.pipeline.spotcheck JSON    {"storyboard", "board", "rungs": [path…], "end_s"}
Prints {"differences": {path: largest mean difference of a picture from its tile, 0 to 255}}.
"""

import json
import sys
from typing import Any

import av
from av.video.frame import VideoFrame
from PIL import Image, ImageChops, ImageStat

from foundation.contracts.transcoding import StoryboardPlan
from services.media_transcoder.pipeline.storyboard import tile_box, tile_count

_PICTURES = 6
_SIDE = 24
_EARLY_S = 0.001


def main(arguments: list[str]) -> None:
    """Print how far each rung is from the storyboard."""
    asked = json.loads(arguments[0])
    board = StoryboardPlan.model_validate(asked["board"])
    with Image.open(asked["storyboard"]) as sprite:
        grey = sprite.convert("L")
    numbers = chosen(tile_count(board, asked["end_s"]))
    tiles = {number * board.interval_s: _small(grey.crop(tile_box(board, number))) for number in numbers}
    print(json.dumps({"differences": {path: largest_difference(path, tiles) for path in asked["rungs"]}}))  # noqa: T201


def chosen(count: int) -> list[int]:
    """Return up to six of ``count`` tiles, evenly spread."""
    return sorted({round(step * (count - 1) / (_PICTURES - 1)) for step in range(_PICTURES)})


def largest_difference(path: str, tiles: dict[float, Image.Image]) -> float:
    with av.open(path) as film:
        differences = [_difference(_picture_at(film, second), tile) for second, tile in tiles.items()]
    return max(differences)


def _picture_at(film: Any, second: float) -> VideoFrame | None:
    """Return the first picture at or after ``second``, as the storyboard took it."""
    film.seek(int(second * av.time_base))
    last: VideoFrame | None = None
    for last in film.decode(video=0):
        if last.time is not None and last.time >= second - _EARLY_S:
            return last
    return last


def _difference(picture: VideoFrame | None, tile: Image.Image) -> float:
    if picture is None:
        return 255.0
    grey: Any = picture.reformat(format="gray8")
    shown = _small(grey.to_image().convert("L"))
    return float(ImageStat.Stat(ImageChops.difference(shown, tile)).mean[0])


def _small(picture: Image.Image) -> Image.Image:
    return picture.resize((_SIDE, _SIDE), Image.Resampling.BOX)


if __name__ == "__main__":
    main(sys.argv[1:])
