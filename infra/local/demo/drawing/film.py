"""How does the comic become a short film? A camera moves over its panels; a few quiet notes sound.

The film in ``infra/local/demo/films`` was made by ``python -m infra.local.demo.drawing.film FILE``.
"""

import array
import math
import subprocess
import sys
import tempfile
import wave
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import imageio_ffmpeg
from PIL import Image

from infra.local.demo.drawing.panels import PANELS

SIZE = (960, 540)
FRAMES_PER_S = 20
SHOT_S, FADE_S = 3.0, 0.5
RATE = 44_100
# Left, top and width of what the camera sees when a shot begins and ends, in parts of the panel's width.
SHOTS = {
    "bedroom": ((0.0, 0.08, 1.0), (0.42, 0.18, 0.52)),
    "the-picture": ((0.2, 0.12, 0.62), (0.0, 0.1, 1.0)),
    "school-yard": ((0.3, 0.12, 0.68), (0.0, 0.14, 0.72)),
    "no-shield": ((0.08, 0.18, 0.6), (0.0, 0.1, 1.0)),
    "workshop": ((0.0, 0.1, 1.0), (0.4, 0.06, 0.58)),
    "the-bench": ((0.14, 0.12, 0.7), (0.0, 0.12, 1.0)),
}
# A pentatonic tune: seconds, hertz.
TUNE = tuple(
    (index * 0.425, 220 * 2 ** (step / 12))
    for index, step in enumerate((0, 7, 12, 10, 7, 3, 5, 7, 0, 3, 7, 10, 12, 10, 7, 5, 3, 5, 7, 12, 15, 12, 10, 7) * 2)
)


def frames() -> Iterator[Image.Image]:
    """Yield every frame; a shot fades into the next one."""
    shots = [list(_shot(name)) for name in SHOTS]
    fade = round(FADE_S * FRAMES_PER_S)
    for shot, following in pairwise([*shots, []]):
        yield from shot[fade if shot is not shots[0] else 0 : len(shot) - (fade if following else 0)]
        for index in range(fade if following else 0):
            yield Image.blend(shot[index - fade], following[index], (index + 1) / (fade + 1))


def _shot(name: str) -> Iterator[Image.Image]:
    panel = PANELS[name]().finished()
    begin, end = SHOTS[name]
    count = round((SHOT_S + FADE_S) * FRAMES_PER_S)
    for index in range(count):
        ease = (1 - math.cos(math.pi * index / (count - 1))) / 2
        left, top, width = ((a + (b - a) * ease) * panel.width for a, b in zip(begin, end, strict=True))
        area = (left, top, left + width, min(top + width * SIZE[1] / SIZE[0], panel.height))
        yield panel.resize(SIZE, Image.Resampling.BICUBIC, box=area)


def sound(seconds: float) -> bytes:
    """Return 16-bit samples of the tune, each note struck and dying away."""
    samples = array.array("d", bytes(8 * round(seconds * RATE)))
    for start, pitch in TUNE:
        first, length = round(start * RATE), round(1.6 * RATE)
        for offset in range(min(length, len(samples) - first)):
            t = offset / RATE
            strength = math.exp(-3.2 * t) * min(1, t * 90)
            tone = math.sin(2 * math.pi * pitch * t) + 0.3 * math.sin(4 * math.pi * pitch * t)
            samples[first + offset] += 0.11 * strength * tone
    fade = 1.2 * RATE
    quiet = (value * min(1, (len(samples) - place) / fade) for place, value in enumerate(samples))
    return array.array("h", (round(max(-1, min(1, value)) * 32_767) for value in quiet)).tobytes()


def make(target: Path) -> None:
    """Write the film to ``target``, without a word about when or where it was made."""
    pictures = list(frames())
    with tempfile.TemporaryDirectory() as folder:
        tune = Path(folder) / "tune.wav"
        with wave.open(str(tune), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(sound(len(pictures) / FRAMES_PER_S))
        source = f"-f rawvideo -pix_fmt rgb24 -s {SIZE[0]}x{SIZE[1]} -r {FRAMES_PER_S} -i -"
        encode = (
            "-c:v libx264 -preset veryslow -crf 29 -pix_fmt yuv420p -c:a aac -b:a 64k -bitexact -movflags +faststart"
        )
        argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *source.split(), "-i", str(tune), *encode.split()]
        pixels = b"".join(picture.tobytes() for picture in pictures)
        subprocess.run([*argv, str(target)], input=pixels, check=True)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
