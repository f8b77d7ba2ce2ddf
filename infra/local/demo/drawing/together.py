"""The last two panels: peer experts tell what helps, and two people talk to each other."""

from infra.local.demo.drawing.bodies import Pose, arm, from_behind, stand
from infra.local.demo.drawing.day import cloud, tree
from infra.local.demo.drawing.faces import CALM, TALKING, Character, Expression, Frame, draw_back_hair, draw_head
from infra.local.demo.drawing.ink import CORAL, NAVY, SAND, TEAL, Canvas, box, ellipse, moved, points, smooth
from infra.local.demo.drawing.people import CLASSMATE, COACH, ELIAS, MUSTARD, NOOR, PEER_EXPERT, TALL_FRIEND, shoe

WARM = Expression(mouth="smile", raise_=4, blush=0.4)
RELIEVED = Expression(mouth="smile", raise_=7, frown=-0.4, blush=0.4)


def workshop() -> Canvas:
    """A young peer expert stands at a flip chart with three signs; a coach listens; pupils sit before them."""
    canvas = Canvas("#f6e7cd")
    canvas.gradient(box(0, 0, 1200, 640), "#fbf1dd", "#f1dcb8")
    _bunting(canvas)
    _notice_board(canvas)
    canvas.shape(box(-20, 640, 1240, 280), "#c08a5c")
    canvas.stroke([(-10, 640), (1210, 640)], width=7)
    _flip_chart(canvas)
    stand(
        canvas,
        COACH,
        Frame(170, 258, 0.62, 4, (0.6, 0)),
        CALM,
        Pose(arms=(((-112, 236), (44, 226)), ((112, 240), (-40, 250))), trousers="#5c5470"),
    )
    pointing = Pose(arms=(((-148, 152), (-196, 66)), ((120, 256), (92, 330))), trousers="#39477f")
    stand(canvas, PEER_EXPERT, Frame(962, 262, 0.72, -3, (-0.55, 0.1)), TALKING, pointing)
    canvas.shape(ellipse(996, 398, 20), SAND, width=4)
    canvas.brush([(986, 398), (994, 406), (1008, 390)], TEAL, width=5, ends=0.6)
    for who, x, y in ((CLASSMATE, 130, 700), (NOOR, 420, 712), (ELIAS, 724, 716), (TALL_FRIEND, 1040, 706)):
        from_behind(canvas, who, Frame(x, y, 0.98, (x % 7) - 3))
    _raised_hand(canvas)
    return canvas


