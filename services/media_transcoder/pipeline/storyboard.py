"""How do the tiles become one picture? Row by row, black where the film ended before its plan."""

import math
from pathlib import Path

from PIL import Image

from foundation.contracts.transcoding import StoryboardPlan
from services.media_transcoder.pipeline.command import TILES

_QUALITY = 80


def write_storyboard(folder: Path, board: StoryboardPlan, target: Path) -> None:
    """Put the tiles in ``folder`` (ffmpeg numbers them from 1) together as a JPEG, whole or not at all."""
    sprite = Image.new("RGB", (board.columns * board.tile_width, board.rows * board.tile_height))
    for number in range(board.columns * board.rows):
        path = folder / (TILES % (number + 1))
        if path.exists():
            with Image.open(path) as tile:
                sprite.paste(tile, tile_box(board, number))
    temporary = target.with_name(f".{target.name}.tmp")
    sprite.save(temporary, "JPEG", quality=_QUALITY, optimize=True)
    temporary.replace(target)


def tile_box(board: StoryboardPlan, number: int) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of a tile, counted from 0."""
    left = number % board.columns * board.tile_width
    top = number // board.columns * board.tile_height
    return left, top, left + board.tile_width, top + board.tile_height


def tile_count(board: StoryboardPlan, end_s: float) -> int:
    """Return how many tiles show pictures when the last picture ends at ``end_s``."""
    return max(1, min(board.columns * board.rows, math.ceil(end_s / board.interval_s - 1e-6)))
