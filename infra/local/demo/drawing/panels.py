"""Which panels does the comic have? Every one as the bytes of a picture, ready to be uploaded."""

from collections.abc import Callable
from io import BytesIO

from infra.local.demo.drawing.day import no_shield, school_yard
from infra.local.demo.drawing.ink import Canvas
from infra.local.demo.drawing.night import bedroom
from infra.local.demo.drawing.picture import the_picture
from infra.local.demo.drawing.together import the_bench, workshop

PANELS: dict[str, Callable[[], Canvas]] = {
    "bedroom": bedroom,
    "the-picture": the_picture,
    "school-yard": school_yard,
    "no-shield": no_shield,
    "workshop": workshop,
    "the-bench": the_bench,
}


def png(name: str) -> bytes:
    """Draw one panel; the same code gives the same bytes."""
    file = BytesIO()
    PANELS[name]().finished().save(file, "PNG")
    return file.getvalue()
