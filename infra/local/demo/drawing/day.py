"""The third and the fourth panel: the next morning at school, and what a screen is no shield against."""

from infra.local.demo.drawing.bodies import WITH_PHONE, Pose, stand
from infra.local.demo.drawing.faces import HURT, LAUGHING, STARTLED, Expression, Frame
from infra.local.demo.drawing.ink import (
    CORAL,
    NAVY,
    SAND,
    TEAL,
    Canvas,
    Point,
    box,
    ellipse,
    moved,
    points,
    smooth,
    turned,
)
from infra.local.demo.drawing.people import CLASSMATE, ELIAS, FRIEND, NOOR, TALL_FRIEND
from infra.local.demo.drawing.picture import reaction

SHAKEN = Expression(mouth="uneasy", raise_=12, frown=-0.9, eyes=1.2, gaze=(-0.8, 0))


def school_yard() -> Canvas:
    """Elias walks alone; behind him others laugh at their phones, and Noor sees what her joke has done."""
    canvas = Canvas("#d7eeee")
    canvas.gradient(box(0, 0, 1200, 620), "#a9dbe0", "#eef6ea")
    for x, y, size in ((190, 120, 1.0), (930, 90, 0.8)):
        cloud(canvas, x, y, size)
    _school(canvas)
    _yard(canvas)
    tree(canvas, 1120, 560, 1.0)
    _the_laughing(canvas)
    stand(
        canvas,
        NOOR,
        Frame(1010, 372, 0.62, 4, (-0.7, 0.2)),
        SHAKEN,
        Pose(arms=(((-116, 250), (-30, 170)), ((112, 250), (104, 344)))),
    )
    _elias_alone(canvas)
    return canvas


def _the_laughing(canvas: Canvas) -> None:
    laughing = Pose(arms=WITH_PHONE, phone=True)
    stand(canvas, TALL_FRIEND, Frame(560, 318, 0.5, -6, (0.6, 0.6)), LAUGHING, laughing)
    stand(
        canvas,
        CLASSMATE,
        Frame(800, 344, 0.48, 6, (-0.6, 0.6)),
        Expression(mouth="smile", raise_=6, gaze=(0, 1)),
        laughing,
    )
    stand(
        canvas,
        FRIEND,
        Frame(682, 372, 0.48, 2, (0, 0.8)),
        LAUGHING,
        Pose(arms=WITH_PHONE, phone=True, trousers="#7a4f6d"),
    )
    for x, y, size, kind in (
        (590, 196, 30, "laugh"),
        (688, 214, 25, "heart"),
        (770, 184, 34, "laugh"),
        (852, 236, 22, "heart"),
        (505, 224, 22, "heart"),
    ):
        reaction(canvas, x, y, size, kind)


def cloud(canvas: Canvas, x: float, y: float, size: float) -> None:
    bumps = points("-120,20 -100,-20 -50,-30 -20,-64 50,-58 76,-22 120,-8 126,24 0,32")
    canvas.shape(moved([(u * size, v * size) for u, v in smooth(bumps, closed=True)], x, y), "#ffffff", line=None)


def tree(canvas: Canvas, x: float, y: float, size: float, leaves: str = "#3f9c7c") -> None:
    """Draw a tree whose trunk stands on ``y``."""

    def placed(points: list[Point]) -> list[Point]:
        return [(x + u * size, y + v * size) for u, v in points]

    canvas.shape(
        placed(smooth([(-26, 0), (-16, -120), (-22, -240), (22, -240), (18, -120), (30, 0)])), "#7b5141", width=7
    )
    crown = smooth(
        points("-150,-230 -176,-320 -120,-400 -60,-470 30,-480 110,-430 160,-350 150,-250 60,-206 -60,-206"),
        closed=True,
    )
    canvas.shape(placed(crown), leaves, width=8)
    canvas.shade(placed([(20, -500), (70, -340), (10, -190), (200, -190), (200, -500)]), placed(crown), strength=0.18)
    for u, v in ((-90, -330), (-40, -400), (30, -300), (80, -380), (-60, -260)):
        canvas.brush(placed([(u - 22, v), (u, v + 14), (u + 22, v)]), "#2b7a5f", width=6)


def _school(canvas: Canvas) -> None:
    canvas.shape(box(40, 210, 760, 400), "#e9b48a", width=8)
    canvas.halftone(box(44, 214, 752, 392), "#dfa376", spacing=18, largest=5, falling=(0, 1))
    canvas.shape([(16, 216), (420, 120), (824, 216)], "#b5533f", width=8)
    canvas.shape(ellipse(420, 176, 26), SAND, width=6)
    canvas.stroke([(420, 176), (420, 160)], width=5)
    canvas.stroke([(420, 176), (432, 180)], width=5)
    for column in range(6):
        for row in range(2):
            x, y = 80 + column * 122, 254 + row * 132
            if not (row == 1 and column in (2, 3)):
                canvas.shape(box(x, y, 74, 88, radius=4), "#8cc3c9", width=6)
                canvas.stroke([(x + 37, y), (x + 37, y + 88)], width=4)
                canvas.stroke([(x + 8, y + 34), (x + 28, y + 12)], "#d9f0f0", width=6)
    canvas.shape(box(336, 400, 168, 210, radius=4), "#8a4436", width=7)
    canvas.stroke([(420, 402), (420, 608)], width=5)


