"""Who appears in the comic? The cast, their hair, and the parts of their bodies."""

from infra.local.demo.drawing.faces import Character, Frame
from infra.local.demo.drawing.ink import CORAL, NAVY, TEAL, Canvas, Point, Points, ellipse, points, smooth

MUSTARD, LILAC, SKY = "#f2b134", "#8d7ab8", "#9cc9d6"


TIPS = points(
    "-84,6 -98,-34 -92,-78 -70,-100 -72,-126 -44,-114 -30,-140 -6,-116 16,-138 34,-112 "
    "62,-124 68,-98 94,-82 98,-36 84,6"
)


def _cut(canvas: Canvas, frame: Frame, points: Points, colour: str) -> list[Point]:
    shape = frame.path(smooth(points, closed=True))
    canvas.shape(shape, colour, width=frame.line(6))
    return shape


def _bob_behind(canvas: Canvas, frame: Frame, colour: str) -> None:
    _cut(
        canvas,
        frame,
        points(
            "0,-122 -66,-108 -104,-60 -110,0 -122,60 -108,104 -66,112 0,104 66,112 108,104 122,60 110,0 104,-60 66,-108"
        ),
        colour,
    )


def _bob_in_front(canvas: Canvas, frame: Frame, colour: str) -> None:
    part = frame.look[0] * 16
    fringe = _cut(
        canvas,
        frame,
        [
            (0, -124),
            (-62, -110),
            (-100, -62),
            (-102, 6),
            (-88, 40),
            (-78, 0),
            (-62, -34),
            (part - 22, -62),
            (part + 8, -46),
            (part + 40, -44),
            (70, -28),
            (80, 4),
            (88, 40),
            (102, 6),
            (100, -62),
            (62, -110),
        ],
        colour,
    )
    band = frame.path(
        smooth(points("-96,-66 -60,-98 0,-111 60,-98 96,-66 90,-48 56,-80 0,-92 -56,-80 -90,-48"), closed=True, steps=6)
    )
    canvas.shade(band, fringe, colour=CORAL, strength=1)
    canvas.brush(frame.path([(-92, -48), (-56, -80), (0, -92), (56, -80), (92, -48)]), width=frame.line(4), ends=0.6)
    canvas.brush(frame.path([(-96, -66), (-60, -99), (0, -112), (60, -99), (96, -66)]), width=frame.line(4), ends=0.6)


def _tousled_behind(canvas: Canvas, frame: Frame, colour: str) -> None:
    canvas.shape(frame.path(TIPS), colour, width=frame.line(6))


def _tousled_in_front(canvas: Canvas, frame: Frame, colour: str) -> None:
    fringe = points("74,-30 52,-54 40,-34 16,-58 2,-36 -22,-58 -36,-36 -58,-52 -74,-26")
    hair = frame.path([*TIPS, *fringe])
    canvas.shape(hair, colour, width=frame.line(6))
    for x in (-40, -4, 30):
        canvas.brush(frame.path([(x, -112), (x + 6, -92), (x + 2, -74)]), width=frame.line(4))


def _afro_behind(canvas: Canvas, frame: Frame, colour: str) -> None:
    bumps = points("0,-150 -46,-146 -84,-124 -110,-88 -116,-44 -102,-4 0,10 102,-4 116,-44 110,-88 84,-124 46,-146")
    _cut(canvas, frame, bumps, colour)


def _afro_in_front(canvas: Canvas, frame: Frame, colour: str) -> None:
    edge = points(
        "-84,-6 -106,-44 -102,-92 -74,-128 -30,-148 30,-148 74,-128 102,-92 106,-44 84,-6 72,-44 "
        "48,-64 0,-70 -48,-64 -72,-44"
    )
    _cut(canvas, frame, edge, colour)
    for x, y in points("-60,-96 -20,-118 24,-112 62,-92 0,-90 -82,-66 84,-62"):
        canvas.brush(frame.path([(x - 9, y + 4), (x, y - 5), (x + 9, y + 4)]), "#4a4258", width=frame.line(4))


def _scarf_behind(canvas: Canvas, frame: Frame, colour: str) -> None:
    _cut(canvas, frame, points("0,-118 -70,-100 -104,-40 -100,50 -92,130 0,150 92,130 100,50 104,-40 70,-100"), colour)


