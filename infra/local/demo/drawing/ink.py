"""How is a line inked and a shape coloured? A canvas in panel units, drawn larger and made smaller for smooth edges."""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter

Point = tuple[float, float]
Points = Sequence[Point]

WIDTH, HEIGHT = 1200, 900  # panel units
OUTPUT = (1600, 1200)
SCALE = 2.6667  # pixels drawn per unit: twice what is kept

NAVY, TEAL, CORAL, SAND = "#14213d", "#0b7a75", "#e4572e", "#fff8ef"
LINE = 6.0


def points(text: str) -> list[Point]:
    """Return the points of "x,y x,y …"."""
    pairs = (pair.split(",") for pair in text.split())
    return [(float(x), float(y)) for x, y in pairs]


def smooth(points: Points, *, closed: bool = False, steps: int = 10) -> list[Point]:
    """Return a curve through all points (Catmull-Rom)."""
    count = len(points)
    if count < 3:
        return list(points)
    curve: list[Point] = []
    for index in range(count if closed else count - 1):
        around = [_at(points, index + offset, closed) for offset in (-1, 0, 1, 2)]
        curve.extend(_catmull_rom(around, step / steps) for step in range(steps))
    return curve if closed else [*curve, points[-1]]


def _at(points: Points, index: int, closed: bool) -> Point:
    return points[index % len(points)] if closed else points[min(max(index, 0), len(points) - 1)]


def _catmull_rom(around: list[Point], t: float) -> Point:
    weights = (-t + 2 * t * t - t**3, 2 - 5 * t * t + 3 * t**3, t + 4 * t * t - 3 * t**3, t**3 - t * t)
    x = sum(weight * point[0] for weight, point in zip(weights, around, strict=True)) / 2
    y = sum(weight * point[1] for weight, point in zip(weights, around, strict=True)) / 2
    return (x, y)


def ellipse(x: float, y: float, rx: float, ry: float | None = None, *, turn: float = 0) -> list[Point]:
    """Return an ellipse around (x, y), turned by ``turn`` degrees."""
    ry, angle = rx if ry is None else ry, math.radians(turn)
    curve = []
    for step in range(48):
        a = 2 * math.pi * step / 48
        u, v = rx * math.cos(a), ry * math.sin(a)
        curve.append((x + u * math.cos(angle) - v * math.sin(angle), y + u * math.sin(angle) + v * math.cos(angle)))
    return curve


def box(x: float, y: float, width: float, height: float, *, radius: float = 0) -> list[Point]:
    """Return a rectangle from its upper left corner, its corners rounded."""
    r = min(radius, width / 2, height / 2)
    if not r:
        return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    corners = (
        (x + width - r, y + r, -90),
        (x + width - r, y + height - r, 0),
        (x + r, y + height - r, 90),
        (x + r, y + r, 180),
    )
    return [
        (cx + r * math.cos(math.radians(start + step * 15)), cy + r * math.sin(math.radians(start + step * 15)))
        for cx, cy, start in corners
        for step in range(7)
    ]


def moved(points: Iterable[Point], dx: float, dy: float) -> list[Point]:
    return [(x + dx, y + dy) for x, y in points]


