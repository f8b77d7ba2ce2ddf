"""What does a finished film show and sound like? Measured from decoded pictures and samples, not from headers."""

from array import array
from collections.abc import Iterator
from pathlib import Path

import av
from av.audio.resampler import AudioResampler
from av.container import InputContainer
from PIL import Image, ImageChops, ImageStat

from tests.services.media_transcoder.films import ffmpeg

WHITE_FROM = 180.0
HEARD_FROM = 0.1
ONSET_S = 0.05
BOXES = {
    "top left": (0.05, 0.05, 0.2, 0.2),
    "top right": (0.8, 0.05, 0.95, 0.2),
    "bottom left": (0.05, 0.8, 0.2, 0.95),
    "bottom right": (0.8, 0.8, 0.95, 0.95),
    "middle": (0.4, 0.4, 0.6, 0.6),
}


def opened(path: Path) -> InputContainer:
    """Open a film; also a playlist and the files it names, which lie beside it."""
    return av.open(str(path))


def flash_at(path: Path) -> float:
    """Return the second at which the middle of the picture turns white."""
    with opened(path) as film:
        for frame in film.decode(video=0):
            grey = frame.reformat(width=16, height=16, format="gray8")
            middle = bytes(grey.planes[0])[8 * grey.planes[0].line_size + 8]
            if middle > WHITE_FROM:
                assert frame.time is not None
                return frame.time
    raise AssertionError(f"{path} never flashes")


def beep_at(path: Path) -> float:
    """Return the second of the first loud sample."""
    with opened(path) as film:
        for start_s, rate, samples in heard(film):
            for number, value in enumerate(samples):
                if abs(value) > HEARD_FROM:
                    return start_s + number / rate
    raise AssertionError(f"{path} never beeps")


def heard(film: InputContainer) -> Iterator[tuple[float, int, "array[float]"]]:
    """Yield start, rate and samples (all channels mixed to one) of each block of sound."""
    resampler = AudioResampler(format="flt", layout="mono")
    for frame in film.decode(audio=0):
        assert frame.time is not None
        for block in resampler.resample(frame):
            yield frame.time, block.sample_rate, array("f", bytes(block.planes[0])[: block.samples * 4])


def levels(path: Path) -> list[float]:
    """Return the loudest sample of each channel, after the onset, where AAC overshoots."""
    with opened(path) as film:
        loudest: list[float] = []
        for frame in film.decode(audio=0):
            if (frame.time or 0) < ONSET_S:
                continue
            planes = [array("f", bytes(plane)[: frame.samples * 4]) for plane in frame.planes]
            loudest = loudest or [0.0] * len(planes)
            loudest = [max(old, *map(abs, plane)) for old, plane in zip(loudest, planes, strict=True)]
    return loudest


def picture_at(path: Path, second: float, folder: Path) -> Image.Image:
    """Return one upright picture in RGB as a player would show it: turned by the file's own matrix."""
    target = folder / f"{path.stem}-{second}.png"
    ffmpeg("-ss", str(second), "-i", str(path), "-map", "0:v:0", "-frames:v", "1", "-update", "1", str(target))
    with Image.open(target) as picture:
        return picture.convert("RGB")


def colour(picture: Image.Image, place: str) -> tuple[int, ...]:
    """Return the mean colour of one of BOXES."""
    left, top, right, bottom = BOXES[place]
    width, height = picture.size
    part = picture.crop((int(left * width), int(top * height), int(right * width), int(bottom * height)))
    return tuple(round(value) for value in ImageStat.Stat(part).mean)


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return the mean difference of two pictures, 0 to 255, whatever their sizes."""
    small = [picture.convert("L").resize((64, 64), Image.Resampling.BOX) for picture in (one, other)]
    return float(ImageStat.Stat(ImageChops.difference(*small)).mean[0])


def frame_count(path: Path) -> int:
    with opened(path) as film:
        return sum(1 for _ in film.decode(video=0))
