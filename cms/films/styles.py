"""Which style sheet and scripts do the screens of films need?"""

from typing import Any

from django.forms import Media, Script

STYLES = Media(css={"all": ["films/films.css"]})


def scripts(way: str) -> Media:
    """Return what the page of a film needs where files are sent by ``way``: ``tus`` or ``direct``."""
    names: list[Any] = [Script(f"films/{name}.js", defer=True) for name in ("sending", way, "upload", "situation")]
    return STYLES + Media(js=names)
