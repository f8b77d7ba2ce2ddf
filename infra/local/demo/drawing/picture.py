"""The second panel: a picture made ridiculous, and the thumb that is about to send it."""

from infra.local.demo.drawing.faces import CALM, Frame, draw_back_hair, draw_head
from infra.local.demo.drawing.ink import CORAL, NAVY, SAND, TEAL, Canvas, Point, box, ellipse, smooth, turned
from infra.local.demo.drawing.night import GLOW, WALL_DARK
from infra.local.demo.drawing.people import ELIAS, MUSTARD, NOOR


def the_picture() -> Canvas:
    """The phone fills the view: a picture of Elias made ridiculous, and a thumb over the arrow that sends it."""
    canvas = Canvas(WALL_DARK)
    canvas.gradient(box(0, 0, 1200, 900), "#232c54", "#3a2f5b")
    canvas.glow(600, 440, 660, GLOW, 0.55)
    canvas.halftone(box(0, 0, 1200, 900), "#3c4a86", spacing=20, largest=6, falling=(0, 1))
    case = turned(box(386, 40, 428, 980, radius=54), -5, (600, 450))
    canvas.shape(case, NAVY, width=10)
    screen = turned(box(408, 76, 384, 960, radius=34), -5, (600, 450))
    canvas.shape(screen, "#eef9fb", line=None)
    _chat(canvas)
    _fingers(canvas)
    _thumb(canvas)
    for x, y, size, kind in (
        (196, 210, 60, "laugh"),
        (1010, 180, 74, "laugh"),
        (1066, 420, 50, "heart"),
        (130, 440, 46, "heart"),
        (300, 90, 40, "laugh"),
        (900, 80, 36, "heart"),
    ):
        reaction(canvas, x, y, size, kind)
    return canvas


def _on_screen(points: list[Point]) -> list[Point]:
    return turned(points, -5, (600, 450))


def _chat(canvas: Canvas) -> None:
    canvas.shape(_on_screen(box(408, 76, 384, 70, radius=30)), TEAL, line=None)
    canvas.dot(*_on_screen([(452, 112)])[0], 20, SAND)
    for x in (500, 560):
        canvas.shape(_on_screen(box(x, 104, 46, 14, radius=7)), "#7fc4bd", line=None)
    canvas.shape(_on_screen(box(428, 166, 210, 52, radius=24)), "#d3dbe6", line=None)
    for y in (184, 198):
        canvas.shape(_on_screen(box(448, y, 150 if y == 184 else 96, 8, radius=4)), "#98a5bb", line=None)
    canvas.shape(_on_screen(box(478, 236, 296, 322, radius=26)), MUSTARD, width=6)
    canvas.shape(_on_screen(box(494, 252, 264, 290, radius=16)), "#bfe3dd", width=5)
    _joke(canvas)
    canvas.shape(_on_screen(box(428, 582, 180, 50, radius=24)), "#d3dbe6", line=None)
    for x in (464, 498, 532):
        canvas.dot(*_on_screen([(x, 607)])[0], 8, "#98a5bb")
    canvas.shape(_on_screen(box(424, 690, 270, 62, radius=30)), "#ffffff", line="#98a5bb", width=4)
    canvas.dot(*_on_screen([(742, 720)])[0], 36, CORAL)
    canvas.shape(_on_screen([(724, 702), (766, 720), (724, 740), (732, 720)]), "#ffffff", line=None)


def _joke(canvas: Canvas) -> None:
    x, y = _on_screen([(626, 414)])[0]
    frame = Frame(x, y, 0.98, -5, (0.1, 0))
    for side in (-1, 1):
        ear = frame.path(
            smooth(
                [(side * 26, -104), (side * 40, -176), (side * 74, -196), (side * 88, -150), (side * 66, -92)],
                closed=True,
            )
        )
        canvas.shape(ear, "#8c8f9e", width=5)
        canvas.shape(
            frame.path(
                smooth(
                    [(side * 44, -112), (side * 56, -160), (side * 72, -170), (side * 74, -140), (side * 60, -104)],
                    closed=True,
                )
            ),
            "#e9a7a0",
            line=None,
        )
    draw_back_hair(canvas, ELIAS, frame)
    draw_head(canvas, ELIAS, frame, CALM)
    canvas.shape(frame.path(ellipse(2, 36, 22, 18)), CORAL, width=4)
    for side in (-1, 1):
        canvas.brush(frame.path([(side * 22, 56), (side * 46, 66), (side * 66, 44), (side * 62, 36)]), width=8)


def _fingers(canvas: Canvas) -> None:
    for y, width in ((452, 64), (534, 68), (616, 66), (694, 58)):
        x = 394 + (y - 450) * 0.087
        canvas.limb([(x - 4, y + 12), (x + 52, y)], width, NOOR.skin, line=7)
        canvas.limb([(x - 10, y + 20), (x - 6, y + 20)], width * 0.8, NOOR.shade, line=0)


def _thumb(canvas: Canvas) -> None:
    canvas.limb([(1130, 960), (1010, 930)], 190, TEAL)
    palm = smooth([(1120, 930), (1060, 780), (960, 720), (880, 760), (850, 860), (880, 960)])
    canvas.shape(palm, NOOR.skin, width=7)
    canvas.limb([(960, 850), (900, 770), (842, 726), (806, 716)], 74, NOOR.skin, line=7)
    canvas.shape(ellipse(798, 712, 22, 17, turn=14), "#f3cfa8", width=4)
    canvas.brush([(884, 752), (892, 772), (886, 792)], NOOR.shade, width=6)
    for ray in (((700, 664), (684, 640)), ((738, 650), (738, 622)), ((660, 700), (632, 694))):
        canvas.stroke(list(ray), CORAL, width=7)


def reaction(canvas: Canvas, x: float, y: float, size: float, kind: str) -> None:
    """Draw one of the little pictures that people answer with."""
    if kind == "heart":
        u = size / 50
        heart = smooth(
            [
                (x, y + 44 * u),
                (x - 46 * u, y - 4 * u),
                (x - 26 * u, y - 40 * u),
                (x, y - 20 * u),
                (x + 26 * u, y - 40 * u),
                (x + 46 * u, y - 4 * u),
            ],
            closed=True,
        )
        canvas.shape(heart, CORAL, width=5)
        return
    canvas.shape(ellipse(x, y, size), MUSTARD, width=5)
    u = size / 60
    for side in (-1, 1):
        canvas.brush(
            [
                (x + (side * 22 - 11) * u, y - 8 * u),
                (x + side * 22 * u, y - 20 * u),
                (x + (side * 22 + 11) * u, y - 8 * u),
            ],
            width=6 * u,
        )
        canvas.shape(ellipse(x + side * 44 * u, y + 6 * u, 9 * u, 14 * u, turn=side * 20), "#8fd0ea", width=3)
    canvas.shape(
        smooth(
            [(x - 30 * u, y + 8 * u), (x + 30 * u, y + 8 * u), (x + 18 * u, y + 36 * u), (x - 18 * u, y + 36 * u)],
            closed=True,
            steps=6,
        ),
        "#7c1f2c",
        width=4,
    )