def turned(points: Iterable[Point], degrees: float, centre: Point) -> list[Point]:
    """Return the points turned clockwise (y grows downwards) around ``centre``."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    cx, cy = centre
    return [(cx + (x - cx) * c - (y - cy) * s, cy + (x - cx) * s + (y - cy) * c) for x, y in points]


class Canvas:
    """One panel. Everything is given in panel units; later shapes cover earlier ones."""

    def __init__(self, background: str = SAND) -> None:
        self._image = Image.new("RGB", (round(WIDTH * SCALE), round(HEIGHT * SCALE)), background)
        self._draw = ImageDraw.Draw(self._image)

    def finished(self) -> Image.Image:
        return self._image.resize(OUTPUT, Image.Resampling.LANCZOS)

    def shape(self, points: Points, fill: str, *, line: str | None = NAVY, width: float = LINE) -> None:
        """Fill a closed shape and ink its outline."""
        self._draw.polygon(_scaled(points), fill=fill)
        if line:
            self.stroke([*points, points[0]], line, width=width)

    def stroke(self, points: Points, colour: str = NAVY, *, width: float = LINE) -> None:
        """Ink a line with round ends and joints."""
        path, thickness = _scaled(points), width * SCALE
        self._draw.line(path, fill=colour, width=max(1, round(thickness)), joint="curve")
        for x, y in (path[0], path[-1]):
            self._dot(x, y, thickness / 2, colour)

    def brush(self, points: Points, colour: str = NAVY, *, width: float = LINE, ends: float = 0.15) -> None:
        """Ink a curve that swells in the middle and runs out at both ends, as a brush does."""
        path = list(_dense(smooth(points), width / 5))
        last = max(len(path) - 1, 1)
        for index, (x, y) in enumerate(path):
            swell = ends + (1 - ends) * max(0.0, math.sin(math.pi * index / last)) ** 0.7
            self._dot(x * SCALE, y * SCALE, width * swell * SCALE / 2, colour)

    def limb(self, points: Points, width: float, colour: str, *, line: float = LINE) -> None:
        """Draw an arm, a leg, a neck: a tube through the points."""
        path = smooth(points)
        self._tube(path, width + 2 * line, NAVY)
        self._tube(path, width, colour)

    def _tube(self, path: Points, width: float, colour: str) -> None:
        for x, y in _dense(path, width / 12):
            self._dot(x * SCALE, y * SCALE, width * SCALE / 2, colour)

    def dot(self, x: float, y: float, radius: float, colour: str = NAVY) -> None:
        self._dot(x * SCALE, y * SCALE, radius * SCALE, colour)

    def _dot(self, x: float, y: float, radius: float, colour: str) -> None:
        self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    def shade(self, points: Points, within: Points, *, colour: str = NAVY, strength: float = 0.16) -> None:
        """Tint the part of ``points`` that lies within another shape."""
        area = _bounds(within)
        mask = ImageChops.multiply(_mask(points, area), _mask(within, area))
        self._tint(mask, area, colour, strength)

    def tint(self, points: Points, colour: str, strength: float, *, blur: float = 0) -> None:
        """Lay a translucent shape over everything, with a soft edge if asked."""
        area = _bounds(points, margin=blur * 3)
        mask = _mask(points, area)
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * SCALE))
        self._tint(mask, area, colour, strength)

    def halftone(
        self, within: Points, colour: str, *, spacing: float = 14, largest: float = 5, falling: Point = (0, 1)
    ) -> None:
        """Fill a shape with printer's dots that shrink against the direction ``falling``."""
        area = _bounds(within)
        left, top, right, bottom = (edge / SCALE for edge in area)
        dots = Image.new("L", (area[2] - area[0], area[3] - area[1]))
        draw = ImageDraw.Draw(dots)
        rows = int((bottom - top) / spacing * 1.5) + 2
        for row in range(rows):
            for column in range(int((right - left) / spacing) + 2):
                u, v = (column + row % 2 / 2) * spacing, row * spacing * 0.7
                along = (u / max(right - left, 1) * falling[0] + v / max(bottom - top, 1) * falling[1]) % 1.0001
                r = largest * along * SCALE
                if r > 0.5:
                    draw.ellipse((u * SCALE - r, v * SCALE - r, u * SCALE + r, v * SCALE + r), fill=255)
        self._tint(ImageChops.multiply(dots, _mask(within, area)), area, colour, 1)

    def gradient(self, within: Points, above: str, below: str) -> None:
        """Fill a shape with a colour that turns into another from top to bottom."""
        area = _bounds(within)
        size = (area[2] - area[0], area[3] - area[1])
        ramp = Image.linear_gradient("L").resize(size)
        blend = Image.composite(Image.new("RGB", size, below), Image.new("RGB", size, above), ramp)
        self._image.paste(blend, area[:2], _mask(within, area))

    def glow(self, x: float, y: float, radius: float, colour: str, strength: float = 0.6) -> None:
        """Let light fall off around a point."""
        r = round(radius * SCALE)
        light = ImageChops.invert(Image.radial_gradient("L")).resize((2 * r, 2 * r))
        light = light.point([max(0, (value - 75) * 255 // 180) for value in range(256)])
        area = (round(x * SCALE) - r, round(y * SCALE) - r, round(x * SCALE) + r, round(y * SCALE) + r)
        self._tint(light, area, colour, strength)

    def _tint(self, mask: Image.Image, area: tuple[int, int, int, int], colour: str, strength: float) -> None:
        if strength < 1:
            mask = mask.point([round(value * strength) for value in range(256)])
        self._image.paste(
            ImageColor.getrgb(colour), (area[0], area[1], area[0] + mask.width, area[1] + mask.height), mask
        )


def _scaled(points: Iterable[Point]) -> list[Point]:
    return [(x * SCALE, y * SCALE) for x, y in points]


def _bounds(points: Points, *, margin: float = 0) -> tuple[int, int, int, int]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, top = int((min(xs) - margin) * SCALE) - 2, int((min(ys) - margin) * SCALE) - 2
    return (left, top, int((max(xs) + margin) * SCALE) + 3, int((max(ys) + margin) * SCALE) + 3)


def _mask(points: Points, area: tuple[int, int, int, int]) -> Image.Image:
    mask = Image.new("L", (area[2] - area[0], area[3] - area[1]))
    ImageDraw.Draw(mask).polygon([(x * SCALE - area[0], y * SCALE - area[1]) for x, y in points], fill=255)
    return mask


def _dense(path: Points, step: float) -> Iterable[Point]:
    """Yield points along a path no further apart than ``step``."""
    yield path[0]
    for (x0, y0), (x1, y1) in pairwise(path):
        parts = max(1, math.ceil(math.dist((x0, y0), (x1, y1)) / max(step, 1)))
        yield from ((x0 + (x1 - x0) * part / parts, y0 + (y1 - y0) * part / parts) for part in range(1, parts + 1))
