"""How does a person stand or sit? Bodies in the units of the head they carry."""

from dataclasses import dataclass, replace

from infra.local.demo.drawing.faces import CALM, Character, Expression, Frame, draw_back_hair, draw_head
from infra.local.demo.drawing.ink import NAVY, Canvas, Point, ellipse, points, smooth
from infra.local.demo.drawing.people import phone

Arm = tuple[Point, Point]  # elbow and hand

HANGING: tuple[Arm, Arm] = (((-112, 250), (-104, 344)), ((112, 250), (104, 344)))
WITH_PHONE: tuple[Arm, Arm] = (((-112, 258), (-26, 236)), ((112, 258), (26, 240)))
FOLDED: tuple[Arm, Arm] = (((-112, 236), (44, 226)), ((112, 240), (-40, 250)))


@dataclass(frozen=True)
class Pose:
    """Arms from left to right on the page; ``left_behind`` draws the left one behind the body."""

    arms: tuple[Arm, Arm] = HANGING
    trousers: str = "#43539a"
    shoes: str = "#f4efe2"
    phone: bool = False
    left_behind: bool = False
    legs: bool = True


def stand(canvas: Canvas, who: Character, frame: Frame, how: Expression = CALM, pose: Pose | None = None) -> None:
    """Draw a whole person; ``frame`` is the head's, the body hangs straight below it."""
    pose = pose or Pose()
    body = replace(frame, tilt=0)
    draw_back_hair(canvas, who, frame)
    if pose.legs:
        _legs(canvas, body, pose)
    if pose.left_behind:
        arm(canvas, who, body, -1, pose.arms[0])
    _torso(canvas, who, body)
    draw_head(canvas, who, frame, how)
    if pose.phone:
        _held_phone(canvas, body)
    for side, bent in zip((-1, 1), pose.arms, strict=True):
        if side == 1 or not pose.left_behind:
            arm(canvas, who, body, side, bent)


def _legs(canvas: Canvas, body: Frame, pose: Pose) -> None:
    for side in (-1, 1):
        leg = body.path([(side * 38, 350), (side * 42, 470), (side * 42, 590)])
        canvas.limb(leg, 66 * body.size, pose.trousers, line=body.line(6))
        x, y = side * 46, 612
        foot = [(x - 38, y + 8), (x - 34, y - 22), (x, y - 34), (x + 34, y - 22), (x + 40, y + 8)]
        canvas.shape(body.path(smooth(foot)), pose.shoes, width=body.line(6))


def _torso(canvas: Canvas, who: Character, body: Frame) -> None:
    outline = points("-34,116 34,116 80,140 96,190 84,280 82,376 0,386 -82,376 -84,280 -96,190 -80,140")
    torso = body.path(smooth(outline, closed=True))
    canvas.shape(torso, who.top, width=body.line(6))
    canvas.shade(body.path([(30, 100), (46, 240), (30, 400), (120, 400), (120, 100)]), torso)
    canvas.limb(body.path([(0, 80), (0, 122)]), 44 * body.size, who.skin, line=body.line(6))
    canvas.shade(
        body.path(ellipse(0, 96, 40, 20)),
        body.path([(-26, 84), (26, 84), (26, 130), (-26, 130)]),
        colour=who.shade,
        strength=0.8,
    )
    canvas.brush(body.path([(-34, 120), (0, 142), (34, 120)]), width=body.line(6), ends=0.6)


def arm(canvas: Canvas, who: Character, body: Frame, side: int, bent: Arm) -> None:
    """Draw a sleeve from the shoulder over the elbow, and the hand at its end."""
    elbow, hand = bent
    canvas.shape(body.path(ellipse(*hand, 24, 22)), who.skin, width=body.line(6))
    wrist = (hand[0] + (elbow[0] - hand[0]) * 0.24, hand[1] + (elbow[1] - hand[1]) * 0.24)
    canvas.limb(body.path([(side * 76, 166), elbow, wrist]), 46 * body.size, who.top, line=body.line(6))


def _held_phone(canvas: Canvas, body: Frame) -> None:
    phone(canvas, body.path([(-24, 168), (24, 168), (24, 246), (-24, 246)]), "#1a2244")
    canvas.dot(*body.at(12, 180), 5 * body.size, "#8fa0d8")


def from_behind(canvas: Canvas, who: Character, frame: Frame) -> None:
    """Draw someone who sits before us and looks into the picture: hair, neck and shoulders."""
    body = replace(frame, tilt=0)
    shoulders = points("-40,96 40,96 110,130 150,220 160,420 -160,420 -150,220 -110,130")
    outline = body.path(smooth(shoulders, closed=True))
    canvas.shape(outline, who.top, width=body.line(7))
    canvas.shade(body.path([(20, 90), (60, 420), (200, 420), (200, 90)]), outline)
    canvas.limb(body.path([(0, 60), (0, 112)]), 52 * body.size, who.skin, line=body.line(6))
    who.back_hair(canvas, frame, who.hair)
    crown = points("0,-112 -62,-98 -92,-50 -94,10 -70,66 0,84 70,66 94,10 92,-50 62,-98")
    canvas.shape(frame.path(smooth(crown, closed=True)), who.hair, line=None)
    for x in (-46, 0, 46):
        canvas.brush(frame.path([(x * 0.6, -84), (x, -20), (x * 1.1, 50)]), NAVY, width=frame.line(4))
