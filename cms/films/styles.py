"""Which style sheet and scripts do the screens of films need?"""

from typing import Any

from django.forms import Media, Script

STYLES = Media(css={"all": ["films/films.css"]})
_DEFERRED: list[Any] = [Script(f"films/{name}.js", defer=True) for name in ("tus", "upload", "situation")]
SCRIPTS = STYLES + Media(js=_DEFERRED)
