"""The first panel: an evening at home."""

from infra.local.demo.drawing.faces import Expression, Frame, draw_back_hair, draw_head
from infra.local.demo.drawing.ink import (
    CORAL,
    Canvas,
    box,
    ellipse,
    moved,
    points,
    smooth,
    turned,
)
from infra.local.demo.drawing.people import NOOR

WALL, WALL_DARK, GLOW = "#2c3766", "#232c54", "#9fe8ff"
SCREEN_GAZE = Expression(mouth="smirk", raise_=3, gaze=(-0.2, 1.0), eyes=0.95)


def bedroom() -> Canvas:
    """Noor sits on her bed at night; only the phone lights her face."""
    canvas = Canvas(WALL)
    canvas.gradient(box(0, 0, 1200, 900), "#343f73", "#222a52")
    canvas.halftone(box(0, 0, 1200, 420), "#2a3463", spacing=22, largest=8, falling=(0, -1))
    _window(canvas)
    _posters(canvas)
    canvas.shape(box(-20, 742, 1240, 180), "#4a3b52")
    _table(canvas)
    _bed(canvas)
    canvas.glow(748, 470, 360, GLOW, 0.42)
    _noor_on_the_bed(canvas)
    _cat(canvas, 505, 640)
    canvas.glow(770, 480, 190, GLOW, 0.2)
    return canvas


def _window(canvas: Canvas) -> None:
    canvas.shape(box(92, 96, 330, 392, radius=8), "#0d1530", width=9)
    canvas.gradient(box(104, 108, 306, 368), "#131d47", "#4b4a86")
    canvas.glow(330, 190, 130, "#fff4c7", 0.55)
    canvas.shape(ellipse(330, 190, 42), "#fff1c4", line=None)
    canvas.shape(ellipse(346, 180, 36), "#2a3263", line=None)
    for x, y, r in (
        (150, 150, 3),
        (210, 210, 2.4),
        (180, 300, 2),
        (250, 140, 2.2),
        (290, 290, 2.6),
        (380, 280, 2.2),
        (135, 240, 2),
    ):
        canvas.dot(x, y, r, "#fff6d8")
    for x, height, width in ((104, 96, 66), (170, 140, 54), (224, 84, 70), (294, 120, 50), (344, 70, 66)):
        canvas.shape(box(x, 476 - height, width, height), "#10183a", line=None)
        for row in range(int(height / 30)):
            for column in range(2):
                if (row * 3 + column + x) % 4:
                    canvas.shape(box(x + 12 + column * 22, 488 - height + row * 28, 10, 13), "#f6c560", line=None)
    canvas.stroke([(257, 100), (257, 484)], width=9)
    canvas.stroke([(96, 292), (418, 292)], width=9)
    canvas.shape(box(72, 482, 370, 24, radius=5), "#5a6394")
    for side in (-1, 1):
        edge = [(257 + side * u, v) for u, v in ((214, 70), (140, 76), (150, 240), (196, 520), (230, 520))]
        canvas.shape(smooth(edge), "#8a4a5e", width=7)
        canvas.brush([(257 + side * 186, 96), (257 + side * 182, 300), (257 + side * 206, 500)], "#6d3a4c", width=6)
    canvas.stroke([(24, 68), (490, 68)], "#c9a46a", width=10)


def _posters(canvas: Canvas) -> None:
    canvas.shape(turned(box(560, 84, 150, 196), -3, (635, 180)), "#d9d4e8", width=6)
    canvas.shape(turned(ellipse(635, 165, 46), -3, (635, 180)), "#7d88c4", line=None)
    canvas.brush([(600, 240), (636, 200), (672, 238)], "#55619c", width=9)
    canvas.shape(turned(box(742, 112, 118, 118), 4, (800, 170)), "#3f8f8a", width=6)
    canvas.brush([(768, 196), (788, 146), (812, 186), (836, 142)], "#d7efe9", width=8)
    for x, y in ((470, 40), (600, 66), (730, 52), (860, 70), (990, 46), (1120, 62)):
        canvas.glow(x, y + 22, 44, "#ffd98a", 0.5)
        canvas.shape(ellipse(x, y + 22, 8, 11), "#ffe6a8", width=4)
    canvas.brush([(440, 30), (600, 66), (730, 50), (860, 70), (990, 46), (1210, 70)], width=4, ends=1)


def _table(canvas: Canvas) -> None:
    canvas.shape(box(300, 612, 150, 150, radius=6), "#6b4c4f", width=7)
    canvas.shape(box(288, 596, 174, 22, radius=5), "#7f5b5b", width=7)
    canvas.dot(375, 690, 9)
    canvas.shape([(330, 596), (420, 596), (410, 586), (340, 586)], "#c9a46a", width=5)
    canvas.stroke([(375, 588), (375, 536)], width=9)
    canvas.shape([(344, 468), (406, 468), (432, 540), (318, 540)], "#5d679c", width=7)


