"""How does a person look and feel? Heads, hair and expressions; each character the same in every panel."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from infra.local.demo.drawing.ink import CORAL, NAVY, Canvas, Point, ellipse, points, smooth

Hair = Callable[[Canvas, "Frame", str], None]


@dataclass(frozen=True)
class Frame:
    """Where a head is: drawn in its own units (a face is 160 wide), then scaled, turned and moved."""

    x: float
    y: float
    size: float = 1.0
    tilt: float = 0.0  # degrees, clockwise
    look: Point = (0, 0)  # from -1 to 1: where the face turns

    def at(self, x: float, y: float) -> Point:
        c, s = math.cos(math.radians(self.tilt)), math.sin(math.radians(self.tilt))
        return (self.x + (x * c - y * s) * self.size, self.y + (x * s + y * c) * self.size)

    def path(self, points: Iterable[Point]) -> list[Point]:
        return [self.at(x, y) for x, y in points]

    def line(self, width: float) -> float:
        return width * max(self.size, 0.45)

    def face(self, x: float, y: float, *, depth: float = 1.0) -> Point:
        """Return a point on the face, which moves with the look; noses move more than ears."""
        return self.at(x + self.look[0] * 20 * depth, y + self.look[1] * 13 * depth)


@dataclass(frozen=True)
class Character:
    """What stays the same about a person."""

    skin: str
    shade: str
    hair: str
    back_hair: Hair
    front_hair: Hair
    top: str
    glasses: bool = False
    freckles: bool = False


@dataclass(frozen=True)
class Expression:
    """Brows: ``raise_`` up, ``frown`` inwards (negative: worried). Eyes: 0 closed to 1 open."""

    mouth: str = "smile"
    raise_: float = 0.0
    frown: float = 0.0
    eyes: float = 1.0
    gaze: Point = (0, 0)
    blush: float = 0.28


CALM = Expression()
LAUGHING = Expression(mouth="laugh", raise_=6, eyes=0)
SMIRKING = Expression(mouth="smirk", frown=0.5, raise_=3)
HURT = Expression(mouth="sad", raise_=3, frown=-1.1, eyes=0.75, gaze=(0, 0.6), blush=0.1)
STARTLED = Expression(mouth="small", raise_=12, frown=-0.8, eyes=1.25)
SORRY = Expression(mouth="uneasy", raise_=5, frown=-0.9, eyes=0.9)
GLAD = Expression(mouth="smile", raise_=5)
TALKING = Expression(mouth="open", raise_=5)

FACE = smooth(
    points("-77,-40 -79,8 -68,54 -40,88 0,99 40,88 68,54 79,8 77,-40 56,-84 0,-100 -56,-84"),
    closed=True,
)


def draw_head(canvas: Canvas, who: Character, frame: Frame, how: Expression = CALM) -> None:
    """Draw a head, without its back hair: that lies behind the neck."""
    for side in (-1, 1):
        ear = [frame.at(side * 80 - frame.look[0] * 7 + x, 14 + y) for x, y in ellipse(0, 0, 15, 22)]
        canvas.shape(ear, who.skin, width=frame.line(5))
    outline = frame.path(FACE)
    canvas.shape(outline, who.skin, width=frame.line(6))
    _cheek_shadow(canvas, who, frame)
    _features(canvas, who, frame, how)
    who.front_hair(canvas, frame, who.hair)


def draw_back_hair(canvas: Canvas, who: Character, frame: Frame) -> None:
    who.back_hair(canvas, frame, who.hair)


def _cheek_shadow(canvas: Canvas, who: Character, frame: Frame) -> None:
    side = 1 if frame.look[0] <= 0 else -1
    edge = [(side * x, y) for x, y in ((84, -60), (52, -20), (50, 30), (30, 70), (0, 92), (0, 110), (90, 110))]
    canvas.shade(frame.path(smooth(edge)), frame.path(FACE), colour=who.shade, strength=0.55)


def _features(canvas: Canvas, who: Character, frame: Frame, how: Expression) -> None:
    for side in (-1, 1):
        blush = [frame.face(side * 46 + x, 38 + y, depth=0.5) for x, y in ellipse(0, 0, 20, 13)]
        canvas.tint(blush, CORAL, how.blush, blur=4 * frame.size)
    if who.freckles:
        for x, y in ((-52, 28), (-42, 34), (-34, 27), (52, 28), (42, 34), (34, 27)):
            canvas.dot(*frame.face(x, y), 2.6 * frame.size, "#c9794a")
    if who.glasses:
        _lenses(canvas, frame)
    for side in (-1, 1):
        _eye(canvas, frame, how, side)
        _brow(canvas, who, frame, how, side)
    turn = 1 if frame.look[0] >= 0 else -1
    nose = [frame.face(x * turn, y, depth=1.35) for x, y in ((-1, 14), (11, 30), (-4, 34))]
    canvas.brush(nose, width=frame.line(5), ends=0.4)
    MOUTHS[how.mouth](canvas, frame)
    if who.glasses:
        _glasses(canvas, frame)


def _eye(canvas: Canvas, frame: Frame, how: Expression, side: int) -> None:
    x, y = side * 31 + how.gaze[0] * 5, 4 + how.gaze[1] * 5
    if how.eyes < 0.1:
        canvas.brush(
            [frame.face(x + u, y + v) for u, v in ((-15, 5), (0, -7), (15, 5))], width=frame.line(6.5), ends=0.4
        )
        return
    canvas.shape([frame.face(x + u, y + v) for u, v in ellipse(0, 0, 8.5, 12.5 * how.eyes)], NAVY, line=None)
    canvas.dot(*frame.face(x + 2.6, y - 4.5 * how.eyes), 3 * frame.size, "#ffffff")
    if how.eyes < 0.9:
        canvas.brush([frame.face(x + u, y + v) for u, v in ((-14, -4), (0, -11), (14, -4))], width=frame.line(4.5))


def _brow(canvas: Canvas, who: Character, frame: Frame, how: Expression, side: int) -> None:
    slope, height = -how.frown * 8 * side, -27 - how.raise_
    points = ((-17, height - slope), (0, height - 5), (17, height + slope))
    brow = [frame.face(side * 32 + x, y) for x, y in points]
    canvas.brush(brow, _darker(who.hair), width=frame.line(7.5), ends=0.35)


def _darker(colour: str) -> str:
    parts = (int(colour[index : index + 2], 16) for index in (1, 3, 5))
    return "#" + "".join(f"{round(part * 0.7):02x}" for part in parts)


def _lenses(canvas: Canvas, frame: Frame) -> None:
    for side in (-1, 1):
        canvas.tint([frame.face(side * 32 + x, 5 + y) for x, y in ellipse(0, 0, 25, 25)], "#ffffff", 0.35)


def _glasses(canvas: Canvas, frame: Frame) -> None:
    for side in (-1, 1):
        rim = [frame.face(side * 32 + x, 5 + y) for x, y in ellipse(0, 0, 25, 25)]
        canvas.stroke([*rim, rim[0]], width=frame.line(5))
        canvas.stroke([frame.face(side * 57, 2), frame.at(side * 82, 4)], width=frame.line(5))
    canvas.brush([frame.face(-8, 3), frame.face(0, -2), frame.face(8, 3)], width=frame.line(5), ends=0.8)


def _line_mouth(*points: Point, width: float = 6) -> Callable[[Canvas, Frame], None]:
    def draw(canvas: Canvas, frame: Frame) -> None:
        canvas.brush([frame.face(x, y, depth=1.15) for x, y in points], width=frame.line(width), ends=0.35)

    return draw


def _open_mouth(
    points: tuple[Point, ...], tongue: tuple[float, float, float, float]
) -> Callable[[Canvas, Frame], None]:
    def draw(canvas: Canvas, frame: Frame) -> None:
        lips = [frame.face(x, y, depth=1.15) for x, y in smooth(points, closed=True)]
        inside = [frame.face(x, y, depth=1.15) for x, y in ellipse(*tongue)]
        canvas.shape(lips, "#7c1f2c", line=None)
        canvas.shade(inside, lips, colour="#ff9a86", strength=1)
        canvas.stroke([*lips, lips[0]], width=frame.line(5))

    return draw


MOUTHS: dict[str, Callable[[Canvas, Frame], None]] = {
    "smile": _line_mouth((-24, 54), (-10, 64), (10, 64), (24, 54)),
    "smirk": _line_mouth((-16, 61), (6, 63), (26, 51)),
    "sad": _line_mouth((-20, 68), (-7, 59), (7, 59), (20, 68)),
    "uneasy": _line_mouth((-20, 62), (-8, 58), (6, 65), (20, 60)),
    "flat": _line_mouth((-15, 62), (0, 61), (15, 62)),
    "small": _open_mouth(((-8, 60), (0, 52), (8, 60), (0, 70)), (0, 68, 6, 4)),
    "open": _open_mouth(((-17, 55), (0, 52), (17, 55), (9, 71), (-9, 71)), (0, 72, 12, 7)),
    "laugh": _open_mouth(((-28, 50), (0, 48), (28, 50), (18, 74), (0, 80), (-18, 74)), (0, 80, 18, 12)),
}