def _bunting(canvas: Canvas) -> None:
    colours = (CORAL, TEAL, MUSTARD, "#8d7ab8")
    line = [(x, 34 + 34 * (1 - ((x % 400) / 200 - 1) ** 2)) for x in range(-10, 1230, 20)]
    for index in range(1, len(line) - 2, 4):
        x, y = line[index]
        canvas.shape([(x - 20, y), (x + 22, y + 2), (x + 1, y + 48)], colours[index // 4 % 4], width=5)
    canvas.stroke(line, width=5)


def _notice_board(canvas: Canvas) -> None:
    canvas.shape(box(300, 150, 210, 250, radius=6), "#a9744a", width=8)
    canvas.shape(box(314, 164, 182, 222), "#d9a878", line=None)
    notes = (
        (328, 180, 66, 56, "#fff3a8"),
        (408, 176, 72, 70, "#bfe3dd"),
        (330, 252, 74, 62, "#f7c3b3"),
        (416, 262, 62, 52, "#ffffff"),
        (346, 326, 120, 46, "#d8d0ee"),
    )
    for x, y, width, height, colour in notes:
        canvas.shape(box(x, y, width, height), colour, width=4)
        canvas.dot(x + width / 2, y + 6, 5, CORAL)
        for row in range(2):
            canvas.stroke(
                [(x + 12, y + 24 + row * 14), (x + width - 14 - row * 10, y + 24 + row * 14)], "#8a7f72", width=3
            )


def _flip_chart(canvas: Canvas) -> None:
    for x0, x1 in ((590, 548), (780, 822)):
        canvas.stroke([(x0, 150), (x1, 700)], "#6b4c4f", width=12)
    canvas.shape(box(556, 128, 258, 424, radius=6), "#ffffff", width=8)
    canvas.shape(box(544, 112, 282, 30, radius=8), "#6b4c4f", width=7)
    _stop(canvas, 640, 216)
    _keep(canvas, 640, 346)
    _tell(canvas, 640, 476)
    for y in (216, 346, 476):
        canvas.stroke([(714, y - 14), (784, y - 14)], "#b8c2d4", width=9)
        canvas.stroke([(714, y + 12), (762, y + 12)], "#b8c2d4", width=9)


def _stop(canvas: Canvas, x: float, y: float) -> None:
    canvas.shape(ellipse(x, y, 48), CORAL, width=6)
    for u, v in ((-19, -14), (-6, -24), (7, -24), (20, -15)):
        canvas.limb([(x + u, y + 10), (x + u, y + v)], 9, SAND, line=0)
    canvas.limb([(x - 4, y + 22), (x - 28, y + 6)], 10, SAND, line=0)
    canvas.shape(box(x - 23, y + 2, 48, 30, radius=14), SAND, line=None)


def _keep(canvas: Canvas, x: float, y: float) -> None:
    canvas.shape(box(x - 50, y - 30, 100, 68, radius=12), TEAL, width=6)
    canvas.shape(box(x - 18, y - 44, 36, 20, radius=6), TEAL, width=6)
    canvas.shape(ellipse(x, y + 4, 24), SAND, width=5)
    canvas.shape(ellipse(x, y + 4, 11), NAVY, line=None)
    canvas.dot(x + 36, y - 16, 5, SAND)


def _tell(canvas: Canvas, x: float, y: float) -> None:
    for side, colour in ((-1, MUSTARD), (1, "#8d7ab8")):
        canvas.shape(
            smooth(
                [
                    (x + side * 28 - 30, y + 44),
                    (x + side * 28 - 22, y + 8),
                    (x + side * 28 + 22, y + 8),
                    (x + side * 28 + 30, y + 44),
                ]
            ),
            colour,
            width=5,
        )
        canvas.shape(ellipse(x + side * 28, y - 8, 17), "#f3d2b0", width=5)
    canvas.shape(box(x - 24, y - 58, 48, 30, radius=12), "#ffffff", width=4)
    for u in (-11, 0, 11):
        canvas.dot(x + u, y - 43, 3.4)


def _raised_hand(canvas: Canvas) -> None:
    canvas.limb([(842, 900), (872, 760), (868, 640)], 54, MUSTARD)
    for u, v in ((-17, -44), (-5, -56), (8, -55), (20, -42)):
        canvas.limb([(868 + u * 0.7, 612), (868 + u, 612 + v)], 14, ELIAS.skin, line=5)
    canvas.shape(ellipse(868, 606, 29, 27), ELIAS.skin, width=6)
    canvas.limb([(860, 610), (834, 590)], 15, ELIAS.skin, line=5)
    canvas.dot(868, 606, 22, ELIAS.skin)


def the_bench() -> Canvas:
    """Noor and Elias sit on a bench in the evening and talk; their phones lie face down between them."""
    canvas = Canvas("#f7c59f")
    canvas.gradient(box(0, 0, 1200, 640), "#7f8fc9", "#ffcf9c")
    canvas.glow(850, 420, 380, "#fff0b8", 0.85)
    canvas.shape(ellipse(850, 430, 84), "#fff3c9", line=None)
    for x, y, size in ((250, 150, 1.1), (1010, 120, 0.8), (640, 90, 0.6)):
        cloud(canvas, x, y, size)
    canvas.shape(
        smooth(points("-40,640 160,470 420,500 700,440 980,520 1240,450 1240,700 -40,700")), "#6a8f9a", width=6
    )
    canvas.shape(smooth(points("-40,660 260,560 600,600 900,550 1240,610 1240,940 -40,940")), "#5f9c79", width=7)
    canvas.shape(smooth([(-40, 830), (300, 776), (700, 800), (1240, 756), (1240, 940), (-40, 940)]), "#e4cfa0", width=7)
    tree(canvas, 128, 700, 1.15, "#2f8268")
    _bench(canvas)
    _sitting(canvas, ELIAS, 792, -1, "#5b4a66")
    _sitting(canvas, NOOR, 430, 1, "#43539a")
    _phones(canvas)
    _strolling_cat(canvas, 1092, 806)
    _birds(canvas)
    return canvas


def _bench(canvas: Canvas) -> None:
    canvas.tint(ellipse(610, 838, 420, 30), NAVY, 0.28, blur=8)
    for x in (276, 924):
        canvas.limb([(x, 470), (x - 6, 640), (x, 838)], 24, "#3b4159", line=6)
    for y in (470, 526, 582):
        canvas.shape(box(222, y, 760, 38, radius=10), "#b5733f", width=7)
        canvas.stroke([(250, y + 14), (560, y + 14)], "#cf8f58", width=5)
    canvas.shape(box(206, 664, 796, 40, radius=10), "#a3642f", width=7)


def _sitting(canvas: Canvas, who: Character, x: float, to: int, trousers: str) -> None:
    """Draw someone on the bench, turned ``to`` the other: 1 to the right, -1 to the left."""
    frame = Frame(x, 300, 0.98, 5 * to, (0.8 * to, 0.1))
    body = Frame(x, 300, 0.98)
    draw_back_hair(canvas, who, frame)
    far, near = ((-112, 250), (-60, 352)), ((112, 250), (76, 350))
    torso = body.path(
        smooth(points("-34,116 34,116 80,140 94,190 88,290 92,384 -92,384 -88,290 -94,190 -80,140"), closed=True)
    )
    canvas.shape(torso, who.top, width=6)
    canvas.shade(body.path([(30, 100), (46, 240), (30, 400), (130, 400), (130, 100)]), torso)
    canvas.limb(body.path([(0, 80), (0, 122)]), 44, who.skin)
    canvas.shade(
        body.path(ellipse(0, 96, 40, 20)),
        body.path([(-26, 84), (26, 84), (26, 130), (-26, 130)]),
        colour=who.shade,
        strength=0.8,
    )
    canvas.brush(body.path([(-34, 120), (0, 142), (34, 120)]), width=6, ends=0.6)
    for side in (-1, 1):
        canvas.limb(
            [(x + side * 42, 672), (x + side * 54 + to * 22, 700), (x + side * 46 + to * 34, 820)], 68, trousers
        )
        shoe(canvas, x + side * 46 + to * 34, 856, to=to, size=0.95, colour="#f4efe2")
    draw_head(canvas, who, frame, WARM if who is NOOR else RELIEVED)
    for side, bent in ((-1, far), (1, near)):
        arm(canvas, who, body, side, bent)


def _phones(canvas: Canvas) -> None:
    for x, colour in ((566, "#1a2244"), (634, "#7c3a4d")):
        canvas.shape([(x, 650), (x + 52, 650), (x + 44, 668), (x - 10, 668)], colour, width=5)
        canvas.dot(x + 8, 656, 3, "#8fa0d8")


def _strolling_cat(canvas: Canvas, x: float, y: float) -> None:
    canvas.limb(moved([(70, -56), (108, -92), (100, -150)], x, y), 16, "#59608f", line=5)
    for dx in (-52, -28, 40, 62):
        canvas.limb(moved([(dx, -40), (dx + (8 if dx in (-28, 62) else -8), 6)], x, y), 16, "#59608f", line=5)
    canvas.shape(
        smooth(moved([(-80, -50), (-40, -92), (50, -88), (84, -56), (60, -24), (-60, -22)], x, y), closed=True),
        "#59608f",
        width=6,
    )
    head = moved(points("-118,-76 -112,-108 -118,-136 -94,-122 -72,-122 -48,-136 -52,-104 -56,-72 -86,-58"), x, y)
    canvas.shape(smooth(head, closed=True, steps=5), "#59608f", width=6)
    for dx in (-100, -72):
        canvas.dot(x + dx, y - 94, 4.5)
    canvas.brush(moved([(-92, -82), (-86, -77), (-80, -82)], x, y), width=4)


def _birds(canvas: Canvas) -> None:
    for x, y in ((560, 210), (610, 180), (1060, 250)):
        canvas.brush([(x - 22, y - 6), (x - 8, y - 10), (x, y), (x + 8, y - 10), (x + 22, y - 6)], width=5)