def _bed(canvas: Canvas) -> None:
    canvas.shape(smooth(points("1030,760 1030,420 1060,372 1190,362 1230,380 1230,760")), "#7a5148", width=8)
    canvas.shape(smooth(points("880,600 900,470 1010,430 1120,452 1160,590 1010,620"), closed=True), "#c8cfe8", width=7)
    canvas.brush([(930, 500), (980, 470), (1050, 466)], "#9aa4cc", width=6)
    mattress = smooth([(430, 676), (520, 636), (1230, 616), (1230, 830), (440, 836)])
    canvas.shape(mattress, "#8f99c6", width=8)
    cover = smooth(points("424,690 560,640 860,650 1000,690 1010,800 960,872 430,880 406,780"), closed=True)
    canvas.shape(cover, "#b34a3c", width=8)
    for x, y in points("480,730 580,700 690,720 540,800 650,810 760,780 860,730 900,810 800,850 470,840"):
        canvas.dot(x, y, 13, "#d97a5f")
    canvas.brush([(600, 866), (640, 780), (620, 700)], "#8d3529", width=8)
    canvas.brush([(880, 860), (900, 780), (960, 720)], "#8d3529", width=8)


def _noor_on_the_bed(canvas: Canvas) -> None:
    frame = Frame(905, 365, 0.92, -6, (-0.75, 0.75))
    draw_back_hair(canvas, NOOR, frame)
    torso = smooth(points("846,470 908,452 990,470 1046,560 1060,690 880,700 812,640 818,540"), closed=True)
    canvas.limb([(908, 430), (914, 480)], 46, NOOR.skin)
    canvas.limb([(868, 512), (812, 596), (774, 544)], 48, "#0d625f")
    canvas.shape(torso, "#0f6f6b", width=7)
    canvas.shade(smooth([(960, 450), (970, 580), (1000, 700), (1100, 700), (1080, 450)]), torso, strength=0.35)
    canvas.brush([(872, 470), (906, 500), (946, 468)], width=6, ends=0.5)
    canvas.limb([(960, 690), (830, 560), (740, 700)], 78, "#39477f")
    canvas.limb([(930, 710), (770, 590), (664, 716)], 82, "#43539a")
    for x in (628, 712):
        _sock(canvas, x, 752)
    draw_head(canvas, NOOR, frame, SCREEN_GAZE)
    canvas.shape(turned(box(716, 430, 66, 112, radius=12), 14, (749, 486)), "#1a2244", width=8)
    canvas.dot(*turned([(766, 448)], 14, (749, 486))[0], 6, "#8fa0d8")
    canvas.stroke(turned([(717, 442), (717, 530)], 14, (749, 486)), GLOW, width=4)
    canvas.limb([(1000, 530), (950, 632), (806, 556)], 50, "#12817b")
    for x, y in ((776, 520), (788, 548)):
        canvas.shape(ellipse(x, y, 22, 18, turn=-20), NOOR.skin, width=5)
    canvas.tint(
        frame.path(smooth([(-84, -30), (-60, 60), (-10, 100), (20, 60), (-10, 0), (-40, -40)], closed=True)),
        GLOW,
        0.3,
        blur=12,
    )


def _sock(canvas: Canvas, x: float, y: float) -> None:
    outline = smooth(points("-40,-8 -34,-40 6,-58 46,-44 44,-4 0,6"), closed=True)
    canvas.shape(moved(outline, x, y), "#f4efe2", width=6)
    canvas.brush(moved([(-12, -50), (-4, -30), (20, -22)], x, y), CORAL, width=6)


def _cat(canvas: Canvas, x: float, y: float) -> None:
    body = smooth(moved([(-86, 20), (-70, -38), (0, -58), (70, -34), (92, 22), (40, 44), (-50, 44)], x, y), closed=True)
    canvas.shape(body, "#59608f", width=6)
    canvas.limb(moved([(84, 20), (60, 44), (-10, 46), (-40, 38)], x, y), 20, "#59608f", line=5)
    head = smooth(
        moved(points("-110,4 -104,-34 -112,-64 -84,-50 -56,-50 -30,-66 -34,-30 -38,6 -74,22"), x, y),
        closed=True,
        steps=5,
    )
    canvas.shape(head, "#59608f", width=6)
    for dx in (-90, -56):
        canvas.brush(moved([(dx - 10, -16), (dx, -10), (dx + 10, -16)], x, y), width=5)
    canvas.brush(moved([(-80, 0), (-73, 5), (-66, 0)], x, y), width=4)
    for dy in (-4, 4):
        canvas.brush(moved([(-98, dy), (-124, dy - 4)], x, y), width=2.5)
        canvas.brush(moved([(-50, dy), (-24, dy - 6)], x, y), width=2.5)