def _scarf_in_front(canvas: Canvas, frame: Frame, colour: str) -> None:
    outer = points("0,-118 -70,-100 -104,-40 -100,50 -70,110 0,132 70,110 100,50 104,-40 70,-100")
    inner = points("60,-34 66,20 52,66 0,92 -52,66 -66,20 -60,-34 0,-66")
    ring = [
        *smooth(outer, closed=True),
        smooth(outer, closed=True)[0],
        *reversed([*smooth(inner[::-1], closed=True), smooth(inner[::-1], closed=True)[0]]),
    ]
    canvas.shape(frame.path(ring), colour, line=None)
    for edge in (outer, inner):
        closed = frame.path(smooth(edge, closed=True))
        canvas.stroke([*closed, closed[0]], width=frame.line(5))
    canvas.brush(frame.path([(-60, 84), (-10, 112), (50, 108)]), width=frame.line(4))


def _long_behind(canvas: Canvas, frame: Frame, colour: str) -> None:
    _cut(
        canvas,
        frame,
        points("0,-116 -70,-102 -102,-40 -100,60 -112,150 -60,176 0,160 60,176 112,150 100,60 102,-40 70,-102"),
        colour,
    )


def _long_in_front(canvas: Canvas, frame: Frame, colour: str) -> None:
    _cut(
        canvas,
        frame,
        points("0,-118 -70,-104 -100,-44 -96,40 -80,10 -64,-40 -20,-70 20,-60 60,-40 82,10 96,40 100,-44 70,-104"),
        colour,
    )


NOOR = Character("#d9a066", "#b0713f", "#3a2430", _bob_behind, _bob_in_front, TEAL)
ELIAS = Character(
    "#f6cfae", "#dd9c78", "#c8682b", _tousled_behind, _tousled_in_front, MUSTARD, glasses=True, freckles=True
)
PEER_EXPERT = Character("#8a5638", "#5f3623", "#2b2233", _afro_behind, _afro_in_front, CORAL)
CLASSMATE = Character("#e9b98d", "#c48456", LILAC, _scarf_behind, _scarf_in_front, "#b65c7a")
FRIEND = Character("#f3c9a5", "#d79672", "#e0b04a", _long_behind, _long_in_front, SKY)
COACH = Character("#eec3a0", "#cf956d", "#9aa0ad", _long_behind, _long_in_front, "#4f7a52")
TALL_FRIEND = Character("#c98f5e", "#9c6238", "#4b2e22", _tousled_behind, _tousled_in_front, "#5c6f9e")


def hand(
    canvas: Canvas, x: float, y: float, size: float, skin: str, *, thumb: tuple[float, float] = (0.7, -0.5)
) -> None:
    """Draw a closed hand with its thumb towards ``thumb`` (in radii)."""
    canvas.shape(ellipse(x, y, size, size * 0.92), skin, width=5)
    canvas.limb(
        [(x + thumb[0] * size * 0.4, y + thumb[1] * size * 0.4), (x + thumb[0] * size, y + thumb[1] * size)],
        size * 0.5,
        skin,
        line=4.5,
    )
    canvas.dot(x, y, size * 0.72, skin)


def shoe(canvas: Canvas, x: float, y: float, *, to: int = 1, size: float = 1, colour: str = CORAL) -> None:
    """Draw a trainer whose sole rests on ``y``; ``to`` 1 points right, -1 left."""
    upper = [(-30, -10), (-30, -44), (4, -46), (26, -28), (58, -20), (62, -8)]
    canvas.shape([(x + to * u * size, y + v * size) for u, v in smooth(upper)], colour, width=5)
    sole = [(-34, -12), (64, -12), (64, 2), (-34, 2)]
    canvas.shape([(x + to * u * size, y + v * size) for u, v in sole], "#ffffff", width=5)


def phone(canvas: Canvas, corners: Points, screen: str = "#d8f3ff") -> None:
    """Draw a phone seen from the front; corners clockwise from the upper left."""
    canvas.shape(corners, NAVY, width=8)
    cx, cy = sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4
    canvas.shape([(cx + (x - cx) * 0.86, cy + (y - cy) * 0.86) for x, y in corners], screen, line=None)
