"""Which picture stands for the film? The tile of the storyboard that shows most: not black, not blank, not blurred."""

from pathlib import Path

from PIL import Image, ImageFilter, ImageStat

from foundation.contracts.transcoding import StoryboardPlan
from services.media_transcoder.pipeline.storyboard import tile_box, tile_count

_DARK, _BRIGHT = 32, 224
_OFF_EXPOSURE = 0.2


def best_moment(storyboard: Path, board: StoryboardPlan, end_s: float) -> float:
    """Return the second at which the poster is taken: the time of the best tile before ``end_s``."""
    with Image.open(storyboard) as sprite:
        grey = sprite.convert("L")
    count = tile_count(board, end_s)
    scores = [score(grey.crop(tile_box(board, number))) for number in range(count)]
    if count > 2:
        scores[0] *= 0.7  # films fade in, or begin on a title
    return scores.index(max(scores)) * board.interval_s


def score(tile: Image.Image) -> float:
    """Return how much ``tile`` shows: contrast times detail, little where it is nearly black or white."""
    statistics = ImageStat.Stat(tile)
    detail = ImageStat.Stat(tile.filter(ImageFilter.FIND_EDGES)).mean[0]
    value = statistics.stddev[0] * (1 + detail)
    return value if _DARK < statistics.mean[0] < _BRIGHT else value * _OFF_EXPOSURE