def _yard(canvas: Canvas) -> None:
    canvas.gradient(box(-10, 598, 1220, 320), "#e2d3b6", "#cdb893")
    canvas.stroke([(-10, 600), (1210, 600)], width=7)
    for x in range(-600, 1900, 240):
        canvas.stroke([(600 + (x - 600) * 0.42, 604), (x, 910)], "#bfa77f", width=4)
    for y in (640, 702, 800):
        canvas.stroke([(0, y), (1200, y)], "#bfa77f", width=4)
    canvas.tint(ellipse(690, 690, 260, 26), NAVY, 0.2, blur=6)
    canvas.tint(ellipse(1012, 764, 90, 20), NAVY, 0.22, blur=6)


def _elias_alone(canvas: Canvas) -> None:
    canvas.shape(
        smooth(points("176,640 180,800 200,940 460,940 480,800 484,640 430,560 230,560"), closed=True),
        "#3d6f8f",
        width=8,
    )
    arms = (((-122, 262), (-50, 214)), ((122, 262), (54, 214)))
    stand(canvas, ELIAS, Frame(330, 440, 1.28, -9, (-0.5, 0.75)), HURT, Pose(arms=arms, legs=False))
    for side in (-1, 1):
        x = 330 + side * 66
        canvas.limb([(x + side * 16, 606), (x + side * 2, 690)], 26, "#2d5670", line=6)
        canvas.shape(ellipse(x - side * 4, 712, 34, 30), ELIAS.skin, width=7)


def no_shield() -> Canvas:
    """Noor hides behind a phone as large as a shield; the message flies round Elias and comes back from behind."""
    canvas = Canvas(CORAL)
    for number in range(18):
        if number % 2:
            edge = [turned([(600, 430), (2000, 430)], 20 * number + offset, (600, 430))[1] for offset in (0, 20)]
            canvas.shape([(600, 430), *edge], "#ea6c48", line=None)
    canvas.halftone(box(0, 520, 1200, 380), "#c9431d", spacing=20, largest=9, falling=(0, 1))
    canvas.tint(ellipse(420, 838, 330, 34), NAVY, 0.35, blur=8)
    canvas.tint(ellipse(978, 838, 130, 26), NAVY, 0.35, blur=8)
    _flight(canvas)
    holding = Pose(arms=(((-60, 300), (96, 262)), ((112, 230), (118, 180))))
    stand(canvas, NOOR, Frame(372, 330, 0.8, -8, (-0.75, -0.1)), STARTLED, holding)
    stand(canvas, ELIAS, Frame(978, 446, 0.62, 8, (-0.3, 0.7)), HURT, Pose(trousers="#5b4a66"))
    _shield(canvas)
    for x, y in ((900, 352), (1066, 360), (884, 420)):
        canvas.brush([(x - 14, y - 14), (x, y), (x + 16, y - 10)], SAND, width=7)
    return canvas


def _flight(canvas: Canvas) -> None:
    way = smooth(
        points("610,420 760,470 880,560 1060,640 1150,520 1120,280 900,110 560,60 250,110 120,240 170,352"), steps=24
    )
    for index in range(0, len(way) - 10, 8):
        canvas.stroke(way[index : index + 5], SAND, width=9)
    _plane(canvas, 724, 452, 34, 0.9)
    _plane(canvas, 1128, 330, -112, 0.9)
    _plane(canvas, 196, 382, 62, 1.25)


def _plane(canvas: Canvas, x: float, y: float, angle: float, size: float) -> None:
    def placed(points: list[Point]) -> list[Point]:
        return turned([(x + u * size, y + v * size) for u, v in points], angle, (x, y))

    canvas.shape(placed([(66, 0), (-60, -44), (-30, 0)]), "#ffffff", width=6)
    canvas.shape(placed([(66, 0), (-30, 0), (-60, 40)]), "#d5dbe6", width=6)
    canvas.shape(placed([(66, 0), (-30, 0), (-34, 26)]), "#b8c2d4", width=5)


def _shield(canvas: Canvas) -> None:
    outline = turned(box(462, 240, 250, 470, radius=36), 6, (587, 475))
    canvas.shape(outline, NAVY, width=8)
    canvas.shape(turned(box(482, 268, 210, 414, radius=20), 6, (587, 475)), "#bfe9ee", width=5)
    canvas.shade(turned([(482, 268), (600, 268), (482, 520)], 6, (587, 475)), outline, colour="#ffffff", strength=0.5)
    canvas.shape(turned(box(512, 330, 120, 40, radius=18), 6, (587, 475)), TEAL, line=None)
    canvas.shape(turned(box(546, 390, 120, 40, radius=18), 6, (587, 475)), "#ffffff", line=None)
    canvas.shape(turned(box(512, 450, 86, 40, radius=18), 6, (587, 475)), TEAL, line=None)
    crack: list[list[Point]] = [
        [(640, 560), (612, 590), (626, 624), (588, 662)],
        [(640, 560), (664, 586), (660, 620)],
        [(640, 560), (612, 540), (590, 552)],
        [(640, 560), (668, 530), (676, 500)],
    ]
    for line in crack:
        canvas.stroke(line, NAVY, width=5)
    for x, y in ((470, 470), (480, 402)):
        canvas.shape(ellipse(x, y, 24, 20), NOOR.skin, width=6)
